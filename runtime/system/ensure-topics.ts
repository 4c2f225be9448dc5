/** The topics that this application sends to and receives from, made where that is allowed. */

import { letterTopicsOf, type Options } from '../config/index.ts'
import { connectAdmin, type TopicDeclaration } from '../kafka/index.ts'
import type { TopicMapping } from '../routing/index.ts'
import { kafkaSettings } from './kafka-settings.ts'

/** A dead letter is its record with headers: a record as large as its topic allows must still fit. */
const deadLetterTopic = { config: { 'max.message.bytes': '10485760' } } as const

/** Throws TOPIC_MISSING, KAFKA_UNAVAILABLE. */
export const ensureRetryTopics = async (options: Options, topics: readonly string[]): Promise<void> => {
  if (topics.length === 0) return
  await ensure(
    options,
    topics.map((topic) => ({ topic, partitions: options.kafkaPartitions, ...deadLetterTopic })),
  )
}

/** Throws TOPIC_MISSING, KAFKA_UNAVAILABLE. */
export const ensureTopics = async (options: Options, mapping: TopicMapping): Promise<void> => {
  const ofDomains = mapping.topics.map(({ topic, partitions }) => ({ topic, partitions }))
  const deadLetters = letterTopicsOf(options).map((topic) => ({
    topic,
    partitions: options.kafkaPartitions,
    ...deadLetterTopic,
  }))
  await ensure(options, [...ofDomains, ...deadLetters])
}

const ensure = async (options: Options, topics: readonly TopicDeclaration[]): Promise<void> => {
  const admin = await connectAdmin(kafkaSettings(options))
  try {
    await admin.ensureTopics(topics, {
      create: options.kafkaCreateTopics,
      replicationFactor: options.kafkaReplicationFactor,
    })
  } finally {
    await admin.close()
  }
}
