/** What every contender on Node does with a record once it is decoded, and how it ends: its sample is its last line. */

import { Meter } from './sample.ts'

interface Counted {
  readonly amountCents: number
}

export class Counting {
  readonly #meter: Meter
  #records = 0
  #paid = 0

  constructor(total: number) {
    this.#meter = new Meter(total)
  }

  /** One field is read, so that decoding is not optimised away. */
  count(event: Counted): void {
    if (event.amountCents >= 0) this.#paid += 1
    this.#records += 1
  }

  /** Once a batch, or every few records. Ends the process when all are counted. */
  look(): void {
    const sample = this.#meter.look(this.#records)
    if (sample === undefined) return
    if (this.#paid !== this.#records) throw new Error(`${this.#records} records, but ${this.#paid} counted`)
    console.log(JSON.stringify(sample))
    process.exit(0)
  }
}
