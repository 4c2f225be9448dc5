/** The first lines of a process: what it is, what it was built with, what it talks to, what it runs. No secrets. */

import { printable, unhandledTopicOf, type Options } from '../config/index.ts'
import { builtInFeatures, librdkafkaVersion } from '../kafka/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { Application } from './application.ts'
import { troupeVersion } from './version.ts'

export const logStart = (log: Log, options: Options, { actors, mapping }: Application): void => {
  const { kafkaBrokers, schemaRegistryUrl, databaseUrl } = printable(options)
  log.info('starting', {
    versions: { troupe: troupeVersion(), node: process.versions.node, librdkafka: librdkafkaVersion },
    features: builtInFeatures,
    addresses: { kafka: kafkaBrokers, registry: schemaRegistryUrl, postgres: databaseUrl },
    topics: mapping.topics,
    deadLetterTopic: options.kafkaDlqTopic,
    unhandledExceptionTopic: unhandledTopicOf(options),
    actors: actors.map(({ definition, group, topics }) => ({
      name: definition.name,
      group,
      topics,
      receives: Object.keys(definition.receives),
      order: definition.order,
      effects: definition.effects,
    })),
  })
  log.debug('options', { options: printable(options) })
}
