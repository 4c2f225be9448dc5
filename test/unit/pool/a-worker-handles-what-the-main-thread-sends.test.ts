// The real worker entry in real threads: a batch goes in, emitted events and counts come out, and what user code does to
// its thread stays within it.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import type { HandleTask } from '../../../runtime/pool/index.ts'
import { WorkerPool } from '../../../runtime/pool/index.ts'
import { EventEncoder, frame } from '../../../runtime/serde/index.ts'
import { batchOf, Happened } from '../../harness/host-in-memory.ts'
import { waitUntil } from '../../harness/wait-until.ts'

// As much of a registry as is asked for here.
const registry = createServer((request, response) => {
  const isFetch = request.method === 'GET'
  const body = isFetch ? { schema: JSON.stringify(Happened.schema) } : { id: 99 }
  response.setHeader('content-type', 'application/vnd.schemaregistry.v1+json')
  response.end(JSON.stringify(body))
})
await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve))

const lines: { message: string; fields: unknown }[] = []
const note = (message: string, fields?: object): void => {
  lines.push({ message, fields })
}

const pool = await WorkerPool.start({
  workerUrl: new URL('../../../runtime/system/worker.ts', import.meta.url),
  settings: {
    registry: { url: `http://127.0.0.1:${String((registry.address() as AddressInfo).port)}` },
    subjects: 'topic-record',
    databaseUrl: '',
    databaseConnections: 1,
    deadLetterTopic: 'dead',
    unhandledTopic: undefined,
    schemas: [{ name: Happened.name, schema: Happened.schema, topic: 'emitted' }],
  },
  threads: 2,
  log: { debug: note, info: note, warn: note, error: note },
})

t.teardown(async () => {
  await pool.close()
  registry.close()
})

const task = (actor: string, batch: ArrayBuffer): HandleTask => ({
  kind: 'handle',
  actor,
  url: new URL('./workers/entry-actors.ts', import.meta.url).href,
  unit: { group: 'g', actor, topic: 'things', partition: 0 },
  epoch: 1,
  lane: 0,
  workId: 1,
  batch,
})

t.test('handled, emitted, logged', async (t) => {
  const batch = batchOf([{ n: 5, key: 'k', eventId: 'cause' }])
  const asked = await pool.run(task('echo', batch), 'lane')
  if (asked.kind !== 'produce') throw new Error(`unexpected ${JSON.stringify(asked)}`)
  t.equal(batch.detached, true)
  const [record] = asked.outgoing
  t.match(record, { topic: 'emitted' })
  t.same(
    Buffer.from(record?.value ?? []),
    frame(99, new EventEncoder(Happened).encode({ eventId: 'cause', tenantId: 't', n: 5 })),
  )
  t.match(await pool.run({ kind: 'resume', token: asked.token }, 'lane'), {
    kind: 'handled',
    counts: { applied: 1 },
  })
  await waitUntil('its log line is here', () => lines.some(({ message }) => message === 'seen'))
  t.match(
    lines.find(({ message }) => message === 'seen'),
    { fields: { n: 5, actor: 'echo', offset: 100, eventId: 'cause' } },
  )
})

t.test('a promise that nobody awaits is told, and ends nothing', async (t) => {
  t.match(await pool.run(task('careless', batchOf([{}])), 'lane'), {
    kind: 'handled',
    counts: { applied: 1 },
  })
  await waitUntil('it is in the log', () => lines.some(({ message }) => message.includes('nobody awaits')))
  t.match(
    lines.find(({ message }) => message.includes('nobody awaits')),
    { fields: { error: { message: 'nobody awaits me' } } },
  )
})

t.test('process.exit in a handler ends its thread, and the next batch finds another', async (t) => {
  await t.rejects(pool.run(task('deadly', batchOf([{}])), 'lane'), {
    code: 'WORKER_LOST',
    message: /deadly, things\/0/,
  })
  t.match(await pool.run(task('careless', batchOf([{}])), 'lane'), { kind: 'handled' })
})

t.test('an actor that its module does not have', async (t) => {
  t.match(await pool.run(task('nobody', batchOf([{}])), 'lane'), {
    kind: 'failed',
    failure: { code: 'ACTOR_NOT_LOADED' },
  })
})
