/**
 * What waits for a slow reader: of each key the newest value alone, in the order in which the keys came. So it is no longer
 * than there are keys; past `most` of them the reader is told that it is too slow.
 */

export interface NewestQueueOptions {
  readonly most: number
  /** Said to the reader when it is too slow. */
  readonly tooSlow: () => Error
  /** It reads no more. */
  readonly onEnd: () => void
}

export class NewestQueue<T> implements AsyncIterableIterator<T> {
  readonly #options: NewestQueueOptions
  readonly #values = new Map<string, T>()
  #waiting: PromiseWithResolvers<IteratorResult<T>> | undefined
  #failure: Error | undefined
  #finished = false
  #ended = false

  constructor(options: NewestQueueOptions) {
    this.#options = options
  }

  put(key: string, value: T): void {
    if (this.#ended || this.#finished) return
    if (this.#waiting !== undefined) {
      this.#waiting.resolve({ value, done: false })
      this.#waiting = undefined
      return
    }
    this.#values.delete(key)
    this.#values.set(key, value)
    if (this.#values.size > this.#options.most) this.fail(this.#options.tooSlow())
  }

  /** What waits is dropped. */
  fail(error: Error): void {
    if (this.#ended) return
    this.#failure = error
    this.#end()
  }

  /** Nothing more comes; what waits is read. */
  finish(): void {
    this.#finished = true
    if (this.#values.size === 0) this.#end()
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#failure !== undefined) {
      const error = this.#failure
      this.#failure = undefined
      return Promise.reject(error)
    }
    const first = this.#values.entries().next()
    if (!first.done) {
      const [key, value] = first.value
      this.#values.delete(key)
      if (this.#finished && this.#values.size === 0) this.#end()
      return Promise.resolve({ value, done: false })
    }
    if (this.#ended) return Promise.resolve(over)
    this.#waiting ??= Promise.withResolvers()
    return this.#waiting.promise
  }

  return(): Promise<IteratorResult<T>> {
    this.#end()
    return Promise.resolve(over)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#values.clear()
    const waiting = this.#waiting
    this.#waiting = undefined
    if (this.#failure === undefined) waiting?.resolve(over)
    else if (waiting !== undefined) {
      waiting.reject(this.#failure)
      this.#failure = undefined
    }
    this.#options.onEnd()
  }
}

const over = { value: undefined, done: true } as const
