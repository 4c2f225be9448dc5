// The operators' API shows what processes last said of themselves: the live before the dead, the unreadable as unreadable, and to operators alone.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Fastify from 'fastify'
import t from 'tap'

import { Access } from '../../control-plane/auth/access.ts'
import { issueApiKey, revokeOperatorKey } from '../../control-plane/auth/api-key.ts'
import { operatorApi } from '../../control-plane/operator/api.ts'
import { openOperatorStores } from '../../control-plane/operator/stores.ts'
import type { Sql } from '../../control-plane/read-model/sql.ts'
import { type ControlPlaneOptions, startControlPlane } from '../../control-plane/server.ts'
import { noOutcomes } from '../../runtime/delivery/index.ts'
import { migrate, openDatabase, startEmbeddedPostgres } from '../../runtime/store/index.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import {
  actor,
  assignment,
  outcome,
  sighting,
  startedAtMs,
  statusReport,
  unit,
  writeReport,
} from '../harness/status-reports.ts'
import { waitUntil } from '../harness/wait-until.ts'

const logged: { message: string; fields: object | undefined }[] = []
const remember = (message: string, fields?: object): void => void logged.push({ message, fields })
const log: Log = { debug: remember, info: remember, warn: remember, error: remember, child: () => log }

const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const database = openDatabase({ url: server.url })
const { sql } = database
const stores = openOperatorStores(server.url)
const options: ControlPlaneOptions = {
  databaseUrl: server.url,
  databaseConnections: 4,
  publicApiHost: '127.0.0.1',
  publicApiPort: 0,
  operatorApiHost: '127.0.0.1',
  operatorApiPort: 0,
  explorer: false,
}
const api = await startControlPlane(options, log)
const { key: viewer } = await issueApiKey(sql, { role: 'viewer', name: "Ada's laptop" })
const { key: tenant } = await issueApiKey(sql, { tenant: 'acme', name: 'web shop' })
t.teardown(async () => {
  await api.stop()
  await Promise.all([database.close(), stores.close()])
  await server.close()
})

interface Answer {
  readonly status: number
  readonly text: string
  // What a test asks for it says itself.
  readonly data: Record<string, never>
  readonly errors: readonly { message: string; extensions: { code: string; id?: string } }[] | undefined
}

const ask = async (
  query: string,
  {
    variables = {},
    key = viewer,
    base = api.operatorUrl,
  }: { variables?: object; key?: string; base?: string } = {},
): Promise<Answer> => {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  })
  const text = await response.text()
  return { status: response.status, text, ...(JSON.parse(text) as Pick<Answer, 'data' | 'errors'>) }
}

/** Empties the table, writes these, and waits until a read that began earlier is no longer answered. */
const given = async (...reports: Parameters<typeof writeReport>[]): Promise<void> => {
  await sql`delete from troupe.status_reports`
  for (const [, report, how] of reports) await writeReport(sql, report, how)
  const ids = reports.map(([, report]) => report.process.id).sort()
  await waitUntil('the reports are those of this test', async () => {
    const { data } = await ask('{ processes(first: 100) { nodes { id } } }')
    const { nodes } = data['processes']! as unknown as { nodes: { id: string }[] }
    return JSON.stringify(nodes.map(({ id }) => id).sort()) === JSON.stringify(ids)
  })
}
const report = (...[id, parts]: Parameters<typeof statusReport>): Parameters<typeof writeReport> => [
  sql,
  statusReport(id, parts),
]
const silent = (
  silentMs: number,
  ...[id, parts]: Parameters<typeof statusReport>
): Parameters<typeof writeReport> => [sql, statusReport(id, parts), { silentMs }]

t.test('nothing reports: empty lists, nothing known', async (t) => {
  await given()
  const { status, data } = await ask(`{
    cluster { keyName role liveProcesses unreadyProcesses silentProcesses unreadableProcesses lagRecords lagMs unheldPartitions recordsPerSecond }
    nodes { nodes { name } } processes { nodes { id } } process(id: "x") { id } actors { nodes { name } }
    groups { nodes { name } } group(name: "g") { name } partitions { nodes { topic } pageInfo { hasNextPage endCursor } }
    outcomes { nodes { actor } } lastErrors { code }
  }`)
  t.equal(status, 200)
  t.same(data, {
    cluster: {
      keyName: "Ada's laptop",
      role: 'VIEWER',
      liveProcesses: 0,
      unreadyProcesses: 0,
      silentProcesses: 0,
      unreadableProcesses: 0,
      lagRecords: null,
      lagMs: null,
      unheldPartitions: 0,
      recordsPerSecond: 0,
    },
    nodes: { nodes: [] },
    processes: { nodes: [] },
    process: null,
    actors: { nodes: [] },
    groups: { nodes: [] },
    group: null,
    partitions: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } },
    outcomes: { nodes: [] },
    lastErrors: [],
  })
})

t.test('a process with all it says of itself', async (t) => {
  await given(
    report('p1', {
      readiness: [
        { name: 'consumer', ready: true, reason: '' },
        { name: 'registry', ready: false, reason: 'http://registry:8081 refuses connections' },
      ],
    }),
    report('c1', { process: { kind: 'control-plane', node: 'node-b' } }),
  )
  const { data } = await ask(`{
    process(id: "p1") {
      id nodeName kind liveness live state startedAt intervalMs reportVersion unreadable pid troupeVersion nodeVersion
      readiness { ready checks { name ready reason } }
      health { rssBytes eventLoopDelayMs workers { threadId busy } }
    }
    nodes { nodes { name liveProcesses processes { id kind } } }
    cluster { liveProcesses unreadyProcesses }
  }`)
  t.same(data, {
    process: {
      id: 'p1',
      nodeName: 'node-a',
      kind: 'RUNTIME',
      liveness: 'LIVE',
      live: true,
      state: 'RUNNING',
      startedAt: new Date(startedAtMs).toISOString(),
      intervalMs: 1000,
      reportVersion: 1,
      unreadable: null,
      pid: 100,
      troupeVersion: '0.1.0',
      nodeVersion: '24.1.0',
      readiness: {
        ready: false,
        checks: [
          { name: 'consumer', ready: true, reason: '' },
          { name: 'registry', ready: false, reason: 'http://registry:8081 refuses connections' },
        ],
      },
      health: { rssBytes: 5_000_000_000, eventLoopDelayMs: 12.5, workers: [{ threadId: 1, busy: 0.25 }] },
    },
    nodes: {
      nodes: [
        { name: 'node-a', liveProcesses: 1, processes: [{ id: 'p1', kind: 'RUNTIME' }] },
        { name: 'node-b', liveProcesses: 1, processes: [{ id: 'c1', kind: 'CONTROL_PLANE' }] },
      ],
    },
    cluster: { liveProcesses: 2, unreadyProcesses: 1 },
  })
})

t.test('alive is who reports in time by the clock of Postgres, whatever its own clock says', async (t) => {
  await given(
    silent(0, 'now', { reportedAtMs: 0 }),
    // Room for the time that this test takes itself.
    silent(50_000, 'slow', { intervalMs: 60_000 }),
    silent(190_000, 'slow-and-gone', { intervalMs: 60_000 }),
    silent(4_000, 'gone', { reportedAtMs: 8e15 }),
    silent(4_000, 'ended', { state: 'stopped' }),
  )
  const { data } = await ask(
    '{ processes { nodes { id liveness live state silentMs uptimeMs } } silent: processes(liveness: SILENT) { nodes { id } } cluster { liveProcesses silentProcesses } nodes { nodes { processes { id } } } }',
  )
  const { processes, nodes, ...rest } = data as unknown as {
    processes: {
      nodes: { id: string; liveness: string; live: boolean; silentMs: number; uptimeMs: number }[]
    }
    nodes: { nodes: { processes: { id: string }[] }[] }
  }
  t.same(
    processes.nodes.map(({ id, liveness, live }) => [id, liveness, live]),
    [
      ['ended', 'STOPPED', false],
      ['gone', 'SILENT', false],
      ['now', 'LIVE', true],
      ['slow', 'LIVE', true],
      ['slow-and-gone', 'SILENT', false],
    ],
  )
  for (const { id, silentMs, uptimeMs } of processes.nodes) {
    t.ok(silentMs >= 0 && uptimeMs > 0, `${id}: silent for ${silentMs} ms, up for ${uptimeMs} ms`)
  }
  t.match(rest, {
    silent: { nodes: [{ id: 'gone' }, { id: 'slow-and-gone' }] },
    cluster: { liveProcesses: 2, silentProcesses: 2 },
  })
  t.same(
    nodes.nodes[0]?.processes.map(({ id }) => id),
    ['now', 'slow', 'ended', 'gone', 'slow-and-gone'],
    'live ones first, the latest report first',
  )
})

t.test('what said its last word yesterday is shown no more', async (t) => {
  await given()
  await writeReport(sql, statusReport('old', { groups: [{ name: 'g', joined: true, assignments: [] }] }), {
    silentMs: 25 * 3_600_000,
  })
  await writeReport(sql, statusReport('new'))
  await waitUntil(
    'the new one is shown',
    async () => (await ask('{ process(id: "new") { id } }')).data['process'],
  )
  const { data } = await ask(
    '{ processes { nodes { id } } process(id: "old") { id } groups { nodes { name } } }',
  )
  t.same(data, { processes: { nodes: [{ id: 'new' }] }, process: null, groups: { nodes: [] } })
})

t.test('a report that cannot be read shows why, and breaks nothing', async (t) => {
  const good = statusReport('good', {
    actors: [actor()],
    groups: [{ name: 'g', joined: true, assignments: [assignment(0)] }],
  })
  const broken: [id: string, written: unknown, reason: RegExp][] = [
    ['b-version', { version: 2, all: 'different' }, /version 2; this process reads 1/],
    ['b-none', {}, /version false/],
    ['b-text', 'hello', /version false/],
    ['b-null', null, /version false/],
    ['b-groups', { ...good, groups: undefined }, /whose groups is missing/],
    ['b-list', { ...good, actors: {} }, /whose actors is missing or not of its kind/],
    [
      'b-end',
      { ...good, groups: [{ name: 'g', joined: true, assignments: [{ ...assignment(1), end: 'far' }] }] },
      /groups\[0\]\.assignments\[0\]\.end/,
    ],
    [
      'b-offset',
      { ...good, groups: [{ name: 'g', joined: true, assignments: [assignment(1, { position: 2 ** 60 })] }] },
      /position/,
    ],
    ['b-time', { ...good, lastErrors: [sighting(9e15)] }, /lastErrors\[0\]\.atMs/],
    [
      'b-unit',
      {
        ...good,
        groups: [{ name: 'g', joined: true, assignments: [assignment(1, { units: [{} as never] })] }],
      },
      /units\[0\]\.actor/,
    ],
  ]
  await given(
    [sql, good],
    ...broken.map(([id, written]): Parameters<typeof writeReport> => [sql, statusReport(id), { written }]),
    [sql, statusReport('strange', { process: { kind: 'gateway' as never }, state: 'dreaming' as never })],
  )
  const { status, data, errors } = await ask(`{
    processes(first: 50) { nodes { id kind state live unreadable pid readiness { ready } health { rssBytes } } }
    cluster { liveProcesses unreadableProcesses } nodes { nodes { name processes { id } } }
    actors { nodes { name } } groups { nodes { name partitions { nodes { partition } } } } outcomes { nodes { topic } } lastErrors { code }
  }`)
  t.same([status, errors], [200, undefined])
  const { processes } = data as unknown as {
    processes: { nodes: { id: string; unreadable: string | null }[] }
  }
  for (const [id, , reason] of broken) {
    const shown = processes.nodes.find((process) => process.id === id)
    t.match(shown, { live: true, unreadable: reason, pid: null, readiness: null, health: null }, id)
  }
  t.match(
    processes.nodes.find(({ id }) => id === 'strange'),
    { kind: 'OTHER', state: 'OTHER', unreadable: null },
  )
  t.match(data, {
    cluster: { unreadableProcesses: broken.length },
    actors: { nodes: [{ name: 'tracking' }] },
    groups: { nodes: [{ name: 'g', partitions: { nodes: [{ partition: 0 }] } }] },
  })
})

t.test('a partition with its numbers, beyond 32 bits, and its units', async (t) => {
  await given(
    report('p1', {
      actors: [actor()],
      groups: [
        {
          name: 'g',
          joined: true,
          assignments: [
            assignment(3, {
              position: 9_007_199_254_740_000,
              frontier: 9_007_199_254_739_000,
              end: 9_007_199_254_740_991,
              lagRecords: 1_991,
              lagMs: 12_345.6,
              units: [
                unit({ waitingFor: 'postgres', creditBytes: 4_000_000_000 }),
                unit({ actor: 'audit', position: null, frontier: null, oldestUnfinishedAtMs: null }),
              ],
            }),
            assignment(4, {
              position: null,
              frontier: null,
              end: null,
              lagRecords: null,
              lagMs: null,
              units: [],
            }),
          ],
        },
      ],
    }),
  )
  const { data, errors } = await ask(`{
    partitions { nodes { groupName topic partition hold position frontier end lagRecords lagMs process { id } claimants { id }
      units { actor lifecycle position frontier oldestUnfinishedAt unfinishedRecords unfinishedBytes creditRecords creditBytes waitingFor } } }
    group(name: "g") { name liveMembers members { process { id } joined partitionCount } partitionCount unheldPartitions unknownLagPartitions lagRecords lagMs }
    cluster { lagRecords lagMs }
  }`)
  t.equal(errors, undefined)
  t.same(data, {
    partitions: {
      nodes: [
        {
          groupName: 'g',
          topic: 'scans',
          partition: 3,
          hold: 'HELD',
          position: 9_007_199_254_740_000,
          frontier: 9_007_199_254_739_000,
          end: 9_007_199_254_740_991,
          lagRecords: 1_991,
          lagMs: 12_346,
          process: { id: 'p1' },
          claimants: [{ id: 'p1' }],
          units: [
            {
              actor: 'tracking',
              lifecycle: 'running',
              position: 120,
              frontier: 100,
              oldestUnfinishedAt: new Date(startedAtMs).toISOString(),
              unfinishedRecords: 20,
              unfinishedBytes: 2_000,
              creditRecords: 19_980,
              creditBytes: 4_000_000_000,
              waitingFor: 'postgres',
            },
            {
              actor: 'audit',
              lifecycle: 'running',
              position: null,
              frontier: null,
              oldestUnfinishedAt: null,
              unfinishedRecords: 20,
              unfinishedBytes: 2_000,
              creditRecords: 19_980,
              creditBytes: 4_000_000,
              waitingFor: null,
            },
          ],
        },
        {
          groupName: 'g',
          topic: 'scans',
          partition: 4,
          hold: 'HELD',
          position: null,
          frontier: null,
          end: null,
          lagRecords: null,
          lagMs: null,
          process: { id: 'p1' },
          claimants: [{ id: 'p1' }],
          units: [],
        },
      ],
    },
    group: {
      name: 'g',
      liveMembers: 1,
      members: [{ process: { id: 'p1' }, joined: true, partitionCount: 2 }],
      partitionCount: 2,
      unheldPartitions: 0,
      unknownLagPartitions: 1,
      lagRecords: 1_991,
      lagMs: 12_346,
    },
    cluster: { lagRecords: 1_991, lagMs: 12_346 },
  })
})

t.test('several claim a partition, or only the dead', async (t) => {
  const holding = (...assignments: ReturnType<typeof assignment>[]) => ({
    actors: [actor()],
    groups: [{ name: 'g', joined: true, assignments }],
  })
  await given(
    report('ahead', holding(assignment(0, { frontier: 200, lagRecords: 7, lagMs: 70 }), assignment(1))),
    report('behind', holding(assignment(0, { frontier: 100, lagRecords: 107, lagMs: 1_070 }))),
    silent(9_000, 'dead', {
      ...holding(
        assignment(0, { frontier: 900, lagRecords: 0 }),
        assignment(2, { lagRecords: 5, lagMs: 50 }),
        assignment(0, { topic: 'given-up', lagRecords: 1_000_000 }),
      ),
    }),
    silent(9_000, 'last-of-its-group', {
      actors: [actor({ group: 'h', name: 'lonely' })],
      groups: [{ name: 'h', joined: true, assignments: [assignment(8, { lagRecords: 3, lagMs: 30 })] }],
    }),
  )
  const { data } = await ask(`{
    partitions(group: "g") { nodes { topic partition hold frontier lagRecords process { id } claimants { id } } }
    groups { nodes { name liveMembers partitionCount unheldPartitions lagRecords lagMs } }
    h: partitions(group: "h", topic: "scans") { nodes { partition hold process { id } } }
    none: partitions(topic: "given-up") { nodes { partition } }
    actors { nodes { name liveProcesses processes { id } } }
  }`)
  t.same(data, {
    partitions: {
      nodes: [
        {
          topic: 'scans',
          partition: 0,
          hold: 'CONTESTED',
          frontier: 200,
          lagRecords: 7,
          process: { id: 'ahead' },
          claimants: [{ id: 'ahead' }, { id: 'behind' }],
        },
        {
          topic: 'scans',
          partition: 1,
          hold: 'HELD',
          frontier: 100,
          lagRecords: 50,
          process: { id: 'ahead' },
          claimants: [{ id: 'ahead' }],
        },
        {
          topic: 'scans',
          partition: 2,
          hold: 'UNHELD',
          frontier: 100,
          lagRecords: 5,
          process: null,
          claimants: [],
        },
      ],
    },
    groups: {
      nodes: [
        { name: 'g', liveMembers: 2, partitionCount: 3, unheldPartitions: 1, lagRecords: 62, lagMs: 2_000 },
        { name: 'h', liveMembers: 0, partitionCount: 1, unheldPartitions: 1, lagRecords: 3, lagMs: 30 },
      ],
    },
    h: { nodes: [{ partition: 8, hold: 'UNHELD', process: null }] },
    none: { nodes: [] },
    actors: {
      nodes: [
        { name: 'tracking', liveProcesses: 2, processes: [{ id: 'ahead' }, { id: 'behind' }] },
        { name: 'lonely', liveProcesses: 0, processes: [] },
      ],
    },
  })
})

const applied = (perSecond: number) => ({ ...noOutcomes(), applied: perSecond })

t.test('actors and what became of their records, over processes', async (t) => {
  await given(
    report('p1', {
      actors: [actor(), actor({ name: 'audit', effects: 'none' })],
      outcomes: [
        outcome(
          0,
          { applied: 4_000_000_000, rejected: 2 },
          { retries: 3, rates: { ...noOutcomes(), applied: 10, rejected: 0.5 } },
        ),
        outcome(1, { duplicate: 1, skipped: 5 }, { rates: { ...noOutcomes(), duplicate: 1 } }),
        outcome(0, { applied: 1 }, { actor: 'audit', rates: applied(2) }),
      ],
    }),
    report('p2', { actors: [actor({ lanes: 8 })], outcomes: [outcome(0, { applied: 1, undecodable: 1 })] }),
    silent(9_000, 'dead', {
      actors: [actor({ lanes: 16 })],
      outcomes: [outcome(0, { redelivered: 2, exhausted: 1 }, { retries: 4, rates: applied(99) })],
    }),
  )
  const all =
    'applied duplicate redelivered rejected undecodable exhausted skipped total retries perSecond rates { applied duplicate rejected }'
  const { data } = await ask(`{
    actors(group: "g") { nodes { name groupName topics receives order effects concurrency lanes consistent liveProcesses outcomes { ${all} } } }
    outcomes(actor: "tracking") { nodes { groupName actor topic partition outcomes { total perSecond } } }
    one: outcomes(group: "g", actor: "audit", topic: "scans") { nodes { outcomes { applied } } }
    none: outcomes(group: "other") { nodes { actor } }
    cluster { recordsPerSecond }
  }`)
  const { actors } = data as unknown as { actors: { nodes: { name: string; lanes: number }[] } }
  t.ok([4, 8].includes(actors.nodes[1]?.lanes ?? 0), 'described by a live process')
  t.match(actors.nodes, [
    {
      name: 'audit',
      groupName: 'g',
      effects: 'none',
      consistent: true,
      liveProcesses: 1,
      outcomes: { applied: 1, total: 1, retries: 0, perSecond: 2 },
    },
    {
      name: 'tracking',
      topics: ['scans'],
      receives: ['shipping.package.*'],
      order: 'key',
      concurrency: 64,
      consistent: false,
      liveProcesses: 2,
      outcomes: {
        applied: 4_000_000_001,
        duplicate: 1,
        redelivered: 2,
        rejected: 2,
        undecodable: 1,
        exhausted: 1,
        skipped: 5,
        total: 4_000_000_013,
        retries: 7,
        perSecond: 11.5,
        rates: { applied: 10, duplicate: 1, rejected: 0.5 },
      },
    },
  ])
  t.match(data, {
    outcomes: {
      nodes: [
        {
          groupName: 'g',
          actor: 'tracking',
          topic: 'scans',
          partition: 0,
          outcomes: { total: 4_000_000_007, perSecond: 10.5 },
        },
        { partition: 1, outcomes: { total: 6, perSecond: 1 } },
      ],
    },
    one: { nodes: [{ outcomes: { applied: 1 } }] },
    none: { nodes: [] },
    cluster: { recordsPerSecond: 13.5 },
  })
})

t.test('the last errors, newest first, by actor and group', async (t) => {
  await given(
    report('p1', {
      actors: [actor(), actor({ name: 'audit', group: 'h' })],
      lastErrors: [
        sighting(startedAtMs + 5, { offset: 9_007_199_254_740_991, outcome: 'rejected' }),
        sighting(startedAtMs + 1, { actor: 'audit' }),
      ],
    }),
    report('p2', {
      lastErrors: [
        sighting(startedAtMs + 3, {
          code: 'REGISTRY_UNAVAILABLE',
          actor: null,
          topic: null,
          partition: null,
          offset: null,
          eventId: null,
          outcome: null,
        }),
      ],
    }),
  )
  const fields =
    'at code message actor topic partition offset eventId correlationId outcome times process { id }'
  const { data } = await ask(`{
    all: lastErrors { ${fields} } two: lastErrors(first: 2) { code } audit: lastErrors(actor: "audit") { at } h: lastErrors(group: "h") { actor }
  }`)
  t.match(data, {
    all: [
      {
        at: '2026-01-05T12:00:00.005Z',
        code: 'HANDLER_FAILED',
        message: 'no such parcel',
        actor: 'tracking',
        topic: 'scans',
        partition: 0,
        offset: 9_007_199_254_740_991,
        eventId: 'e1',
        correlationId: null,
        outcome: 'rejected',
        times: 3,
        process: { id: 'p1' },
      },
      {
        code: 'REGISTRY_UNAVAILABLE',
        actor: null,
        topic: null,
        partition: null,
        offset: null,
        process: { id: 'p2' },
      },
      { at: '2026-01-05T12:00:00.001Z' },
    ],
    two: [{ code: 'HANDLER_FAILED' }, { code: 'REGISTRY_UNAVAILABLE' }],
    audit: [{ at: '2026-01-05T12:00:00.001Z' }],
    h: [{ actor: 'audit' }],
  })
})

t.test('every list is paged through: each item once, in order', async (t) => {
  const assignments = Array.from({ length: 23 }, (_, partition) => assignment(partition))
  await given(
    ...Array.from({ length: 12 }, (_, n) =>
      report(`p${n}`, {
        process: { node: `node-${n}` },
        actors: [actor({ name: `actor-${n}` })],
        groups: [{ name: n === 0 ? 'g' : `g${n}`, joined: true, assignments: n === 0 ? assignments : [] }],
        outcomes: n === 0 ? assignments.map(({ partition }) => outcome(partition, { applied: 1 })) : [],
      }),
    ),
  )
  const lists: [path: string, item: string, size: number][] = [
    ['nodes', 'name', 12],
    ['processes', 'id', 12],
    ['actors', 'name', 12],
    ['groups', 'name', 12],
    ['partitions', 'partition', 23],
    ['outcomes', 'partition', 23],
    ['group.partitions', 'partition', 23],
  ]
  for (const [path, item, size] of lists) {
    const [head, below] = path.split('.') as [string, string?]
    for (const first of [5, 100]) {
      const seen: unknown[] = []
      let after: string | null = null
      do {
        const page = `(first: ${first}, after: $after) { edges { cursor node { ${item} } } nodes { ${item} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`
        const { data } = await ask(
          `query ($after: String) { ${below === undefined ? `${head}${page}` : `${head}(name: "g") { ${below}${page} }`} }`,
          { variables: { after } },
        )
        const top = data[head]! as Record<string, never>
        const list = (below === undefined ? top : top[below]) as unknown as {
          edges: { cursor: string; node: Record<string, unknown> }[]
          nodes: Record<string, unknown>[]
          pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
        }
        seen.push(...list.nodes.map((node) => node[item]))
        t.same(
          list.edges.map(({ node }) => node),
          list.nodes,
        )
        t.same(
          [list.pageInfo.startCursor, list.pageInfo.endCursor, list.pageInfo.hasPreviousPage],
          [list.edges[0]?.cursor, list.edges.at(-1)?.cursor, after !== null],
        )
        after = list.pageInfo.hasNextPage ? list.pageInfo.endCursor : null
      } while (after !== null)
      t.equal(new Set(seen).size, size, `${path}, ${first} a page`)
      t.equal(seen.length, size)
      if (item === 'partition')
        t.same(
          seen,
          seen.toSorted((a, b) => Number(a) - Number(b)),
          'by number, not by text',
        )
    }
  }
})

t.test('wrong arguments are told', async (t) => {
  const { data } = await ask('{ nodes(first: 1) { pageInfo { endCursor } } }')
  const { endCursor } = (data['nodes']! as unknown as { pageInfo: { endCursor: string } }).pageInfo
  for (const query of [
    '{ nodes(first: 0) { nodes { name } } }',
    '{ nodes(first: 101) { nodes { name } } }',
    '{ lastErrors(first: -1) { code } }',
    '{ nodes { nodes { processes(first: 1000) { id } } } }',
    '{ nodes(after: "nonsense") { nodes { name } } }',
    `{ processes(after: "${endCursor}") { nodes { id } } }`,
  ]) {
    const { status, errors } = await ask(query)
    t.match([status, errors], [400, [{ extensions: { code: 'BAD_USER_INPUT' } }]], query)
  }
})

t.test('a tenant is refused here and an operator there; a revoked key everywhere', async (t) => {
  const issued = await issueApiKey(sql, { role: 'admin', name: 'to be revoked' })
  const anything = '{ __typename }'
  t.match((await ask('{ cluster { role keyName } }', { key: issued.key })).data, {
    cluster: { role: 'ADMIN', keyName: 'to be revoked' },
  })
  t.equal((await ask(anything, { key: tenant, base: api.publicUrl })).status, 200)
  const here = await ask(anything, { key: tenant })
  const there = await ask(anything, { base: api.publicUrl })
  for (const [answer, hint] of [
    [here, /--role/],
    [there, /--tenant/],
  ] as const) {
    t.match(
      [answer.status, answer.data, answer.errors],
      [403, null, [{ message: hint, extensions: { code: 'FORBIDDEN' } }]],
    )
  }
  t.equal(await revokeOperatorKey(sql, issued.prefix), 1)
  await waitUntil(
    'the revoked key is not believed any more',
    async () => (await ask(anything, { key: issued.key })).status === 401,
  )
  const refused = await Promise.all(
    [issued.key, `trp_${'A'.repeat(43)}`, 'nonsense', ''].flatMap((key) =>
      [api.operatorUrl, api.publicUrl].map((base) => ask(anything, { key, base })),
    ),
  )
  for (const { status, text } of refused) t.same([status, text], [401, refused[0]?.text])
})

t.test('keys are issued on the command line, for one API each', async (t) => {
  const run = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
    const child = promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, '../../control-plane/auth/issue-api-key-main.ts'), ...args],
      { env: { ...process.env, DATABASE_URL: server.url, NODE_OPTIONS: '' } },
    )
    return await child.then(
      ({ stdout, stderr }) => ({ code: 0, out: stdout.trim(), err: stderr }),
      (error: unknown) => {
        const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
        return { code, out: stdout, err: stderr }
      },
    )
  }
  const operator = await run('--role', 'operator', '--name', 'on call')
  t.match((await ask('{ cluster { role keyName } }', { key: operator.out })).data, {
    cluster: { role: 'OPERATOR', keyName: 'on call' },
  })
  const ofTenant = await run('--tenant', 'acme', '--name', 'shop')
  t.equal((await ask('{ __typename }', { key: ofTenant.out, base: api.publicUrl })).status, 200)
  for (const [args, says] of [
    [['--role', 'king', '--name', 'x'], /--role is "king"; it may be viewer, operator, admin/],
    [['--role', 'viewer', '--tenant', 'acme', '--name', 'x'], /opens one API/],
    [['--name', 'x'], /--tenant or --role is missing/],
    [['--role', 'viewer'], /--name is missing/],
    [['--tenant', '', '--name', 'x'], /missing/],
    [['--rolle', 'viewer'], /rolle/],
  ] as const) {
    const { code, out, err } = await run(...args)
    t.match([code, out, err], [2, '', says], args.join(' '))
    t.match(err, /usage: npm run issue-api-key/)
  }
})

t.test('one read for a request, and one for many at once', async (t) => {
  let reads = 0
  const counting: Sql = (text, ...values) => {
    if (text.join('').includes('status_reports')) reads += 1
    return sql(text, ...values)
  }
  const app = Fastify()
  await app.register(operatorApi, {
    access: new Access({ sql: counting, refusalsPerMinute: 1_000 }),
    requestsPerMinute: 100_000,
    ...{ sql: counting, stores, log, introspection: false, statusMaxAgeMs: 60_000 },
  })
  t.teardown(() => app.close())
  const inject = () =>
    app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { authorization: `Bearer ${viewer}` },
      payload: {
        query:
          '{ cluster { lagMs } nodes { nodes { processes { id } } } groups { nodes { members { process { id } } partitions { nodes { units { actor } } } } } lastErrors { process { id } } }',
      },
    })
  t.equal((await inject()).statusCode, 200)
  t.equal(reads, 1)
  await Promise.all(Array.from({ length: 20 }, inject))
  t.equal(reads, 1)
})

t.test('what the console needs fits into the limits; more does not', async (t) => {
  const overview = `{
    cluster { liveProcesses lagMs } nodes(first: 20) { nodes { name processes { id live readiness { ready checks { name ready reason } } health { rssBytes workers { busy } } } } }
    actors { nodes { name outcomes { applied rejected perSecond } processes { id } } }
  }`
  const group = `{ groups { edges { node { name partitions(first: 50) { edges { node { partition lagMs process { id } units { actor creditRecords waitingFor } } } } } } } }`
  for (const query of [overview, group]) t.equal((await ask(query)).status, 200, query.slice(0, 40))
  const everything = `{ groups(first: 100) { nodes { partitions(first: 100) { nodes { units { actor } } } } } }`
  t.match(await ask(everything), { status: 400, errors: [{ extensions: { code: 'QUERY_TOO_COSTLY' } }] })
})

t.test('our failures are masked: the client gets an id, the log gets the cause', async (t) => {
  await sql`alter table troupe.status_reports rename to status_reports_elsewhere`
  const failed = await waitUntil('the read fails', async () => {
    const answer = await ask('{ cluster { lagMs } nodes { nodes { name } } }')
    return answer.status === 200 ? undefined : answer
  })
  await sql`alter table troupe.status_reports_elsewhere rename to status_reports`
  t.ok([500, 503].includes(failed.status))
  t.equal(failed.data, null)
  t.match(failed.errors?.[0]?.message, /Error [0-9a-f-]{36}$/)
  t.notMatch(failed.text, /relation|42P01|postgres/i)
  t.match(JSON.stringify(logged), new RegExp(failed.errors?.[0]?.extensions.id ?? 'no id'))
  t.equal((await ask('{ nodes { nodes { name } } }')).status, 200, 'and the next read is asked anew')
})

t.test('without Postgres: 503 and an id, and nothing of the address', async (t) => {
  const away = await startControlPlane({ ...options, databaseUrl: 'postgres://u:secret@127.0.0.1:1/x' }, log)
  t.teardown(() => away.stop())
  const { status, text, errors } = await ask('{ __typename }', { base: away.operatorUrl })
  t.match([status, errors], [503, [{ extensions: { code: 'UNAVAILABLE' } }]])
  t.notMatch(text, /secret|127\.0\.0\.1|ECONN/)
  t.equal((await fetch(`${away.operatorUrl}/healthz`)).status, 200)
})

t.test('a port that is taken stops the start, and leaves nothing open', async (t) => {
  const taken = Number(new URL(api.operatorUrl).port)
  await t.rejects(startControlPlane({ ...options, operatorApiPort: taken }, log), {
    code: 'CONFIG_INVALID',
    message: /the operators' API cannot listen .*OPERATOR_API_PORT/,
  })
})

t.test('closing is for both', async (t) => {
  const short = await startControlPlane(options, log)
  await Promise.all([short.stop(), short.stop()])
  for (const url of [short.publicUrl, short.operatorUrl]) await t.rejects(fetch(`${url}/healthz`))
})
