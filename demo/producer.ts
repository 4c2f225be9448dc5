/** The demo's producer: scans by the publisher, as any producer sends them; garbage past it, as only a bug does. */

import { setTimeout as delay } from 'node:timers/promises'
import type { Options } from '../runtime/config/index.ts'
import { connectAdmin, RecordProducer } from '../runtime/kafka/index.ts'
import type { TopicPartition } from '../runtime/topic-partition.ts'
import { publisherFromEnv, type Publisher } from '../runtime/publisher/index.ts'
import { mappingFor } from '../runtime/system/application.ts'
import { kafkaSettings, producerSettings } from '../runtime/system/kafka-settings.ts'
import { loadSchemas } from '../runtime/system/load-schemas.ts'
import type { Publication } from './scan-generator.ts'

const eventName = 'shipping.package.scanned'
/** Records are sent in slices, so that there is something to watch. */
const slice = 50

export class DemoProducer {
  readonly #publisher: Publisher
  readonly #raw: RecordProducer
  readonly #topic: string
  readonly #partitions: readonly TopicPartition[]
  produced = 0

  private constructor(publisher: Publisher, raw: RecordProducer, topic: string, partitions: number) {
    this.#publisher = publisher
    this.#raw = raw
    this.#topic = topic
    this.#partitions = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
  }

  static async connect(options: Options): Promise<DemoProducer> {
    const kafka = producerSettings(options)
    const publisher = await publisherFromEnv({ options, source: 'demo' })
    const topic = mappingFor(await loadSchemas(options.schemasDir), options).topicOf(eventName)
    const admin = await connectAdmin(kafkaSettings(options))
    const partitions = await admin.partitionsOf(topic)
    await admin.close()
    return new DemoProducer(publisher, await RecordProducer.connect(kafka), topic, partitions ?? 0)
  }

  /** Of the topic that the scans go to. */
  partitions(): readonly TopicPartition[] {
    return this.#partitions
  }

  /** Sends all, `perSecond` of them, one package's in order; resolves when the broker has them all. */
  async send(publications: readonly Publication[], perSecond: number): Promise<void> {
    for (let i = 0; i < publications.length; i += slice) {
      const due = publications.slice(i, i + slice)
      await Promise.all([
        ...due.map((publication) => this.#send(publication)),
        delay((slice / perSecond) * 1_000),
      ])
      this.produced += due.length
    }
    await this.#publisher.flush()
  }

  async close(): Promise<void> {
    await this.#publisher.close()
    await this.#raw.close(10_000)
  }

  async #send(publication: Publication): Promise<void> {
    if (publication.kind === 'scan') {
      const { event } = publication
      await this.#publisher.publish(eventName, event, { key: event.trackingId, tenant: event.tenantId })
      return
    }
    await this.#raw.produce({
      topic: this.#topic,
      key: Buffer.from(publication.key),
      value: publication.value,
      headers: [
        ['event-type', eventName],
        ['event-id', publication.eventId],
        ['tenant-id', publication.tenant],
      ],
    })
  }
}
