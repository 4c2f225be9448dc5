// Lag in time is the age of the first record that is not finished, right to within a second, in the status report and
// in the metrics; it is zero when all is finished.

import t from 'tap'
import type { StatusReport } from '../../runtime/control/index.ts'
import { migrate, openDatabase } from '../../runtime/store/index.ts'
import { parsePrometheus, sumOf } from '../harness/prometheus-text.ts'
import { skipWithoutTrialServices, Trial } from '../harness/scenario/index.ts'
import { TelemetryOf } from '../harness/telemetry-of.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const rightWithinMs = 1_000
const hour = 3_600_000

t.test('a handler that is held up, in a backlog of known age', { skip }, async (t) => {
  // given
  const databaseUrl = process.env['DATABASE_URL'] ?? ''
  await migrate({ url: databaseUrl })
  const { sql, close } = openDatabase({ url: databaseUrl })
  t.teardown(close)
  const trial = await Trial.begin(t, {
    partitions: 2,
    // A batch of one record each: only between batches the main thread knows what is finished.
    env: { BATCH_RECORDS: '1', STATUS_INTERVAL_MS: '200', NODE_NAME: 'lag-in-time' },
  })
  const consumer = await trial.start('consumer')
  const asked = await TelemetryOf.of(consumer)
  const { pid } = consumer

  const reported = async () => {
    const [row] = await sql<{ report: StatusReport }>`
      select report from troupe.status_reports where (report->'process'->>'pid')::int = ${pid}
      order by reported_at desc limit 1`
    const report = row?.report
    const assignment = report?.groups[0]?.assignments.find(({ partition }) => partition === 0)
    return report && assignment && { ...assignment, atMs: report.reportedAtMs }
  }
  /** How far report and metrics are from the truth; undefined while they know nothing. */
  const errors = async (oldestAtMs: number): Promise<readonly number[] | undefined> => {
    const report = await reported()
    const series = parsePrometheus(await asked.metrics())
    const nowMs = Date.now()
    const seconds = sumOf(series, 'troupe_lag_seconds', { topic: trial.topic, partition: '0' })
    if (report?.lagMs === undefined || report.lagMs === null || seconds === undefined) return undefined
    return [
      Math.abs(report.lagMs - (report.atMs - oldestAtMs)),
      Math.abs(seconds * 1_000 - (nowMs - oldestAtMs)),
    ]
  }
  const untilRight = async (what: string, oldestAtMs: number): Promise<void> => {
    const seen = await waitUntil(`lag in time is that of ${what}`, async () => {
      const off = await errors(oldestAtMs)
      return off?.every((ms) => ms <= rightWithinMs) ? off : undefined
    })
    t.ok(true, `${what}: off by ${seen.map((ms) => `${ms.toFixed(0)} ms`).join(' and ')}`)
  }
  /** Where the log ends is asked now and then: what was produced in between is not known at once. */
  const untilBehind = async (records: number): Promise<void> => {
    const seen = async (): Promise<boolean> => (await reported())?.lagRecords === records
    t.ok(await waitUntil(`it is ${String(records)} records behind`, seen))
  }
  const untilCaughtUp = async (): Promise<void> => {
    await waitUntil('both say that nothing is behind', async () => {
      const report = await reported()
      const series = parsePrometheus(await asked.metrics())
      return (
        report?.lagMs === 0 &&
        report.lagRecords === 0 &&
        sumOf(series, 'troupe_lag_seconds', { topic: trial.topic }) === 0
      )
    })
  }

  // then: before anything was ever consumed
  await untilCaughtUp()

  // when: the second of three is held up; they were made at known times
  const made = Date.now()
  const ages = [2 * hour, hour, hour / 2, 60_000]
  const gates = ['', 'second', 'third', '']
  await trial.producer.publish(
    ages.map((ageMs, n) => ({
      thing: 'one',
      n,
      partition: 0,
      gate: gates[n] ?? '',
      timestampMs: made - ageMs,
    })),
  )
  // then
  await untilRight('the second record', made - hour)
  await untilBehind(3)
  // when, then: it grows with the clock, and falls when a record is finished
  await untilRight('the second record, still', made - hour)
  trial.witness.openGate('second')
  await untilRight('the third record', made - hour / 2)
  await untilBehind(2)
  trial.witness.openGate('third')
  await trial.untilAllCommitted()
  await untilCaughtUp()

  // when: a new one, made now, is held up
  const [late] = await trial.producer.publish([{ thing: 'one', n: 9, partition: 0, gate: 'late' }])
  const lateAt = Date.now()
  await untilBehind(1)
  // then
  await untilRight('a record made now', lateAt)
  trial.witness.openGate('late')
  await trial.witness.untilHandled(late === undefined ? [] : [late])
  await untilCaughtUp()
})
