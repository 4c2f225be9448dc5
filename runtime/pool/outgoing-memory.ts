/**
 * Memory for the values of outgoing records: a few large buffers instead of one each, because they are transferred
 * to the main thread and a transfer costs by the buffer.
 */

const chunkBytes = 64 * 1024

export class OutgoingMemory {
  #chunk = new ArrayBuffer(0)
  #used = 0

  /** Bytes of its own, not shared with any other value; zeroed. */
  take(length: number): Uint8Array<ArrayBuffer> {
    if (this.#used + length > this.#chunk.byteLength) {
      // A large value gets a buffer to itself, so that the rest of the chunk still serves small ones.
      if (length > chunkBytes / 4) return new Uint8Array(new ArrayBuffer(length))
      this.#chunk = new ArrayBuffer(chunkBytes)
      this.#used = 0
    }
    const value = new Uint8Array(this.#chunk, this.#used, length)
    this.#used += length
    return value
  }

  copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const copy = this.take(bytes.length)
    copy.set(bytes)
    return copy
  }

  /** What was handed out is about to leave this thread: nothing more may be put beside it. */
  handedOver(): void {
    this.#chunk = new ArrayBuffer(0)
    this.#used = 0
  }
}
