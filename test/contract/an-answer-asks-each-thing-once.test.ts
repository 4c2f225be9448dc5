// However much an operator asks for at once, each thing is read once for a request: the number of reads does not grow with the number of rows; and what there is to see of actors, the outbox and costs is seen.

import Fastify from 'fastify'
import t from 'tap'

import { Access } from '../../control-plane/auth/access.ts'
import { issueApiKey } from '../../control-plane/auth/api-key.ts'
import { operatorApi } from '../../control-plane/operator/api.ts'
import { openOperatorStores } from '../../control-plane/operator/stores.ts'
import type { Sql } from '../../control-plane/read-model/sql.ts'
import { writtenCommand } from '../../runtime/control/index.ts'
import { noOutcomes } from '../../runtime/delivery/index.ts'
import {
  insertDeadLetters,
  migrate,
  openCommandDesk,
  openDatabase,
  startEmbeddedPostgres,
} from '../../runtime/store/index.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import { deadLetter } from '../harness/dead-letter.ts'
import { actor, assignment, outcome, statusReport, unit, writeReport } from '../harness/status-reports.ts'

const ignore = (): void => undefined
const log: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => log }
const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const database = openDatabase({ url: server.url })
const { sql } = database
const { key } = await issueApiKey(sql, { role: 'viewer', name: 'Grace' })

let reads: string[] = []
const counting: Sql = (text, ...values) => {
  const statement = text.join('?')
  // Who asks is remembered for a while.
  if (!statement.includes('api_keys')) reads.push(statement.trim().split('\n', 1)[0] ?? '')
  return sql(text, ...values)
}
/** Each call of a store is a read, or two at once. */
const counted = <T extends object>(name: string, store: T): T =>
  new Proxy(store, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        reads.push(`${name}.${String(property)}`)
        return Reflect.apply(value, target, args)
      }
    },
  })
const stores = openOperatorStores(server.url)
const app = Fastify()
await app.register(operatorApi, {
  access: new Access({ sql: counting, refusalsPerMinute: 1_000 }),
  requestsPerMinute: 100_000,
  sql: counting,
  stores: {
    desk: counted('desk', stores.desk),
    letters: counted('letters', stores.letters),
    redrives: counted('redrives', stores.redrives),
    parking: counted('parking', stores.parking),
    replays: counted('replays', stores.replays),
    close: () => Promise.resolve(),
  },
  ...{ log, introspection: false, statusMaxAgeMs: 0 },
})
t.teardown(async () => {
  await app.close()
  await Promise.all([stores.close(), database.close()])
  await server.close()
})

const ask = async (
  query: string,
): Promise<{ readonly data: Record<string, never>; readonly reads: string[] }> => {
  reads = []
  const response = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { authorization: `Bearer ${key}` },
    payload: { query },
  })
  t.equal(response.statusCode, 200, response.body.slice(0, 300))
  return { data: response.json<{ data: Record<string, never> }>().data, reads }
}

const everything = `{
  cluster { lagMs recordsPerSecond }
  nodes { nodes { processes { id health { workers { busy } } } } }
  actors { nodes { name settings { attempts backoff } reads { name version } registration { version } parked { keys held } processes { id } outcomes { stages { stage totalMs msPerSecond } } } }
  groups { nodes { drainMs parked { records } members { process { id } } partitions { nodes { drainMs process { id } units { actor parked { keys } } } } } }
  outbox { records slices { slice state holder relay { id } heldTopics { topic } } relays { id } }
  eventTypes { name readers { version actor { name registration { state } } } }
  commands { nodes { id answers { processId } waitingFor { id } } }
  auditLog { nodes { id outcome message command { id state waitingFor { id } } } }
  deadLetters { nodes { id errorClass } }
  lastErrors { process { id } }
}`

const fill = async (rows: number): Promise<void> => {
  const desk = openCommandDesk({ url: server.url })
  for (let nth = 0; nth < rows; nth += 1) {
    await writeReport(
      sql,
      statusReport(`p${String(nth)}`, {
        intervalMs: 600_000,
        actors: [
          actor({ name: `a${String(nth)}`, reads: [{ name: 'shipping.package.scanned', version: 1 }] }),
        ],
        groups: [{ name: 'g', joined: true, assignments: [assignment(nth)] }],
      }),
    )
    await desk.issue(
      {
        who: 'Grace',
        role: 'operator',
        mutation: 'pause',
        arguments: {},
        reason: '',
        idempotencyKey: undefined,
        touches: [],
      },
      {
        command: writtenCommand({ kind: 'pause', units: { group: 'g' } }),
        addressees: ['p0'],
        expiresInMs: 600_000,
      },
    )
    await insertDeadLetters(sql, [deadLetter(1_000 * rows + nth, 'X')])
  }
  await desk.close()
}

t.test('as many reads for fifteen of each as for one', async (t) => {
  await fill(1)
  const one = await ask(everything)
  await fill(15)
  const many = await ask(everything)
  t.same(many.reads.toSorted(), one.reads.toSorted())
  t.ok(one.reads.length <= 10, one.reads.join('; '))
  t.equal((many.data['actors'] as unknown as { nodes: unknown[] }).nodes.length, 15)
})

t.test('what there is to see', async (t) => {
  await sql`delete from troupe.status_reports`
  const settings = {
    startFrom: 'earliest',
    timeLimitMs: 300_000,
    retryMode: 'park',
    attempts: 5,
    backoff: 'fixed',
    firstDelayMs: 200,
    maxDelayMs: 60_000,
  }
  const stages = { queueMs: 1.4, decodeMs: 20, handleMs: 300, storeMs: 0 }
  const parked = { keys: 2, held: 1, records: 7, oldestAgeMs: 1_500.5 }
  await writeReport(
    sql,
    statusReport('p1', {
      intervalMs: 600_000,
      actors: [actor({ settings, reads: [{ name: 'shipping.package.scanned', version: 2 }] })],
      groups: [
        {
          name: 'g',
          joined: true,
          assignments: [
            assignment(0, { units: [unit({ parked })] }),
            assignment(1, { frontier: 150, lagRecords: 0, lagMs: 0, units: [unit({ frontier: 150 })] }),
          ],
        },
      ],
      outcomes: [
        outcome(
          0,
          { applied: 100 },
          { rates: { ...noOutcomes(), applied: 10 }, stages, stageRates: { ...stages, handleMs: 30.5 } },
        ),
      ],
    }),
  )
  await writeReport(
    sql,
    statusReport('r1', {
      intervalMs: 600_000,
      process: { kind: 'relay' },
      outbox: {
        slices: [
          {
            slice: 3,
            state: 'waiting',
            records: 1,
            ageMs: 5,
            waitsFor: 'the broker is away',
            heldTopics: [],
          },
        ],
        sentRecords: 17,
        parkedRecords: 0,
        parked: 0,
        heldBackMs: 0,
      },
    }),
  )
  await sql`
    insert into troupe.outbox (slice, id, aggregatetype, aggregateid, type, topic, size_bytes, written_at)
    select 3, gen_random_uuid(), 'a', 'b', 'c', 't', 10, now() - interval '1 min' from generate_series(1, 4)`
  const { data } = await ask(`{
    processes(liveness: LIVE) { nodes { id kind } }
    actors { nodes { settings { timeLimitMs retryMode attempts } reads { name version } registration { version } parked { keys held records oldestAgeMs } outcomes { stages { stage totalMs msPerSecond } } } }
    groups { nodes { drainMs parked { keys } partitions { nodes { drainMs } } } }
    eventTypes { name readers { version actor { name } } }
    outbox { records parked heldBackMs sentRecords relays { id } slices { slice state records relay { id } waitsFor holder } }
  }`)
  t.match(data, {
    processes: { nodes: [{ id: 'p1' }, { id: 'r1', kind: 'RELAY' }] },
    actors: {
      nodes: [
        {
          settings: { timeLimitMs: 300_000, retryMode: 'park', attempts: 5 },
          reads: [{ name: 'shipping.package.scanned', version: 2 }],
          registration: null,
          parked: { ...parked, oldestAgeMs: 1_501 },
          outcomes: {
            stages: [
              { stage: 'queue', totalMs: 1 },
              { stage: 'decode', totalMs: 20 },
              { stage: 'handle', totalMs: 300, msPerSecond: 30.5 },
              { stage: 'store', totalMs: 0 },
            ],
          },
        },
      ],
    },
    // 50 records left, 10 a second.
    groups: {
      nodes: [
        { drainMs: 5_000, parked: { keys: 2 }, partitions: { nodes: [{ drainMs: 5_000 }, { drainMs: 0 }] } },
      ],
    },
    eventTypes: [
      { name: 'shipping.package.scanned', readers: [{ version: 2, actor: { name: 'tracking' } }] },
    ],
    outbox: { records: 4, parked: 0, heldBackMs: 0, sentRecords: 17, relays: [{ id: 'r1' }] },
  })
  const { slices } = data['outbox'] as unknown as { slices: { state: string }[] }
  t.match(slices[3], {
    slice: 3,
    state: 'WAITING',
    records: 4,
    relay: { id: 'r1' },
    waitsFor: 'the broker is away',
    holder: null,
  })
  t.match([slices.length, slices[0]], [8, { state: 'ORPHAN', records: 0, relay: null }])
})

t.test('a report that has them wrong is unreadable, and breaks nothing', async (t) => {
  await writeReport(sql, statusReport('p1', { actors: [actor({ settings: { attempts: 'many' } as never })] }))
  const { data } = await ask('{ process(id: "p1") { unreadable } actors { nodes { name } } }')
  t.match(data, { process: { unreadable: /actors\[0\]\.settings/ }, actors: { nodes: [] } })
})
