/** Copies that live together: one piece of memory for many small records, instead of one each. */

const firstBytes = 4 * 1024
const mostBytes = 1024 * 1024

export class ByteSlab {
  #bytes = Buffer.allocUnsafe(firstBytes)
  #used = 0

  /** A copy, unchanged for as long as it is held: a slab that is full is left to its copies, and the next one is larger. */
  keep(bytes: Uint8Array): Buffer {
    const start = this.#used
    if (start + bytes.length > this.#bytes.length) return this.#onNext(bytes)
    this.#used += bytes.length
    this.#bytes.set(bytes, start)
    return this.#bytes.subarray(start, this.#used)
  }

  #onNext(bytes: Uint8Array): Buffer {
    // One that is large by itself does not end the slab that others still fit on.
    if (bytes.length > mostBytes / 2) return Buffer.from(bytes)
    this.#bytes = Buffer.allocUnsafe(Math.max(Math.min(this.#bytes.length * 2, mostBytes), bytes.length))
    this.#used = 0
    return this.keep(bytes)
  }
}
