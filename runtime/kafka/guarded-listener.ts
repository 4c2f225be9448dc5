/**
 * The owner of a consumer, called so that nothing of it comes up in librdkafka's callbacks: what it throws is a bug,
 * and stops the process from a turn of its own.
 */

import type { TroupeError } from '../errors.ts'
import type { TopicPartition } from '../topic-partition.ts'
import type { ConsumerListener } from './consumer-listener.ts'
import type { SourceEvent } from './drain/index.ts'

export class GuardedListener {
  readonly #listener: ConsumerListener
  readonly #fatalCodes = new Set<string>()

  constructor(listener: ConsumerListener) {
    this.#listener = listener
  }

  wake(at: TopicPartition): void {
    guarded(() => this.#listener.wake(at))
  }

  committed(tookMs: number): void {
    guarded(() => this.#listener.committed?.(tookMs))
  }

  event(at: TopicPartition | undefined, event: SourceEvent): void {
    guarded(() => this.#listener.event(at, event))
  }

  /** Once for each code. */
  fatal(error: TroupeError): void {
    if (this.#fatalCodes.has(error.code)) return
    this.#fatalCodes.add(error.code)
    guarded(() => this.#listener.fatal(error))
  }
}

const guarded = (call: () => void): void => {
  try {
    call()
  } catch (error) {
    process.nextTick(() => {
      throw error
    })
  }
}
