/** Kafka, a registry and, where it is wanted, Postgres for the time of a benchmark: as `make services-up` starts them. */

import { startEmbeddedRegistry } from '../../runtime/registry/index.ts'
import { startKafka } from '../../test/harness/services/kafka.ts'
import { startPostgres } from '../../test/harness/services/postgres.ts'
import { outputOf, onNode, type Env } from './contender.ts'

export interface BenchServices {
  /** For every process of the benchmark. */
  readonly env: Env
}

/** libuv's threads are what drains and disconnects run on. */
const uvThreads = '16'

export const withServices = async <T>(
  { postgres: wantsPostgres }: { readonly postgres: boolean },
  work: (services: BenchServices) => Promise<T>,
): Promise<T> => {
  console.log(`starting Kafka, a registry${wantsPostgres ? ' and Postgres' : ''}`)
  const stops: (() => Promise<unknown>)[] = []
  try {
    const kafka = await startKafka({ log: (message) => console.log(message) })
    stops.push(() => kafka.stop())
    const registry = await startEmbeddedRegistry()
    stops.push(() => registry.close())
    const env: Env = {
      KAFKA_BROKERS: kafka.bootstrapServers,
      SCHEMA_REGISTRY_URL: registry.url,
      UV_THREADPOOL_SIZE: uvThreads,
    }
    if (!wantsPostgres) return await work({ env })
    return await withPostgres((database) => work({ env: { ...env, ...database.env } }))
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

/** Postgres alone, with Troupe's tables. */
export const withPostgres = async <T>(work: (services: BenchServices) => Promise<T>): Promise<T> => {
  const postgres = await startPostgres({ settings: postgresSettings })
  try {
    const env = { DATABASE_URL: postgres.url }
    await outputOf('the migrations', onNode('runtime/migrate-main.ts'), env)
    return await work({ env })
  } finally {
    await postgres.stop()
  }
}

/** A commit is on the disk when it is answered, as in production; tests have it faster. */
const postgresSettings = {
  fsync: 'on',
  full_page_writes: 'on',
  shared_buffers: '512MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '30min',
}
