/** Memory to encode into, used again for every event: grows to what the largest needed, within a limit. */

const firstBytes = 1024

/** More than this is given back after use: one large event must not hold its size for ever. */
const keptBytes = 1024 * 1024

export class EncodeBuffer {
  #bytes = Buffer.allocUnsafe(firstBytes)

  get bytes(): Buffer {
    return this.#bytes
  }

  /** Contents are lost. */
  growTo(bytes: number): void {
    this.#bytes = Buffer.allocUnsafe(Math.max(bytes, this.#bytes.length * 2))
  }

  /** For the next event. What was handed out stays readable until then. */
  reuse(): void {
    if (this.#bytes.length > keptBytes) this.#bytes = Buffer.allocUnsafe(keptBytes)
  }
}
