/** One waiting for the soonest of several times. */

import type { Pause } from './pause.ts'

export interface AlarmPorts {
  readonly pause: Pause
  /** ms that never go back. */
  readonly monotonicMs: () => number
}

export class Alarm {
  readonly #ports: AlarmPorts
  readonly #over: AbortSignal
  readonly #ring: () => void
  #waiting: { readonly atMs: number; readonly given: AbortController } | undefined

  /** Rings no more once it is `over`. */
  constructor(ports: AlarmPorts, over: AbortSignal, ring: () => void) {
    this.#ports = ports
    this.#over = over
    this.#ring = ring
  }

  /** It rings once, at the soonest of the times it was set to since it rang last. */
  set(afterMs: number): void {
    const atMs = this.#ports.monotonicMs() + afterMs
    if (this.#over.aborted || (this.#waiting !== undefined && this.#waiting.atMs <= atMs)) return
    this.#waiting?.given.abort()
    const given = new AbortController()
    this.#waiting = { atMs, given }
    void this.#ports.pause(afterMs, AbortSignal.any([this.#over, given.signal])).then((passed) => {
      if (!passed) return
      this.#waiting = undefined
      this.#ring()
    })
  }
}
