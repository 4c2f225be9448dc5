import type { TroupeError } from '../errors.ts'

export interface Refusal {
  /** Which record of the batch. */
  readonly index: number
  /** PRODUCE_REFUSED, TOPIC_MISSING, KAFKA_UNAUTHORIZED, or PRODUCE_FAILED. */
  readonly error: TroupeError
  /** It is this record's own fault. Else it shared a request with one that was refused, perhaps. */
  readonly certain: boolean
}

/** A batch whose delivery reports are coming in. */
export class OpenBatch {
  readonly refusals: Refusal[] = []
  readonly settled: Promise<void>
  readonly #settle: () => void
  #open: number

  constructor(records: number) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.settled = promise
    this.#settle = resolve
    this.#open = records
    if (records === 0) resolve()
  }

  acknowledge(): void {
    this.#open -= 1
    if (this.#open <= 0) this.#settle()
  }

  refuse(refusal: Refusal): void {
    this.refusals.push(refusal)
    this.acknowledge()
  }

  giveUp(): void {
    this.#settle()
  }
}
