/** Does a broker answer, and are the topics there with the partitions that they are declared with? */

import { resolve } from 'node:path'

import { letterTopicsOf, type Options } from '../../../runtime/config/index.ts'
import { connectAdmin } from '../../../runtime/kafka/index.ts'
import { mappingFor } from '../../../runtime/system/application.ts'
import { impatientSettings } from './kafka-settings.ts'
import { loadSchemas } from '../../../runtime/system/load-schemas.ts'
import { fail, ok, warn, type Check, type Finding } from '../finding.ts'

export const kafkaCheck = (options: Options): Check => ({
  name: 'kafka',
  remedy:
    'is the broker up, are KAFKA_BROKERS, KAFKA_SSL and KAFKA_SASL_* right, does a firewall stand between?',
  run: async () => {
    if (!options.kafkaEnabled) return [ok('not asked: KAFKA_ENABLED is false')]
    const admin = await connectAdmin(impatientSettings(options))
    try {
      const declared = await declaredTopics(options)
      const found: Finding[] = [ok(`a broker of ${options.kafkaBrokers.join(',')} answers`)]
      for (const { topic, partitions } of declared) {
        found.push(
          topicFinding(topic, partitions, await admin.partitionsOf(topic), options.kafkaCreateTopics),
        )
      }
      return found
    } finally {
      void admin.close()
    }
  },
})

const declaredTopics = async (options: Options) => {
  const mapping = mappingFor(await loadSchemas(resolve(options.schemasDir)), options)
  const letters = letterTopicsOf(options).map((topic) => ({ topic, partitions: options.kafkaPartitions }))
  return [...new Map([...mapping.topics, ...letters].map((each) => [each.topic, each])).values()]
}

const topicFinding = (
  topic: string,
  declared: number,
  found: number | undefined,
  isMade: boolean,
): Finding => {
  if (found === declared) return ok(`topic ${topic} has ${String(found)} partitions`)
  if (found !== undefined)
    return warn(
      `topic ${topic} has ${String(found)} partitions; ${String(declared)} are declared`,
      'it works as it is; declare what there is (KAFKA_PARTITIONS, KAFKA_<DOMAIN>_PARTITIONS), or add partitions knowing that keys move',
    )
  return isMade
    ? warn(
        `topic ${topic} is not there yet`,
        `the first process that starts makes it, with ${String(declared)} partitions`,
      )
    : fail(
        `topic ${topic} is missing`,
        `create it with ${String(declared)} partitions, or set KAFKA_CREATE_TOPICS=true`,
      )
}
