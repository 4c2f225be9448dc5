/**
 * Commits of one consumer, one request after the other.
 *
 * C1  One request is in flight at a most: librdkafka tries a failed one again by itself, and an older one must never
 *     arrive after a newer.
 * C2  The latest offset of a partition wins, also a lower one: it was rewound or reset.
 * C3  What failed waits for the next `offer`, unless a later offset took its place.
 */

import {
  type Offset,
  type TopicPartition,
  type TopicPartitionKey,
  type TopicPartitionOffset,
  topicPartitionKey,
} from '../topic-partition.ts'

type Offsets = Map<TopicPartitionKey, TopicPartitionOffset>

interface InFlight {
  readonly offsets: Offsets
  /** Resolves with whether the brokers have it. */
  readonly ended: Promise<boolean>
  readonly end: (acknowledged: boolean) => void
}

export class Commits {
  readonly #send: (offsets: TopicPartitionOffset[]) => void
  readonly #onFailure: (error: unknown) => void
  #waiting: Offsets = new Map()
  #inFlight: InFlight | undefined
  readonly #acknowledged = new Map<TopicPartitionKey, Offset>()

  /** `send` begins a request, or throws; how it ended comes by `ended`. */
  constructor(send: (offsets: TopicPartitionOffset[]) => void, onFailure: (error: unknown) => void) {
    this.#send = send
    this.#onFailure = onFailure
  }

  /** What Kafka is known to have of a partition. */
  acknowledged(partition: TopicPartition): Offset | undefined {
    return this.#acknowledged.get(topicPartitionKey(partition))
  }

  offer(offsets: readonly TopicPartitionOffset[]): void {
    for (const offered of offsets) this.#waiting.set(topicPartitionKey(offered), offered)
    this.#begin()
  }

  /** Offers these and waits until the brokers have them, behind the request in flight. False: not in time, or refused. */
  async settle(offsets: readonly TopicPartitionOffset[], timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs
    for (const offered of offsets) this.#waiting.set(topicPartitionKey(offered), offered)
    // At most the one in flight, and the one that carries these.
    for (let requests = 0; requests < 2; requests += 1) {
      this.#begin()
      if (this.#inFlight === undefined) break
      const ended = await endedBefore(this.#inFlight.ended, deadline)
      if (ended === undefined) return false
    }
    return offsets.every((offered) => this.#acknowledged.get(topicPartitionKey(offered)) === offered.offset)
  }

  /** These are not ours any more: nothing of them is sent from now on. */
  forget(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      this.#waiting.delete(topicPartitionKey(partition))
      this.#acknowledged.delete(topicPartitionKey(partition))
      this.#inFlight?.offsets.delete(topicPartitionKey(partition))
    }
  }

  /** How the request in flight ended. */
  ended(error: unknown): void {
    const inFlight = this.#inFlight
    if (inFlight === undefined) return
    this.#inFlight = undefined
    if (error === undefined || error === null) {
      for (const [key, { offset }] of inFlight.offsets) this.#acknowledged.set(key, offset)
      inFlight.end(true)
      this.#begin()
      return
    }
    // C3
    for (const [key, offset] of inFlight.offsets) if (!this.#waiting.has(key)) this.#waiting.set(key, offset)
    this.#onFailure(error)
    inFlight.end(false)
  }

  /** C1 */
  #begin(): void {
    if (this.#inFlight !== undefined) return
    const offsets: Offsets = new Map()
    for (const [key, offered] of this.#waiting)
      if (this.#acknowledged.get(key) !== offered.offset) offsets.set(key, offered)
    this.#waiting = new Map()
    if (offsets.size === 0) return
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#inFlight = { offsets, ended: promise, end: resolve }
    try {
      this.#send([...offsets.values()])
    } catch (error) {
      this.ended(error)
    }
  }
}

/** Undefined: not before the deadline. */
const endedBefore = (ended: Promise<boolean>, deadline: number): Promise<boolean | undefined> => {
  const { promise, resolve } = Promise.withResolvers<boolean | undefined>()
  const timer = setTimeout(
    () => {
      resolve(undefined)
    },
    Math.max(0, deadline - performance.now()),
  )
  void ended.then((acknowledged) => {
    clearTimeout(timer)
    resolve(acknowledged)
  })
  return promise
}
