/**
 * Asks regularly for what a process needs, and keeps the answers: who wants to know them never waits.
 *
 * H1  A check that is under way is not begun again, however long it takes.
 * H2  One that has no answer in time counts as missing, and is asked again in the next round after it has ended.
 * H3  Whatever it finds, it ends no process.
 */

import { messageOf } from '../errors.ts'
import type { HealthCheck, Readiness } from '../control/index.ts'

export interface HealthChecksOptions {
  readonly intervalMs: number
  /** Told of each change. */
  readonly onChange?: (readiness: Readiness) => void
  /** Resolves after so long, or rejects when the signal comes; for tests. */
  readonly elapse?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** A round may be shorter than what is fair to wait for an answer. */
const leastTimeoutMs = 1_000
/** A check that ends by itself at its time-out says more than that there was no answer. */
const graceMs = 500

/** How long an answer is waited for: HEALTH_INTERVAL_MS, a second at least. */
export const checkTimeoutMs = (intervalMs: number): number => Math.max(leastTimeoutMs, intervalMs)

export class HealthChecks {
  readonly #checks: readonly HealthCheck[]
  readonly #options: HealthChecksOptions
  readonly #answers = new Map<HealthCheck, Readiness>()
  readonly #underWay = new Set<HealthCheck>()
  #timer: NodeJS.Timeout | undefined

  constructor(checks: readonly HealthCheck[], options: HealthChecksOptions) {
    this.#checks = checks
    this.#options = options
    for (const check of checks)
      this.#answers.set(check, { name: check.name, ready: false, reason: 'it was not asked yet' })
  }

  start(): void {
    void this.round()
    this.#timer = setInterval(() => void this.round(), this.#options.intervalMs).unref()
  }

  readiness(): readonly Readiness[] {
    return [...this.#answers.values()]
  }

  /** Resolves when each is answered or timed out; never rejects. */
  async round(): Promise<void> {
    await Promise.all(this.#checks.map((check) => this.#ask(check)))
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.allSettled(this.#checks.map(async (check) => await check.close?.()))
  }

  async #ask(check: HealthCheck): Promise<void> {
    if (this.#underWay.has(check)) return // H1
    this.#underWay.add(check)
    const answer = check
      .check()
      .then(
        () => '',
        (error: unknown) => messageOf(error),
      )
      .finally(() => this.#underWay.delete(check))
    const timeoutMs = checkTimeoutMs(this.#options.intervalMs)
    const enough = new AbortController()
    const { elapse = delay } = this.#options
    // H2
    const late = elapse(timeoutMs + graceMs, enough.signal).then(
      () =>
        `no answer within ${String(timeoutMs)} ms: it is frozen or overloaded, or its answers do not arrive`,
      () => '',
    )
    const reason = await Promise.race([answer, late])
    enough.abort()
    this.#answered({ name: check.name, ready: reason === '', reason }, check)
  }

  #answered(readiness: Readiness, check: HealthCheck): void {
    const before = this.#answers.get(check)
    this.#answers.set(check, readiness)
    if (before?.ready !== readiness.ready) this.#options.onChange?.(readiness)
  }
}

const delay = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms).unref()
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })
