/**
 * One Kafka, one registry and one Postgres for all scenario files of a run; a scenario that cuts a service starts its
 * own. Where Java or Maven is missing the scenarios are skipped and say so, but fail under CI=true.
 */

import { startApicurio } from '../test/harness/services/apicurio.ts'
import { startKafka } from '../test/harness/services/kafka.ts'
import { startPostgres } from '../test/harness/services/postgres.ts'

export const withRealServices = async (
  work: (env: NodeJS.ProcessEnv) => Promise<number>,
): Promise<number> => {
  const started: { stop(): Promise<void> }[] = []
  const note = async <S extends { stop(): Promise<void> }>(starting: Promise<S>): Promise<S> => {
    const service = await starting
    started.push(service)
    return service
  }
  try {
    console.log('starting Kafka, Apicurio and Postgres (the first time they are fetched)')
    const kafka = await note(startKafka({}))
    const registry = await note(startApicurio({}))
    const postgres = await note(startPostgres({}))
    return await work({
      KAFKA_BROKERS: kafka.bootstrapServers,
      SCHEMA_REGISTRY_URL: registry.url,
      DATABASE_URL: postgres.url,
    })
  } finally {
    for (const service of started.reverse()) await service.stop()
  }
}
