/**
 * Says when the outbox does not leave because no relay lives: events wait there, and dead letters, which nobody sees on
 * their topic then. Nothing is lost by it, so the process goes on and stays ready.
 */

import type { OutboxWatch } from '../store/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { Pause } from './pause.ts'

export interface RelayLookoutPorts {
  readonly watch: OutboxWatch
  readonly log: Pick<Log, 'warn' | 'info'>
  readonly pause: Pause
}

/** A relay that is being replaced is away for less. */
const patienceMs = 60_000

export class RelayLookout {
  readonly #ports: RelayLookoutPorts
  readonly #over = new AbortController()
  readonly #looking: Promise<void>
  #isMissing = false

  constructor(everyMs: number, ports: RelayLookoutPorts) {
    this.#ports = ports
    this.#looking = this.#loop(everyMs)
  }

  async stop(): Promise<void> {
    this.#over.abort()
    await this.#looking
    await this.#ports.watch.close()
  }

  async #loop(everyMs: number): Promise<void> {
    while (await this.#ports.pause(everyMs, this.#over.signal)) await this.#look()
  }

  async #look(): Promise<void> {
    const { watch, log } = this.#ports
    // That Postgres is away is said elsewhere.
    const waitedMs = await watch.waitsWithoutRelayMs().catch(() => 'unknown' as const)
    if (waitedMs === 'unknown') return
    const isMissing = waitedMs !== undefined && waitedMs >= patienceMs
    if (isMissing && !this.#isMissing)
      log.warn('no relay runs: events and dead letters wait in the outbox. Start one (npm run relay)', {
        waitedMs,
      })
    if (!isMissing && this.#isMissing) log.info('the outbox leaves again')
    this.#isMissing = isMissing
  }
}
