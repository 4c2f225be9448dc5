/**
 * One Kafka, one registry and one Postgres for all scenario files of a run; a scenario that cuts a service starts its
 * own. Where Java or Maven is missing nothing is started: each scenario is skipped and says so, but fails under CI=true.
 */

import { startApicurio } from '../test/harness/services/apicurio.ts'
import { servicesUnavailable } from '../test/harness/services/availability.ts'
import { startKafka } from '../test/harness/services/kafka.ts'
import { startPostgres } from '../test/harness/services/postgres.ts'
import type { Service } from '../test/harness/services/service-process.ts'

/** `work` gets the addresses as the variables that every process of Troupe reads. */
export const withRealServices = async (
  work: (env: NodeJS.ProcessEnv) => Promise<number>,
): Promise<number> => {
  if ((await servicesUnavailable()) !== undefined) return await work(noServices)
  const started: Service[] = []
  const note = async <S extends Service>(starting: Promise<S>): Promise<S> => {
    const service = await starting
    started.push(service)
    return service
  }
  const log = (message: string): void => {
    console.log(message)
  }
  try {
    console.log('starting Kafka, Apicurio and Postgres')
    const starting = [note(startKafka({ log })), note(startApicurio({ log })), note(startPostgres())] as const
    // All of them have started or failed before one is closed.
    await Promise.allSettled(starting)
    const [kafka, registry, postgres] = await Promise.all(starting)
    return await work({
      KAFKA_BROKERS: kafka.bootstrapServers,
      SCHEMA_REGISTRY_URL: registry.url,
      DATABASE_URL: postgres.url,
    })
  } finally {
    await Promise.all(started.map((service) => service.close()))
  }
}

/** Whatever the shell says: scenarios make topics, and break what they run on. */
const noServices = { KAFKA_BROKERS: '', SCHEMA_REGISTRY_URL: '', DATABASE_URL: '' }
