/**
 * Credit: how much may be drained. Everything delivered and not finished counts, wherever it is: in the mailbox, in a
 * worker's hands, or waiting for a retry with its whole batch.
 *
 * The bound in records is exact. The bound in bytes is exact but for one record: a drain given `bytes` ends with the
 * record that reaches them, so held bytes stay below `maxBytes` plus the size of that last record. A record bigger
 * than `maxBytes` is therefore handled too, alone at the end of a drain, and stops all further draining meanwhile.
 */

export interface CreditBounds {
  /** Records held at most, 1 or more. Higher: fewer, larger batches and more memory. */
  readonly maxRecords: number
  /** Bytes held at most, 1 or more; see above for the one record that may reach over it. */
  readonly maxBytes: number
}

/** What one drain may bring. Both are 0 or neither. */
export interface Allowance {
  readonly records: number
  readonly bytes: number
}

export const noAllowance: Allowance = { records: 0, bytes: 0 }

export class Credit {
  readonly #bounds: CreditBounds
  #records = 0
  #bytes = 0

  constructor(bounds: CreditBounds) {
    this.#bounds = bounds
  }

  get records(): number {
    return this.#records
  }

  get bytes(): number {
    return this.#bytes
  }

  left(): Allowance {
    const records = this.#bounds.maxRecords - this.#records
    const bytes = this.#bounds.maxBytes - this.#bytes
    return records > 0 && bytes > 0 ? { records, bytes } : noAllowance
  }

  spend(records: number, bytes: number): void {
    this.#records += records
    this.#bytes += bytes
  }

  giveBack(records: number, bytes: number): void {
    this.#records -= records
    this.#bytes -= bytes
  }
}
