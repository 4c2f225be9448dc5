// Operators are told of lag, rebalances, dead letters and commands as they change, from any replica and over its restart, by one look of a server for all that subscribe.

import Fastify from 'fastify'
import t from 'tap'

import { Access } from '../../control-plane/auth/access.ts'
import { issueApiKey } from '../../control-plane/auth/api-key.ts'
import { operatorApi } from '../../control-plane/operator/api.ts'
import { openOperatorStores } from '../../control-plane/operator/stores.ts'
import type { Sql } from '../../control-plane/read-model/sql.ts'
import { type ControlPlaneOptions, startControlPlane } from '../../control-plane/server.ts'
import { writtenCommand } from '../../runtime/control/index.ts'
import {
  insertDeadLetters,
  migrate,
  openCommandBox,
  openCommandDesk,
  openDatabase,
  startEmbeddedPostgres,
} from '../../runtime/store/index.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import { deadLetter } from '../harness/dead-letter.ts'
import { operatorsQuery } from '../harness/operators-query.ts'
import { subscribed, type Subscribed } from '../harness/operators-subscription.ts'
import { actor, assignment, statusReport, unit, writeReport } from '../harness/status-reports.ts'
import { waitUntil } from '../harness/wait-until.ts'

t.setTimeout(300_000)

const ignore = (): void => undefined
const log: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => log }
const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const database = openDatabase({ url: server.url })
const { sql } = database
const options: ControlPlaneOptions = {
  databaseUrl: server.url,
  databaseConnections: 4,
  publicApiHost: '127.0.0.1',
  publicApiPort: 0,
  operatorApiHost: '127.0.0.1',
  operatorApiPort: 0,
  explorer: false,
}
const replicas = [await startControlPlane(options, log), await startControlPlane(options, log)]
const { key: viewer } = await issueApiKey(sql, { role: 'viewer', name: 'Grace' })
const { key: tenant } = await issueApiKey(sql, { tenant: 'acme', name: 'web shop' })
const desk = openCommandDesk({ url: server.url })
const box = openCommandBox({ url: server.url })
t.teardown(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()))
  await Promise.all([desk.close(), box.close(), database.close()])
  await server.close()
})

const urlOf = (nth: number) => () => replicas[nth]?.operatorUrl ?? ''
const subscribe = <T>(query: string, replica = 0, key = viewer): Subscribed<T> =>
  subscribed<T>({ url: urlOf(replica), key, query, retries: 0 })

/** Its partitions of the group, with their frontier; it lives as long as the test does. */
const reports = async (
  id: string,
  frontiers: Readonly<Record<number, number>>,
  state: 'running' | 'stopped' = 'running',
): Promise<void> =>
  writeReport(
    sql,
    statusReport(id, {
      state,
      intervalMs: 600_000,
      actors: [actor({ topics: ['scans'] })],
      groups: [
        {
          name: 'g',
          joined: true,
          assignments: Object.entries(frontiers).map(([partition, frontier]) =>
            assignment(Number(partition), {
              frontier,
              end: 150,
              lagRecords: 150 - frontier,
              units: [unit({ frontier })],
            }),
          ),
        },
      ],
    }),
  )

interface Lag {
  readonly name: string
  readonly lagRecords: number
  readonly partitions: { readonly nodes: readonly { partition: number; process: { id: string } | null }[] }
}
const lag =
  'subscription { lagChanged(group: "g") { name lagRecords partitions { nodes { partition process { id } } } } }'

t.test('lag: as it is, then as it becomes, from either replica', async (t) => {
  await reports('p1', { 0: 100, 1: 50 })
  const here = subscribe<Lag>(lag)
  const there = subscribe<Lag>(lag, 1)
  const other = subscribe<Lag>('subscription { lagChanged(group: "another") { name } }')
  const all = subscribe<Lag>('subscription { lagChanged { name } }')
  for (const subscription of [here, there]) {
    await waitUntil('it is told', () => subscription.told.length === 1)
    t.match(subscription.told[0], {
      lagRecords: 150,
      partitions: { nodes: [{ partition: 0, process: { id: 'p1' } }, { partition: 1 }] },
    })
  }
  await reports('p1', { 0: 150, 1: 149 })
  for (const subscription of [here, there]) {
    await waitUntil('it is told again', () => subscription.told.at(-1)?.lagRecords === 1)
    t.same(subscription.errors, [])
    t.equal(subscription.told.length, 2, 'and nothing while nothing changes')
  }
  await waitUntil('whoever asks for all has it', () => all.told.some(({ name }) => name === 'g'))
  t.same(other.told, [])
  await Promise.all([here, there, other, all].map((subscription) => subscription.end()))
})

interface Rebalance {
  readonly joined: readonly { processId: string }[]
  readonly left: readonly { processId: string }[]
  readonly moves: readonly object[]
  readonly liveMembers: number
  readonly unheldPartitions: number
}
const rebalances =
  'subscription { rebalances(group: "g") { groupName joined { processId nodeName } left { processId } moves { topic partition fromProcessId toProcessId } movedPartitions liveMembers unheldPartitions } }'

t.test('a process that comes, and one that goes', async (t) => {
  const { told, errors, end } = subscribe<Rebalance>(rebalances)
  const begun = subscribe<Lag>(lag)
  // Both look at the same pictures.
  await waitUntil('it looks', () => begun.told.length > 0)
  await reports('p1', { 0: 150 })
  await reports('p2', { 1: 150 })
  await waitUntil('it is seen', () =>
    told.some(({ joined }) => joined.some(({ processId }) => processId === 'p2')),
  )
  await waitUntil('and who has the partition', () =>
    told.some(({ moves }) => JSON.stringify(moves).includes('"toProcessId":"p2"')),
  )
  t.equal(told.at(-1)?.liveMembers, 2)
  const before = told.length
  await reports('p1', { 0: 150 }, 'stopped')
  await waitUntil('it is seen to go', () => told.length > before)
  t.match(told.at(-1), {
    joined: [],
    left: [{ processId: 'p1' }],
    moves: [{ topic: 'scans', partition: 0, fromProcessId: 'p1', toProcessId: null }],
    movedPartitions: 1,
    liveMembers: 1,
    unheldPartitions: 1,
  })
  t.same(errors, [])
  await Promise.all([end(), begun.end()])
})

interface Letter {
  readonly offset: number
  readonly errorClass: string
}
const arrivals = (filter: string): string =>
  `subscription { deadLetterArrived${filter} { id offset errorClass failedAt } }`

t.test('dead letters that arrive, also those of a transaction that began earlier, each once', async (t) => {
  await insertDeadLetters(sql, [deadLetter(1, 'Old')])
  const all = subscribe<Letter>(arrivals(''))
  const some = subscribe<Letter>(arrivals('(filter: { error: "TypeError", text: "carrier" })'))
  const none = subscribe<Letter>(arrivals('(filter: { group: "another" })'))
  let offset = 1
  await waitUntil('it looks', async () => {
    await insertDeadLetters(sql, [deadLetter((offset += 1), 'First')])
    return all.told.length > 0
  })
  // given a transaction that has its ids, and commits after another that has later ones
  const late = openDatabase({ url: server.url, maxConnections: 1 })
  await late.sql`begin`
  await insertDeadLetters(late.sql, [deadLetter(1_000, 'TypeError')])
  await insertDeadLetters(sql, [deadLetter(1_001, 'CarrierAway')])
  await waitUntil('the later one is told', () => all.told.some((letter) => letter.offset === 1_001))
  await late.sql`commit`
  await late.close()
  await waitUntil('the earlier one, too', () => all.told.some((letter) => letter.offset === 1_000))
  await insertDeadLetters(
    sql,
    Array.from({ length: 1_200 }, (_, nth) => deadLetter(2_000 + nth, nth === 7 ? 'TypeError' : 'Many')),
  )
  await waitUntil(
    'a flood is told',
    () => all.told.filter(({ errorClass }) => errorClass === 'Many').length === 1_199,
  )
  t.equal(new Set(all.told.map((letter) => letter.offset)).size, all.told.length, 'each once')
  t.notOk(all.told.some(({ errorClass }) => errorClass === 'Old'))
  await waitUntil('the filter finds', () => some.told.length === 2)
  t.match(some.told, [{ offset: 1_000 }, { offset: 2_007 }])
  t.same(none.told, [])
  await Promise.all([all, some, none].map((subscription) => subscription.end()))
})

const command = async (): Promise<number> =>
  desk.send(
    {
      command: writtenCommand({ kind: 'pause', units: { group: 'g' } }),
      addressees: ['p1', 'p2'],
      expiresInMs: 600_000,
    },
    'Grace',
  )
const answer = async (id: number, processId: string): Promise<void> =>
  box.answer(id, { id: processId, node: 'n' }, { state: 'done', message: 'so be it', details: [] })

interface Progress {
  readonly state: string
  readonly waitingForIds: readonly string[]
}

t.test('a command: as it stands, at each answer, and its end', async (t) => {
  const id = await command()
  const progress = `subscription { commandProgress(id: "${String(id)}") { state waitingForIds waitingFor { id } answers { processId state } } }`
  const { told, errors, ended } = subscribe<Progress>(progress, 1)
  await waitUntil('it is told', () => told.length === 1)
  t.match(told[0], { state: 'WAITING', waitingForIds: ['p1', 'p2'] })
  await answer(id, 'p1')
  await waitUntil('of the first', () => told.length === 2)
  t.match(told[1], { state: 'WAITING', waitingForIds: ['p2'] })
  await answer(id, 'p2')
  t.equal(await ended, undefined, 'it ends by itself')
  t.match(told[2], { state: 'DONE', waitingForIds: [] })
  t.same(errors, [])
  const again = subscribe<Progress>(progress)
  t.equal(await again.ended, undefined)
  t.match(again.told, [{ state: 'DONE' }], 'one that has ended is told once')
})

t.test('what is wrong is told in few words, and who is no operator stays outside', async (t) => {
  const wrong: readonly (readonly [query: string, code: string])[] = [
    ['subscription { commandProgress(id: "x") { state } }', 'BAD_USER_INPUT'],
    ['subscription { commandProgress(id: "999999") { state } }', 'BAD_USER_INPUT'],
    ['subscription { deadLetterArrived(filter: { ids: ["y"] }) { id } }', 'BAD_USER_INPUT'],
    ['{ cluster { lagMs } }', 'BAD_REQUEST'],
    ['mutation { pause(group: "g") { message } }', 'BAD_REQUEST'],
    ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'subscription { lagChanged { partitions(first: 100) { nodes { units { actor } process { readiness { checks { name } } health { workers { busy } } } claimants { readiness { checks { name } } health { workers { busy } } } } } members(first: 100) { process { readiness { checks { name } } health { workers { busy } } } } } }',
      'QUERY_TOO_COSTLY',
    ],
  ]
  for (const [query, code] of wrong) {
    const subscription = subscribe(query)
    const error = await subscription.ended
    t.match(JSON.stringify([error, subscription.errors]), code, query.slice(0, 60))
    await subscription.end()
  }
  t.match(await subscribe(lag, 0, tenant).ended, { code: 4403 })
  const post = operatorsQuery(`${urlOf(0)()}/graphql`, viewer)
  t.match(await post(lag), { status: 400, errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
})

t.test('a subscription goes on after its control plane was started again', async (t) => {
  const { told, end } = subscribed<Lag>({ url: urlOf(1), key: viewer, query: lag, retries: 10_000 })
  await waitUntil('it is told', () => told.length > 0)
  await replicas[1]?.stop()
  await reports('p2', { 1: 60 })
  replicas[1] = await startControlPlane(options, log)
  await waitUntil('it is told of what came meanwhile', () => told.at(-1)?.lagRecords === 90)
  await reports('p2', { 1: 70 })
  await waitUntil('and of what comes', () => told.at(-1)?.lagRecords === 80)
  await end()
  t.pass()
})

t.test('a hundred subscriptions read what one reads; without any nothing is read', async (t) => {
  let looks = 0
  const counting: Sql = (text, ...values) => {
    if (text.join('').includes('troupe.status_reports')) looks += 1
    return sql(text, ...values)
  }
  const stores = openOperatorStores(server.url)
  const app = Fastify()
  await app.register(operatorApi, {
    access: new Access({ sql: counting, refusalsPerMinute: 1_000 }),
    requestsPerMinute: 10_000,
    ...{ sql: counting, stores, log, introspection: false },
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  const url = () => `http://127.0.0.1:${String(port)}`
  const all = Array.from({ length: 100 }, () => subscribed<Lag>({ url, key: viewer, query: lag }))
  await waitUntil('all are told', () => all.every(({ told }) => told.length > 0))
  const begin = looks
  for (const frontier of [80, 90, 100]) {
    await reports('p2', { 1: frontier })
    await waitUntil('all are told', () => all.every(({ told }) => told.at(-1)?.lagRecords === 150 - frontier))
  }
  const each = Math.max(...all.map(({ told }) => told.length))
  t.ok(
    looks - begin >= 3 && looks - begin < 100,
    `${String(looks - begin)} looks, ${String(each)} told to each`,
  )
  await Promise.all(all.map((subscription) => subscription.end()))
  await app.close()
  const end = looks
  const one = subscribe<Lag>(lag)
  await waitUntil('another server looks', () => one.told.length > 0)
  t.equal(looks, end)
  await one.end()
  await stores.close()
})
