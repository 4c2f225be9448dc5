/**
 * A publisher as its surroundings describe it: the same variables, schemas and topics as those of the processes that
 * will handle the events.
 */

import { resolve } from 'node:path'
import { resolveOptions, type Environment, type Options } from '../config/index.ts'
import { requireFeatures } from '../kafka/index.ts'
import { mappingFor } from '../system/application.ts'
import { producerSettings } from '../system/kafka-settings.ts'
import { loadSchemas } from '../system/load-schemas.ts'
import { registryUrl } from '../system/registry-url.ts'
import { createPublisher, type Publisher } from './publisher.ts'

export interface PublisherFromEnv {
  /** Default `process.env`. */
  readonly env?: Environment
  /** Options that win over the environment. */
  readonly options?: Partial<Options>
  /** Who publishes, for the header `source`; default KAFKA_CLIENT_ID. */
  readonly source?: string
  /** Register schemas that are not; default true. */
  readonly registerSchemas?: boolean
}

/** Reads SCHEMAS_DIR; connects with the first event. Throws CONFIG_INVALID, SCHEMA_REFUSED or FEATURE_NOT_BUILT. */
export const publisherFromEnv = async ({
  env = process.env,
  options: given = {},
  source,
  registerSchemas = true,
}: PublisherFromEnv = {}): Promise<Publisher> => {
  const options = resolveOptions(given, env)
  const kafka = producerSettings(options)
  requireFeatures(kafka)
  const catalogue = await loadSchemas(resolve(options.schemasDir))
  return createPublisher({
    kafka,
    registry: {
      url: registryUrl({
        url: options.schemaRegistryUrl,
        username: options.schemaRegistryUsername,
        password: options.schemaRegistryPassword,
      }),
    },
    mapping: mappingFor(catalogue, options),
    catalogue,
    subjects: options.schemaSubjects,
    registerSchemas,
    source: source ?? options.kafkaClientId,
  })
}
