/**
 * A topic that was just created, or whose leader moves, is unknown to some broker for a moment. So when librdkafka
 * calls a topic unknown it is asked for again, after a grace.
 */

import type { KafkaConsumer } from 'node-rdkafka'
import { TroupeError } from '../errors.ts'

const metadataTimeoutMs = 5_000

export class MissingTopics {
  readonly #client: KafkaConsumer
  readonly #graceMs: number
  readonly #brokers: string
  readonly #onMissing: (error: TroupeError) => void
  #timer: NodeJS.Timeout | undefined

  constructor(
    client: KafkaConsumer,
    options: { readonly graceMs: number; readonly brokers: string },
    onMissing: (error: TroupeError) => void,
  ) {
    this.#client = client
    this.#graceMs = options.graceMs
    this.#brokers = options.brokers
    this.#onMissing = onMissing
  }

  /** Looks after the grace; a second suspicion in the meantime changes nothing. */
  suspect(topics: readonly string[]): void {
    this.#timer ??= setTimeout(() => {
      void this.#look(topics)
    }, this.#graceMs).unref()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  async #look(topics: readonly string[]): Promise<void> {
    for (const topic of topics) {
      if ((await this.#isMissing(topic)) && this.#client.isConnected()) {
        this.#onMissing(topicMissing(topic, this.#brokers))
        return
      }
    }
    this.#timer = undefined
  }

  #isMissing(topic: string): Promise<boolean> {
    return new Promise((resolve) => {
      this.#client.getMetadata({ topic, timeout: metadataTimeoutMs }, (error: unknown, metadata) => {
        // Brokers that are away are another trouble, told elsewhere.
        if (error !== null && error !== undefined) resolve(false)
        else resolve(!metadata.topics.some(({ name, partitions }) => name === topic && partitions.length > 0))
      })
    })
  }
}

export const topicMissing = (topic: string, brokers: string): TroupeError =>
  new TroupeError(
    'TOPIC_MISSING',
    `topic ${topic} does not exist on ${brokers}: create it, set KAFKA_CREATE_TOPICS=true, or correct its name ` +
      '(KAFKA_<DOMAIN>_TOPIC, KAFKA_PREFIX)',
  )
