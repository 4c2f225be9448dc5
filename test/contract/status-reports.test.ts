// A process has one row in Postgres, written over at each report; what Postgres cannot store does not stop it, rows of
// processes silent for a day are pruned, and a database without the table, or none, is said.

import t from 'tap'
import { readStatusReport, type StatusReport } from '../../runtime/control/index.ts'
import {
  migrate,
  openDatabase,
  openStatusReports,
  postgresCheck,
  startEmbeddedPostgres,
} from '../../runtime/store/index.ts'
import { ProcessStatus } from '../../runtime/telemetry/index.ts'

const postgres = await startEmbeddedPostgres()
t.teardown(() => postgres.close())
const { sql, close } = openDatabase({ url: postgres.url })
t.teardown(close)

t.test('reports', async (t) => {
  const reports = openStatusReports({ url: postgres.url })
  t.teardown(() => reports.close())
  const process = new ProcessStatus({ kind: 'runtime', node: 'n\0ode', troupeVersion: '1', intervalMs: 100 })
  const nasty: StatusReport['lastErrors'][number] = {
    atMs: 1,
    code: 'E',
    message: 'a NUL \0, half a pair \ud83d, and \\u0000 in letters',
    actor: null,
    topic: null,
    partition: null,
    offset: 2 ** 53 - 1,
    eventId: null,
    correlationId: null,
    outcome: null,
    times: 1,
  }
  // given no tables
  await t.rejects(reports.write(process.report({})), { code: 'POSTGRES_UNAVAILABLE', message: /migrations/ })
  await migrate({ url: postgres.url })
  // when
  await reports.write(process.report({ lastErrors: [nasty] }))
  process.enter('stopped')
  await reports.write(process.report({ lastErrors: [nasty] }))
  // then
  const rows = await sql<{
    state: string
    node: string
    report: unknown
  }>`select * from troupe.status_reports`
  t.equal(rows.length, 1)
  t.match(rows[0], { state: 'stopped', node: 'n\ufffdode', kind: 'runtime', version: 1, interval_ms: 100 })
  t.match(readStatusReport(rows[0]?.report), {
    kind: 'report',
    report: {
      lastErrors: [
        { message: 'a NUL \ufffd, half a pair \ufffd, and \\u0000 in letters', offset: 2 ** 53 - 1 },
      ],
    },
  })
  // when
  await sql`insert into troupe.status_reports
    select 'silent', node, kind, version, state, started_at, now() - interval '25 hours', interval_ms, report
    from troupe.status_reports`
  // then
  t.equal(await reports.prune(), 1)
  t.equal((await sql`select 1 from troupe.status_reports`).length, 1)
})

t.test('is Postgres there?', async (t) => {
  const there = postgresCheck(postgres.url)
  t.teardown(() => there.close?.())
  await there.check()
  const nowhere = postgresCheck('postgres://127.0.0.1:1/x')
  t.teardown(() => nowhere.close?.())
  await t.rejects(nowhere.check(), { code: 'POSTGRES_UNAVAILABLE' })
})
