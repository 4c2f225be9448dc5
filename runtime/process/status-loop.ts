/**
 * Reports the status of a process to Postgres, once an interval. It is nobody's burden: one write at a time, bounded;
 * while Postgres is away it tries less and less often, and says so once when it goes and once when it is back.
 */

import type { StatusReport } from '../control/index.ts'
import { messageOf } from '../errors.ts'
import type { StatusReports } from '../store/index.ts'
import type { Log } from '../telemetry/index.ts'

/** Where reports go. */
export type ReportSink = Pick<StatusReports, 'write' | 'prune' | 'close'>

/** Of tries while Postgres is away. */
const mostIntervalMs = 5_000
const pruneEveryMs = 3_600_000
/** A stop is not held up any longer than this. */
const lastReportMs = 1_000

export class StatusLoop {
  readonly #sink: ReportSink
  readonly #report: () => StatusReport
  readonly #log: Log
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #failures = 0
  #prunedAt = -Infinity
  #ended = false

  constructor(sink: ReportSink, report: () => StatusReport, log: Log) {
    this.#sink = sink
    this.#report = report
    this.#log = log
  }

  start(): void {
    this.#writing = this.#write().then(() => this.#next())
  }

  /** Writes the last report, whatever else it was about; a second at most. */
  async stop(): Promise<void> {
    this.#ended = true
    clearTimeout(this.#timer)
    const { promise: enough, resolve } = Promise.withResolvers<void>()
    const deadline = setTimeout(resolve, lastReportMs)
    const last = this.#writing.then(() => this.#write()).then(() => this.#sink.close())
    await Promise.race([last.catch(() => undefined), enough])
    clearTimeout(deadline)
  }

  #next(): void {
    if (this.#ended) return
    const { intervalMs } = this.#report()
    const waitMs = Math.max(intervalMs, Math.min(mostIntervalMs, intervalMs * 2 ** this.#failures))
    this.#timer = setTimeout(() => this.start(), waitMs).unref()
  }

  /** Never rejects. */
  async #write(): Promise<void> {
    try {
      await this.#sink.write(this.#report())
      if (performance.now() - this.#prunedAt > pruneEveryMs) {
        await this.#sink.prune()
        this.#prunedAt = performance.now()
      }
      if (this.#failures > 0) this.#log.info('status reports are written again')
      this.#failures = 0
    } catch (error) {
      this.#failures += 1
      if (this.#failures === 1 && !this.#ended)
        this.#log.warn(
          `status reports are not written, operators do not see this process: ${messageOf(error)}`,
        )
    }
  }
}
