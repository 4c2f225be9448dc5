/** Follows the table of registrations: once for each change, and again while something stands in the way. */

import type { Registration } from '../../control/index.ts'
import { messageOf, TroupeError } from '../../errors.ts'
import type { Log } from '../../telemetry/index.ts'

export class Following {
  readonly #follow: (registrations: readonly Registration[]) => Promise<void>
  readonly #log: Log
  #followed: string | undefined
  #trouble: string | undefined

  constructor(follow: (registrations: readonly Registration[]) => Promise<void>, log: Log) {
    this.#follow = follow
    this.#log = log
  }

  /** Why what was read last does not run here; undefined: it does. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  /** These run already. */
  begin(registrations: readonly Registration[]): void {
    this.#followed = JSON.stringify(registrations)
  }

  /** Rejects with bugs only. Before `begin` nothing is done. */
  async follow(registrations: readonly Registration[]): Promise<void> {
    const wanted = JSON.stringify(registrations)
    if (this.#followed === undefined || (this.#followed === wanted && this.#trouble === undefined)) return
    try {
      await this.#follow(registrations)
      this.#trouble = undefined
      this.#log.info('what is registered runs', {
        registered: registrations.map(({ module, state }) => `${module} ${state}`),
      })
    } catch (error) {
      if (!(error instanceof TroupeError) || error.code === 'BUG') throw error
      const trouble = messageOf(error)
      if (trouble !== this.#trouble) this.#log.error(`what is registered cannot run here: ${trouble}`)
      this.#trouble = trouble
    }
    this.#followed = wanted
  }
}
