/** What one run of a chunk means for timers: those it set, and what became of those that fired. Dropped with its outcome. */

import type { FiredTimer, PostponedTimer, TimerChange, TimersReport } from '../delivery/timers.ts'
import type { RecordContext } from './record-context.ts'

/** The timer of a parked key is looked at again after this. */
const behindParkedMs = 1_000

export const noTimers: TimersReport = { fired: 0, nextDueMs: undefined }

export class ChunkTimers {
  readonly changes: TimerChange[] = []
  readonly fired: FiredTimer[] = []
  readonly postponed: PostponedTimer[] = []

  /** `now`: ms since the epoch. */
  report(now: number): TimersReport {
    const due = [
      ...this.postponed.map(({ afterMs }) => afterMs),
      ...this.changes.map((change) => (change.kind === 'set' ? Math.max(0, change.dueAtMs - now) : Infinity)),
    ]
    const nextDueMs = Math.min(...due)
    return { fired: this.fired.length, nextDueMs: nextDueMs === Infinity ? undefined : nextDueMs }
  }

  /** It succeeded. */
  committed({ timer, timerChanges }: RecordContext): void {
    if (timer !== undefined) this.fired.push(timer)
    if (timerChanges !== undefined) this.changes.push(...timerChanges)
  }

  /** It is a timer that nothing more is done for. */
  refused({ timer }: RecordContext): void {
    if (timer !== undefined) this.fired.push(timer)
  }

  failed({ timer, attempt }: RecordContext, afterMs: number, failure: string): void {
    if (timer !== undefined) this.postponed.push({ ...timer, afterMs, attempts: attempt, failure })
  }

  /** TM4. */
  waitsForKey({ timer, attempt }: RecordContext): void {
    if (timer !== undefined)
      this.postponed.push({ ...timer, afterMs: behindParkedMs, attempts: attempt - 1, failure: '' })
  }
}

export const sumOfTimers = (a: TimersReport, b: TimersReport): TimersReport => ({
  fired: a.fired + b.fired,
  nextDueMs:
    a.nextDueMs === undefined || b.nextDueMs === undefined
      ? (a.nextDueMs ?? b.nextDueMs)
      : Math.min(a.nextDueMs, b.nextDueMs),
})
