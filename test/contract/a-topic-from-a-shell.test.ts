// `troupe tail` shows records decoded with their headers, personal fields hidden, filtered, from any place, and follows.

import { exec } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { startMockCluster } from '../../runtime/kafka/index.ts'
import { publisherFromEnv } from '../../runtime/publisher/index.ts'
import { startEmbeddedRegistry } from '../../runtime/registry/index.ts'
import { RawProducer } from '../harness/raw-producer.ts'
import { scanned } from '../harness/tracked-scans.ts'
import { startTroupe, type ShellAnswer } from '../harness/troupe-shell.ts'
import { waitUntil } from '../harness/wait-until.ts'

t.setTimeout(300_000)

const project = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'troupe-tail-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const broker = await startMockCluster()
const registry = await startEmbeddedRegistry()
t.teardown(() => Promise.all([broker.close(), registry.close()]))
const topic = 'shipping.events'
await broker.createTopics([topic, 'other'])

interface Field {
  readonly name: string
  pii?: boolean
}
const file = join('shipping', 'package', 'scanned.v1.avsc')
const marked = (name: string, ...fields: readonly string[]): string => {
  const copy = join(folder, name)
  cpSync(join(project, 'schemas/avro'), copy, { recursive: true })
  const schema = JSON.parse(readFileSync(join(copy, file), 'utf8')) as { fields: Field[] }
  for (const field of schema.fields) if (fields.includes(field.name)) field.pii = true
  writeFileSync(join(copy, file), JSON.stringify(schema))
  return copy
}
const env = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  KAFKA_BROKERS: broker.bootstrapServers,
  SCHEMA_REGISTRY_URL: registry.url,
  SCHEMAS_DIR: marked('of-the-writer', 'message'),
}
const publisher = await publisherFromEnv({ env, source: 'test' })
t.teardown(() => publisher.close())
let published = 0
const publish = async (trackingId: string): Promise<void> => {
  published += 1
  const scan = scanned({
    eventId: `scan-${String(published)}`,
    trackingId,
    orderId: 'ORDER-SECRET',
    message: 'left with Ada Lovelace',
    scan: 'LABEL_CREATED',
  })
  await publisher.publish('shipping.package.scanned', scan, { key: trackingId })
}
for (const trackingId of ['P-1', 'P-2', 'P-1', 'P-3']) await publish(trackingId)

const tail = (...args: readonly string[]): Promise<ShellAnswer> => startTroupe(['tail', ...args], env).answer
interface Told {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string | null
  readonly kind: string
  readonly event?: Record<string, unknown>
}
const told = (text: string): Told[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Told)

t.test(
  'decoded, with place, time, key, headers, and without what the writer marked as personal',
  async (t) => {
    const { code, out, err } = await tail(topic)
    t.match({ code, err }, { code: 0, err: '' })
    t.match(
      out,
      /^shipping.events\/\d@0 {2}\d{4}-\d\d-\d\d \S+Z {2}key P-1 {2}shipping.package.scanned\n {2}event-type: shipping.package.scanned\n {2}event-id: scan-1\n/,
    )
    t.match(out, /\n {2}\{"eventId":"scan-1".*"message":"\*\*\*"/)
    t.notMatch(out, /Lovelace/)
    t.match((await tail(topic, '--personal')).out, /"message":"left with Ada Lovelace"/)
  },
)

t.test('what the schemas here mark is hidden too, whoever wrote it', async (t) => {
  const { out } = await startTroupe(['tail', topic], { ...env, SCHEMAS_DIR: marked('of-ours', 'orderId') })
    .answer
  t.notMatch(out, /Lovelace|ORDER-SECRET/)
  const { out: all, err } = await startTroupe(['tail', topic], { ...env, SCHEMAS_DIR: join(folder, 'none') })
    .answer
  t.match(all, /ORDER-SECRET/)
  t.match(err, /personal fields are only those that writers marked/)
})

t.test('by key, by type, from a place, so many', async (t) => {
  const byKey = told((await tail(topic, '--from', 'earliest', '--key', 'P-1', '--json')).out)
  t.match(byKey, [
    { key: 'P-1', event: { eventId: 'scan-1' } },
    { key: 'P-1', event: { eventId: 'scan-3' } },
  ])
  t.equal(byKey.length, 2)
  t.equal(told((await tail(topic, '--type', 'shipping.package.*', '--json')).out).length, 4)
  t.match(await tail(topic, '--type', 'billing.*'), { code: 0, out: '' })
  t.match(await tail(topic, '--from', 'latest'), { code: 0, out: '' })
  const { partition } = byKey[0] as Told
  const one = told(
    (await tail(topic, '--partition', String(partition), '--from', '1', '--limit', '1', '--json')).out,
  )
  t.match(one, [{ partition, offset: 1 }])
  t.equal(told((await tail(topic, '--last', '0', '--json')).out).length, 0)
})

t.test('what is none of ours is shown as what it is', async (t) => {
  const raw = await RawProducer.connect(broker.bootstrapServers)
  await raw.produce('other', 0, [
    { key: null, value: null, timestamp: 1 },
    {
      key: Buffer.from([0xff]),
      value: Buffer.from('{"name":"Ada"}'),
      timestamp: 2,
      headers: [
        ['h', null],
        ['b', Buffer.from([0, 0xff])],
      ],
    },
    { key: Buffer.from('\u001b[31mred'), value: Buffer.from([0, 0, 0, 0x30, 0x39, 1]), timestamp: 3 },
    { key: Buffer.from(''), value: Buffer.alloc(0), timestamp: 4 },
  ])
  raw.close()
  const { code, out } = await tail('other')
  t.equal(code, 0)
  t.match(
    out,
    /^other\/0@0 {2}1970-01-01 00:00:00.001Z {2}without key {2}of no known type\n {2}\(tombstone\)\n/,
  )
  t.match(
    out,
    /key 0xff .*\n {2}h: \(none\)\n {2}b: 0x00ff\n {2}\(14 bytes that are not read: .*not written with a schema registry\)\n/,
  )
  t.match(out, /key +\[31mred .*\n {2}\(6 bytes that are not read: .*no schema with id 12345\)\n/)
  t.match(out, /\(0 bytes that are not read/)
  t.notMatch(out, /Ada|\u001b/)
  t.match((await tail('other', '--personal')).out, /\{"name":"Ada"\}/)
  t.match(told((await tail('other', '--json')).out)[1], {
    kind: 'undecodable',
    valueBytes: null,
    key: null,
    keyBytes: '/w==',
  })
})

t.test('it follows what comes, until it has enough', async (t) => {
  await publish('P-9')
  const following = startTroupe(
    ['tail', topic, '--follow', '--last', '1', '--json', '--key', 'P-9', '--limit', '3'],
    env,
  )
  const watching = startTroupe(['tail', topic, '--follow', '--json'], env)
  await waitUntil('one has begun', () => told(following.texts.out).length === 1)
  await waitUntil('so has the other', () => told(watching.texts.out).length === 5)
  await publish('P-9')
  await publish('P-8')
  await publish('P-9')
  t.match(await following.answer, { code: 0, err: '' })
  t.same(
    told(following.texts.out).map(({ key }) => key),
    ['P-9', 'P-9', 'P-9'],
  )
  await waitUntil('all are seen', () => told(watching.texts.out).length === 8)
  watching.process.kill('SIGINT')
  t.equal((await watching.answer).code, null)
})

t.test('whoever reads may have enough, by the name that npx finds', async (t) => {
  const bin = join(folder, 'node_modules', '.bin')
  mkdirSync(bin, { recursive: true })
  symlinkSync(join(project, 'cli/bin.mjs'), join(bin, 'troupe'))
  let answer: { code: number; out: string; err: string } | undefined
  exec(
    `set -o pipefail; "${join(bin, 'troupe')}" tail ${topic} --from earliest --follow --json | head -n 1`,
    { env, shell: '/bin/bash' },
    (error, out, err) => (answer = { code: (error as { code?: number } | null)?.code ?? 0, out, err }),
  )
  // It learns that nobody reads when it writes again.
  const { code, out, err } = await waitUntil(
    'it has ended',
    async () => {
      await publish('P-10')
      return answer
    },
    { everyMs: 500 },
  )
  t.match({ code, err }, { code: 0, err: '' })
  t.equal(told(out).length, 1)
})

t.test('what is wrong is told with what to do', async (t) => {
  t.match(await tail(topic, '--partition', '99'), {
    code: 2,
    err: /--partition is 99; shipping.events has \d+, from 0 on/,
  })
  t.match(await tail(topic, '--from', '5'), { code: 2, err: /give --partition too/ })
  t.match(await tail(topic, '--from', 'then'), { code: 2, err: /--from is "then"/ })
  t.match(await tail(topic, '--type', 'no pattern'), { code: 2, err: /no pattern/ })
  t.match(await tail(topic, '--limit', '0'), { code: 2, err: /--limit is "0"/ })
  t.match(await tail(), { code: 2, err: /missing required argument 'topic'/ })
  t.match(await startTroupe(['tail', topic], { ...env, SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9' }).answer, {
    code: 3,
    err: /The schema registry at http:\/\/127.0.0.1:9/,
  })
  t.match(await startTroupe(['tail', topic], { ...env, KAFKA_BROKERS: '127.0.0.1:9' }).answer, {
    code: 3,
    err: /127.0.0.1:9/,
  })
})
