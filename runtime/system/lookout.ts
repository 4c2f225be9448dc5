/**
 * Looks for what is due in Postgres: when it was said to, one look at a time, and once more where another was asked for
 * meanwhile. While Postgres is away it looks ever more rarely.
 */

import { TroupeError } from '../errors.ts'
import { backoffMs, waitPolicy } from '../supervision/index.ts'
import { Alarm, type AlarmPorts } from './alarm.ts'

export interface LookoutPorts extends AlarmPorts {
  /** 0 to 1, for jitter. */
  random(): number
  /** Postgres is away: it is asked again. */
  away(error: TroupeError): void
  failed(error: unknown): void
}

export class Lookout {
  readonly #ports: LookoutPorts
  readonly #lookOnce: () => Promise<void>
  readonly #over = new AbortController()
  readonly #alarm: Alarm
  #looking = false
  #lookAgain = false
  #timesAway = 0

  constructor(ports: LookoutPorts, lookOnce: () => Promise<void>) {
    this.#ports = ports
    this.#lookOnce = lookOnce
    this.#alarm = new Alarm(ports, this.#over.signal, () => {
      this.look()
    })
  }

  /** Now. */
  look(): void {
    void this.#look()
  }

  /** At the soonest of the times it was told since it looked last. */
  lookIn(afterMs: number): void {
    this.#alarm.set(afterMs)
  }

  /** It looks no more, and what a look under way meets is nobody's concern. */
  end(): void {
    this.#over.abort()
  }

  async #look(): Promise<void> {
    this.#lookAgain = this.#looking
    if (this.#looking) return
    this.#looking = true
    try {
      await this.#lookOnce()
      this.#timesAway = 0
    } catch (error) {
      if (!this.#over.signal.aborted) this.#lookFailed(error)
    }
    this.#looking = false
    if (this.#lookAgain) void this.#look()
  }

  #lookFailed(error: unknown): void {
    if (!(error instanceof TroupeError && error.retryable)) {
      this.#ports.failed(error)
      return
    }
    this.#timesAway += 1
    this.#ports.away(error)
    this.#alarm.set(backoffMs(waitPolicy, this.#timesAway, this.#ports.random()))
  }
}
