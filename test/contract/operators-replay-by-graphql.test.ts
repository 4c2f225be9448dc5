// A replay that an operator asks for over GraphQL is named in the answer, also long after; it is paused, resumed and stopped by that id; and it goes some time after its end, never before.

import t from 'tap'

import { issueApiKey } from '../../control-plane/auth/api-key.ts'
import { messageOfCommand } from '../../control-plane/operator/steering/command-words.ts'
import { startControlPlane, type ControlPlane } from '../../control-plane/server.ts'
import {
  migrate,
  openCommandBox,
  openCommandDesk,
  openDatabase,
  openProgressStore,
  openReplayStore,
  startEmbeddedPostgres,
} from '../../runtime/store/index.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import { operatorsQuery } from '../harness/operators-query.ts'
import { beginAskedReplay } from '../harness/replay-by-command.ts'
import { actor, assignment, statusReport, unit, writeReport } from '../harness/status-reports.ts'
import { waitUntil } from '../harness/wait-until.ts'

const ignore = (): void => undefined
const log: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => log }
const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const database = openDatabase({ url: server.url })
const { sql } = database
const stores = {
  box: openCommandBox({ url: server.url }),
  desk: openCommandDesk({ url: server.url }),
  progress: openProgressStore({ url: server.url }),
  replays: openReplayStore({ url: server.url }),
}
const { box, desk, progress, replays } = stores
const started: ControlPlane[] = []
t.teardown(async () => {
  for (const api of started) await api.stop()
  await Promise.all([...Object.values(stores), database].map((one) => one.close()))
  await server.close()
})

const start = async (commandDays?: number): Promise<ControlPlane> => {
  const api = await startControlPlane(
    {
      databaseUrl: server.url,
      databaseConnections: 2,
      publicApiHost: '127.0.0.1',
      publicApiPort: 0,
      operatorApiHost: '127.0.0.1',
      operatorApiPort: 0,
      explorer: false,
      ...(commandDays !== undefined && { commandDays }),
    },
    log,
  )
  started.push(api)
  return api
}
const { operatorUrl } = await start()
const { key } = await issueApiKey(sql, { role: 'operator', name: 'Ada' })
const ask = operatorsQuery(`${operatorUrl}/graphql`, key)

interface Told {
  readonly outcome: string
  readonly message: string
  readonly touches: readonly string[]
  readonly madeId: string | null
}
const steer = async (mutation: string): Promise<Told> => {
  const { data, errors } = await ask(`mutation { answer: ${mutation} { outcome message touches madeId } }`)
  if (errors !== undefined) throw new Error(errors[0]?.message)
  return data['answer'] as unknown as Told
}

const ofUnit = { group: 'g', actor: 'tracking', topic: 'scans', partition: 0 }
await writeReport(
  sql,
  statusReport('p1', {
    actors: [actor({ topics: ['scans'], effects: 'postgres' })],
    groups: [
      { name: 'g', joined: true, assignments: [assignment(0, { units: [unit({ quarantine: null })] })] },
    ],
  }),
)
// Reports are live for three of their intervals: this one lives as long as the test does.
await sql`update troupe.status_reports set interval_ms = 600000`
await progress.take([{ unit: ofUnit, lanes: 1 }], 'p1')
await sql`update troupe.units set frontier = 500`

const begin = async (more: string): Promise<Told> => {
  const asking = steer(`replayRange(group: "g", actor: "tracking", topic: "scans", partition: 0, ${more})`)
  await beginAskedReplay(box, replays)
  return asking
}

t.test('what it made is named, by the first answer and by each that repeats it', async (t) => {
  // given, when
  const dry = await steer(
    'replayRange(group: "g", actor: "tracking", topic: "scans", partition: 0, fromOffset: 10, dryRun: true)',
  )
  const told = await begin('fromOffset: 10, toOffset: 20, idempotencyKey: "one"')
  // then
  t.match(dry, { outcome: 'DRY_RUN', madeId: null })
  const [made] = await replays.replays()
  t.match(made, { state: 'running', range: { from: 10, to: 20 } })
  t.match(told, { outcome: 'DONE', madeId: String(made?.id) })
  t.same(
    await steer(
      'replayRange(group: "g", actor: "tracking", topic: "scans", partition: 0, fromOffset: 10, toOffset: 20, idempotencyKey: "one")',
    ),
    told,
    'and no second one is made',
  )
  t.equal((await replays.replays()).length, 1)
  // when: the command is of long ago
  await sql`update troupe.commands set asked_at = now() - interval '2 days', expires_at = now() - interval '2 days'`
  t.equal(await desk.prune(1, messageOfCommand), 1)
  // then
  t.match(
    await steer(
      'replayRange(group: "g", actor: "tracking", topic: "scans", partition: 0, fromOffset: 10, toOffset: 20, idempotencyKey: "one")',
    ),
    { outcome: 'DONE', message: told.message, madeId: told.madeId },
  )
})

t.test('one that is refused has made nothing', async (t) => {
  t.match(await begin('fromOffset: 700'), { outcome: 'REFUSED', madeId: null })
})

t.test('it is paused, resumed and stopped by its id, each as its state allows', async (t) => {
  const { madeId } = await begin('fromOffset: 0, toOffset: 400, dedupe: REPLAY')
  const id = String(madeId)
  t.match(await steer(`resumeReplay(id: "${id}")`), {
    outcome: 'REFUSED',
    message: `Replay ${id} is running, and cannot be running.`,
  })
  t.match(await steer(`pauseReplay(id: "${id}", dryRun: true)`), {
    outcome: 'DRY_RUN',
    touches: [`replay ${id} of tracking scans/0, at 0 of 0 to 400, is paused`],
  })
  t.match(await replays.replay(Number(id)), { state: 'running' })
  t.match(await steer(`pauseReplay(id: "${id}")`), {
    outcome: 'DONE',
    message: `Replay ${id} is paused.`,
    madeId: id,
  })
  t.match(await steer(`resumeReplay(id: "${id}")`), { outcome: 'DONE' })
  t.match(await steer(`stopReplay(id: "${id}")`), { outcome: 'DONE' })
  t.match(await steer(`pauseReplay(id: "${id}")`), { outcome: 'REFUSED', message: /is stopped/ })
  t.match(await steer('pauseReplay(id: "99")'), { outcome: 'REFUSED', message: 'There is no replay 99.' })
  await t.rejects(steer('pauseReplay(id: "x")'), /is no id/)
})

t.test(
  'those that ended long ago go, others stay: by the store, and by a control plane that starts',
  async (t) => {
    // given: six, three of which ended
    const ids: number[] = []
    for (let nth = 0; nth < 6; nth++) {
      const { madeId } = await begin(`fromOffset: ${String(nth)}, toOffset: 100`)
      ids.push(Number(madeId))
    }
    const [finished = 0, stopped = 0, lately = 0, paused = 0, running = 0, last = 0] = ids
    await replays.advance(finished, 0, 100, 0)
    for (const id of [stopped, lately, last]) await replays.change(id, 'stopped', 'ada')
    await replays.change(paused, 'paused', 'ada')
    await sql`update troupe.replays set created_at = now() - interval '9 days' where id = any (${ids}::bigint[])`
    await sql`
    update troupe.replays set finished_at = now() - interval '3 days'
    where id = any (${[finished, stopped]}::bigint[])`
    const left = async (): Promise<readonly number[]> =>
      (await replays.replays()).map(({ id }) => id).filter((id) => ids.includes(id))
    // when, then
    t.equal(await replays.prune(4), 0, 'none ended so long ago')
    const pruned = await Promise.all([replays.prune(2), replays.prune(2)])
    t.equal(pruned[0] + pruned[1], 2, 'two at once take each of them once')
    t.same(await left(), [last, running, paused, lately])
    await sql`update troupe.replays set finished_at = now() - interval '3 days' where id = ${last}`
    await start(2)
    await waitUntil('it has gone', async () => !(await left()).includes(last))
    t.same(await left(), [running, paused, lately])
  },
)
