// Operators see records of the log decoded, from an offset or the end, of one key or type; viewers see them without personal fields; and the servers share no process with what reads Kafka.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'

import { issueApiKey } from '../../control-plane/auth/api-key.ts'
import { startControlPlane } from '../../control-plane/server.ts'
import { optionsWith, startServices } from '../../demo/services.ts'
import { publisherFromEnv } from '../../runtime/index.ts'
import { openRecords } from '../../runtime/records/index.ts'
import { insertDeadLetters, openDatabase } from '../../runtime/store/index.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import { childrenOf } from '../harness/children-of.ts'
import { deadLetter } from '../harness/dead-letter.ts'
import { operatorsQuery } from '../harness/operators-query.ts'
import { waitUntil } from '../harness/wait-until.ts'

t.setTimeout(180_000)

const ignore = (): void => undefined
const log: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => log }
const folder = mkdtempSync(join(tmpdir(), 'troupe-records-'))
t.teardown(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'crm/customer'), { recursive: true })
const field = (name: string, more: object = {}): object => ({ name, type: 'string', ...more })
const schemaOf = (name: string): object => ({
  type: 'record',
  namespace: 'crm.customer',
  name,
  fields: [field('eventId'), field('tenantId'), field('mail', { pii: true }), field('plan')],
})
for (const name of ['registered', 'moved'])
  writeFileSync(join(folder, `crm/customer/${name}.v1.avsc`), JSON.stringify(schemaOf(name)))

const ofTroupe = /^(KAFKA_|SCHEMA_|SCHEMAS_|DATABASE_)/
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofTroupe.test(name)))
const given = { ...clean, SCHEMAS_DIR: folder, KAFKA_PARTITIONS: '1' }
const services = await startServices(given)
const env = { ...given, ...services.env }
const options = optionsWith(env, {})
const database = openDatabase({ url: options.databaseUrl })
const api = await startControlPlane(
  {
    ...options,
    ...{ publicApiPort: 0, operatorApiPort: 0, publicApiHost: '127.0.0.1', operatorApiHost: '127.0.0.1' },
    explorer: false,
    records: openRecords(options, 60_000),
  },
  log,
)
t.teardown(async () => {
  await api.stop()
  await database.close()
  await services.close()
})
const { key: operator } = await issueApiKey(database.sql, { role: 'operator', name: 'Ada' })
const { key: viewer } = await issueApiKey(database.sql, { role: 'viewer', name: 'Grace' })
const asOperator = operatorsQuery(`${api.operatorUrl}/graphql`, operator)
const asViewer = operatorsQuery(`${api.operatorUrl}/graphql`, viewer)

const publisher = await publisherFromEnv({ env, source: 'test' })
const publish = async (name: string, nth: number): Promise<{ topic: string; partition: number }> =>
  publisher.publish(
    `crm.customer.${name}` as never,
    {
      eventId: `e${String(nth)}`,
      tenantId: 'acme',
      mail: `${String(nth)}@example.com`,
      plan: 'basic',
    } as never,
    { key: 'one', headers: { secret: 'a name' } },
  )
const { topic, partition } = await publish('registered', 0)
for (let nth = 1; nth < 10; nth += 1) await publish(nth === 7 ? 'moved' : 'registered', nth)
await publisher.close()

interface Page {
  readonly records: readonly { readonly offset: number; readonly value: { readonly json: string | null } }[]
  readonly nextOffset: number
  readonly end: number
}
const query = (args: string): string =>
  `{ records(topic: "${topic}", partition: ${String(partition)}${args}) { low end nextOffset records { offset at key headers { name value } value { eventType schemaId json unreadable maskedFields } } } }`
const read = async (args: string, ask = asOperator): Promise<Page> => {
  const { data, errors } = await ask(query(args))
  if (errors !== undefined) throw new Error(`${errors[0]?.extensions.code ?? ''} ${errors[0]?.message ?? ''}`)
  return data['records'] as unknown as Page
}
const offsets = ({ records }: Page): readonly number[] => records.map(({ offset }) => offset)

t.test('from the end, from an offset, page by page', async (t) => {
  t.same(offsets(await read(', first: 3')), [7, 8, 9])
  t.same(offsets(await read(', offset: -2')), [8, 9])
  const first = await read(', offset: 0, first: 4')
  t.same(offsets(first), [0, 1, 2, 3])
  t.match(first, { low: 0, end: 10, nextOffset: 4 })
  const rest = await read(`, offset: ${String(first.nextOffset)}, first: 100`)
  t.same(offsets(rest), [4, 5, 6, 7, 8, 9])
  t.match(rest, { nextOffset: 10 })
  t.match(await read(', offset: 999'), { records: [], nextOffset: 10 })
  t.match(await read(', time: "2999-01-01T00:00:00.000Z"'), { records: [], end: 10 })
})

t.test('of one type, of one key', async (t) => {
  t.same(offsets(await read(', offset: 0, type: "crm.customer.moved"')), [7])
  const two = await read(', offset: 0, first: 2, type: "crm.customer.registered"')
  t.same([offsets(two), two.nextOffset], [[0, 1], 2])
  t.same(offsets(await read(', offset: 0, key: "one", first: 100')).length, 10)
  t.match(await read(', offset: 0, key: "other"'), { records: [], nextOffset: 10 })
})

t.test('operators see all of it, viewers without what is personal', async (t) => {
  const [whole] = (await read(', offset: 3, first: 1')).records
  t.match(whole, {
    key: 'one',
    value: { eventType: 'crm.customer.registered', unreadable: '', maskedFields: [] },
  })
  t.match(JSON.parse(whole?.value.json ?? ''), { eventId: 'e3', mail: '3@example.com', plan: 'basic' })
  t.match(JSON.stringify(whole), 'a name')
  const page = await read(', offset: 3, first: 1', asViewer)
  t.match(page.records[0], { value: { maskedFields: ['mail'] } })
  t.match(JSON.parse(page.records[0]?.value.json ?? ''), { eventId: 'e3', mail: '***', plan: 'basic' })
  t.notMatch(JSON.stringify(page), /example\.com|a name/)
  t.match(JSON.stringify(page), /"event-id","value":"e3"/)
})

t.test('a dead letter is decoded alike; bytes nobody can read say so', async (t) => {
  const [stored] = (await read(', offset: 3, first: 1')).records as unknown as [
    { value: { schemaId: number } },
  ]
  const value = Buffer.concat([
    Buffer.from([0, 0, 0, 0, stored.value.schemaId]),
    ...['e', 'acme', 'x@example.com', 'basic'].map((text) =>
      Buffer.concat([Buffer.from([text.length * 2]), Buffer.from(text)]),
    ),
  ])
  const { original } = deadLetter(1, 'X')
  await insertDeadLetters(database.sql, [
    deadLetter(1, 'X', { original: { ...original, value } }),
    deadLetter(2, 'X', { original: { ...original, offset: 2, value: Buffer.from('{"n":1}') } }),
    deadLetter(3, 'X', { original: { ...original, offset: 3, value: null } }),
  ])
  const decoded = async (id: number, ask: typeof asViewer): Promise<object> => {
    const { data } = await ask(
      `{ deadLetter(id: "${String(id)}") { valueText decoded { eventType json unreadable maskedFields } } }`,
    )
    return data['deadLetter'] as unknown as object
  }
  t.match(await decoded(1, asOperator), { decoded: { json: /x@example\.com/, maskedFields: [] } })
  const masked = await decoded(1, asViewer)
  t.match(masked, { valueText: null, decoded: { json: /\*\*\*/, maskedFields: ['mail'] } })
  t.notMatch(JSON.stringify(masked), /example/)
  t.match(await decoded(2, asViewer), { decoded: { json: null, unreadable: /begins with byte 123/ } })
  t.match(await decoded(3, asViewer), { decoded: { json: null, unreadable: '' } })
})

t.test('what cannot be asked is told', async (t) => {
  for (const [args, says] of [
    [', offset: 1, time: "2026-01-01T00:00:00.000Z"', 'BAD_USER_INPUT'],
    [', first: 1000', 'BAD_USER_INPUT'],
  ] as const)
    await t.rejects(read(args), { message: new RegExp(says) })
  const other = async (name: string): Promise<unknown> =>
    (await asOperator(`{ records(topic: "${name}", partition: 0) { end } }`)).errors?.[0]?.extensions.code
  t.equal(await other('../../etc'), 'BAD_USER_INPUT')
  t.equal(await other(''), 'BAD_USER_INPUT')
})

t.test('thirty at once: each is answered or told to come later, and then it goes on', async (t) => {
  const all = await Promise.all(
    Array.from({ length: 30 }, () => asOperator(query(', offset: 0, first: 100'))),
  )
  t.ok(
    all.every(({ status }) => status === 200 || status === 503),
    all.map(({ status }) => status).join(),
  )
  t.ok(all.some(({ status }) => status === 200))
  t.same(offsets(await read(', offset: 9')), [9])
})

t.test('a reader that hangs is ended in time, and the next question gets another', async (t) => {
  const records = openRecords(options, 15_000)
  t.teardown(() => records.close())
  const question = { topic, partition, limit: 1, from: { kind: 'offset', offset: 9 }, masked: false } as const
  const readers = (): readonly number[] => childrenOf(process.pid, 'reader-process')
  const others = new Set(readers())
  await waitUntil('it has begun', async () => (await records.read(question)).records.length === 1)
  const [pid] = readers().filter((pid) => !others.has(pid))
  process.kill(pid as number, 'SIGSTOP')
  await t.rejects(records.read(question), { code: 'KAFKA_UNAVAILABLE', message: /within 15000 ms/ })
  await waitUntil('another answers', async () => (await records.read(question)).records.length === 1)
  t.notOk(readers().includes(pid as number))
})
