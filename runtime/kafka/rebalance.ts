/**
 * Rebalances, one after the other. librdkafka waits for our (un)assign, so each may take its time: polling goes on
 * meanwhile, and max.poll.interval.ms is the bound.
 *
 * R1  Assign: ask where to begin → open the queues → assign. A queue opened later would miss its first records.
 * R2  Revoke: let the owner finish → commit, and wait for its acknowledgement → close the queues → unassign. After
 *     the unassign the partition is somebody else's: nothing of it is committed any more.
 * R3  Lost: it is somebody else's already. Nothing is committed.
 * R4  Whatever throws in between, librdkafka gets its (un)assign: else it would wait for ever.
 */

import type { Assignment, KafkaConsumer } from 'node-rdkafka'
import { TroupeError, messageOf } from '../errors.ts'
import type { Offset, TopicPartition, TopicPartitionOffset } from '../topic-partition.ts'
import { faultOf, kafkaCodes } from './kafka-error.ts'

export interface RebalanceSteps {
  startOffsets(partitions: readonly TopicPartition[]): Promise<readonly (Offset | undefined)[]>
  open(partitions: readonly TopicPartition[]): void
  finish(partitions: readonly TopicPartition[]): Promise<readonly TopicPartitionOffset[]>
  commit(offsets: readonly TopicPartitionOffset[]): Promise<void>
  close(partitions: readonly TopicPartition[]): Promise<void>
  lost(partitions: readonly TopicPartition[]): void
  isLost(): boolean
  /** A step failed, and the rebalance went on without it. */
  failed(error: TroupeError): void
  /** Partitions could not be taken: nobody reads them while this consumer lives. */
  unusable(error: TroupeError): void
  /** One rebalance is over. */
  ended(): void
}

export class Rebalances {
  readonly #client: KafkaConsumer
  readonly #steps: RebalanceSteps
  #last: Promise<void> = Promise.resolve()
  #pending = 0
  /** As librdkafka last said; while it disconnects it says NONE. */
  #cooperative = true
  #leaving = false

  constructor(client: KafkaConsumer, steps: RebalanceSteps) {
    this.#client = client
    this.#steps = steps
  }

  get idle(): boolean {
    return this.#pending === 0
  }

  /** From now on partitions are given back at once and none is taken: the consumer disconnects. */
  leave(): void {
    this.#leaving = true
  }

  /** Runs work while no rebalance is under way, in turn with those that come: both may be about the same partitions. */
  async between(work: () => Promise<void>): Promise<void> {
    const worked = this.#last.then(work)
    this.#last = worked.catch(() => undefined)
    await worked
  }

  /** node-rdkafka's rebalance_cb. Never throws: an exception while it disconnects would hang the process. */
  handle(error: unknown, assignment: readonly Assignment[]): void {
    this.#pending += 1
    const partitions = assignment.map(({ topic, partition }) => ({ topic, partition }))
    const isAssign = faultOf(error).code === kafkaCodes.ERR__ASSIGN_PARTITIONS
    this.#learnProtocol()
    if (this.#leaving) {
      this.#pending -= 1
      this.#answer('give-back', partitions)
      return
    }
    this.#last = this.#last
      .then(() => (isAssign ? this.#assign(partitions) : this.#revoke(partitions)))
      .catch((thrown: unknown) => {
        this.#report('a rebalance', thrown)
      })
      .finally(() => {
        this.#pending -= 1
        this.#steps.ended()
      })
  }

  /** R1 */
  async #assign(partitions: readonly TopicPartition[]): Promise<void> {
    let offsets: readonly (Offset | undefined)[]
    try {
      offsets = await this.#steps.startOffsets(partitions)
      if (!this.#leaving) this.#steps.open(partitions)
    } catch (error) {
      this.#steps.unusable(wrapped(`partitions ${named(partitions)} were assigned`, error))
      await this.#attempt('they were closed again', () => this.#steps.close(partitions))
      // R4: assigned to nobody in the group but read by nobody either, until the owner ends the consumer.
      this.#answer('take', [])
      return
    }
    this.#answer(
      'take',
      partitions.map((partition, i) => {
        const offset = offsets[i]
        return offset === undefined ? partition : { ...partition, offset }
      }),
    )
  }

  async #revoke(partitions: readonly TopicPartition[]): Promise<void> {
    const { startedLost, offsets } = await this.#finish(partitions)
    // It may have been lost while the owner finished.
    const lost = startedLost || this.#steps.isLost()
    if (lost) {
      // R3
      await this.#attempt('lost partitions were told', () => {
        this.#steps.lost(partitions)
      })
    } else if (offsets.length > 0) {
      await this.#attempt('final offsets were committed', () => this.#steps.commit(offsets))
    }
    await this.#attempt('queues were closed', () => this.#steps.close(partitions))
    this.#answer('give-back', partitions)
  }

  async #finish(partitions: readonly TopicPartition[]): Promise<Finished> {
    if (this.#steps.isLost()) return { startedLost: true, offsets: [] }
    try {
      return { startedLost: false, offsets: await this.#steps.finish(partitions) }
    } catch (error) {
      this.#report(`work on ${named(partitions)} was finished`, error)
      return { startedLost: false, offsets: [] }
    }
  }

  #answer(kind: 'take' | 'give-back', partitions: readonly Assignment[]): void {
    try {
      if (kind === 'take') {
        if (this.#cooperative) this.#client.incrementalAssign([...partitions])
        else this.#client.assign([...partitions])
      } else if (this.#cooperative) this.#client.incrementalUnassign([...partitions])
      else this.#client.unassign()
    } catch (error) {
      if (!this.#leaving) this.#report(`librdkafka was told to ${kind} ${named(partitions)}`, error)
      this.#answerAnyhow()
    }
  }

  /** R4: the plain unassign is accepted where the incremental one is refused. */
  #answerAnyhow(): void {
    try {
      this.#client.unassign()
    } catch {
      // Told already; the consumer is gone.
    }
  }

  #learnProtocol(): void {
    try {
      const protocol = this.#client.rebalanceProtocol()
      if (protocol !== 'NONE') this.#cooperative = protocol === 'COOPERATIVE'
    } catch {
      // While it disconnects; what it said before holds.
    }
  }

  async #attempt(what: string, step: () => void | Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      this.#report(what, error)
    }
  }

  #report(what: string, thrown: unknown): void {
    this.#steps.failed(wrapped(what, thrown))
  }
}

const wrapped = (what: string, thrown: unknown): TroupeError =>
  thrown instanceof TroupeError
    ? thrown
    : new TroupeError('KAFKA_UNAVAILABLE', `while ${what}: ${messageOf(thrown)}`, { cause: thrown })

interface Finished {
  readonly startedLost: boolean
  readonly offsets: readonly TopicPartitionOffset[]
}

const named = (partitions: readonly TopicPartition[]): string =>
  partitions.map(({ topic, partition }) => `${topic}/${String(partition)}`).join(', ') || 'no partitions'
