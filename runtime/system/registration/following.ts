/**
 * Follows what lasts of the actors of this process, what is registered and whether its node is drained: once for each
 * change, and again while something stands in the way.
 */

import type { Registration } from '../../control/index.ts'
import { messageOf, TroupeError } from '../../errors.ts'
import type { Log } from '../../telemetry/index.ts'

export interface Followed {
  readonly registrations: readonly Registration[]
  /** Nothing runs here. */
  readonly isDrained: boolean
}

export class Following {
  readonly #follow: (wanted: Followed) => Promise<void>
  readonly #log: Log
  #followed: string | undefined
  #trouble: string | undefined

  constructor(follow: (wanted: Followed) => Promise<void>, log: Log) {
    this.#follow = follow
    this.#log = log
  }

  /** Why what was read last does not run here; undefined: it does. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  /** So it is already. */
  begin(now: Followed): void {
    this.#followed = JSON.stringify(now)
  }

  /** Rejects with bugs only. Before `begin` nothing is done. */
  async follow(wanted: Followed): Promise<void> {
    const written = JSON.stringify(wanted)
    if (this.#followed === undefined || (this.#followed === written && this.#trouble === undefined)) return
    try {
      await this.#follow(wanted)
      this.#trouble = undefined
      this.#log.info('what is registered runs', {
        registered: wanted.registrations.map(({ module, state }) => `${module} ${state}`),
        drained: wanted.isDrained,
      })
    } catch (error) {
      if (!(error instanceof TroupeError) || error.code === 'BUG') throw error
      const trouble = messageOf(error)
      if (trouble !== this.#trouble) this.#log.error(`what is registered cannot run here: ${trouble}`)
      this.#trouble = trouble
    }
    this.#followed = written
  }
}
