/** How long the stages of one batch took, in ms: numbers, so that they travel to the main thread with the answer. */

export interface StageTimes {
  readonly decodeMs: number
  readonly handleMs: number
  /** 0 without effects. */
  readonly storeMs: number
}

export class StageClock implements StageTimes {
  decodeMs = 0
  handleMs = 0
  storeMs = 0
  readonly #monotonicMs: () => number

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
  }

  now(): number {
    return this.#monotonicMs()
  }

  /** However it ends. */
  async timed<T>(stage: 'handleMs' | 'storeMs', step: () => Promise<T>): Promise<T> {
    const began = this.#monotonicMs()
    try {
      return await step()
    } finally {
      this[stage] += this.#monotonicMs() - began
    }
  }

  times(): StageTimes {
    return { decodeMs: this.decodeMs, handleMs: this.handleMs, storeMs: this.storeMs }
  }
}
