/**
 * What the demo runs on: for each service the one the environment names, else an embedded one in this process – a
 * broker (librdkafka's mock cluster), a Postgres and a schema registry.
 */

import { letterTopicsOf, resolveOptions, type Options } from '../runtime/config/index.ts'
import { startMockCluster } from '../runtime/kafka/index.ts'
import { startEmbeddedRegistry } from '../runtime/registry/index.ts'
import { mappingFor } from '../runtime/system/application.ts'
import { loadSchemas } from '../runtime/system/load-schemas.ts'
import { migrate, startEmbeddedPostgres } from '../runtime/store/index.ts'

export interface Services {
  /** What child processes are started with. */
  readonly env: Readonly<Record<string, string>>
  /** One line a service: what it is and where. */
  readonly described: readonly string[]
  close(): Promise<void>
}

export const startServices = async (env: NodeJS.ProcessEnv): Promise<Services> => {
  const closers: (() => Promise<void>)[] = []
  const chosen: Record<string, string> = {}
  const described: string[] = []
  const choose = async (
    variable: string,
    what: string,
    embedded: string,
    start: () => Promise<{ readonly address: string; close(): Promise<void> }>,
  ): Promise<void> => {
    const given = env[variable]
    if (given !== undefined && given !== '') {
      described.push(`${what}: yours, by ${variable}`)
      return
    }
    const service = await start()
    const { address } = service
    closers.push(() => service.close())
    chosen[variable] = address
    described.push(`${what}: ${embedded} (${address.replace(/\/\/[^@/]*@/, '//')})`)
  }
  const close = async (): Promise<void> => {
    for (const closeOne of closers.toReversed()) await closeOne()
  }
  try {
    await choose('KAFKA_BROKERS', 'broker', "embedded, librdkafka's mock cluster", async () => {
      const cluster = await startMockCluster()
      await cluster.createTopics(await topicsOf(resolveOptions({}, env)))
      return { address: cluster.bootstrapServers, close: () => cluster.close() }
    })
    await choose('DATABASE_URL', 'Postgres', 'embedded', async () => {
      const postgres = await startEmbeddedPostgres()
      return { address: postgres.url, close: () => postgres.close() }
    })
    await choose('SCHEMA_REGISTRY_URL', 'schema registry', 'embedded', async () => {
      const registry = await startEmbeddedRegistry()
      return { address: registry.url, close: () => registry.close() }
    })
    const options = optionsWith(env, chosen)
    await migrate({ url: options.databaseUrl })
    return { env: chosen, described, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The mock cluster makes topics by being asked for them; a real Kafka's are made by the first process that starts. */
const topicsOf = async (options: Options): Promise<readonly string[]> => {
  const mapping = mappingFor(await loadSchemas(options.schemasDir), options)
  return [...mapping.topics.map(({ topic }) => topic), ...letterTopicsOf(options)]
}

/** The options that child processes see, for what this process does itself. */
export const optionsWith = (env: NodeJS.ProcessEnv, chosen: Readonly<Record<string, string>>): Options =>
  resolveOptions({}, { ...env, ...chosen })
