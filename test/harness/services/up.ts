/** `make services-up`: a real Kafka, registry and Postgres on free ports, running until `make services-down`. */

import { startApicurio } from './apicurio.ts'
import { servicesUnavailable } from './availability.ts'
import { startKafka } from './kafka.ts'
import { startPostgres } from './postgres.ts'
import { exportLines, isRunning, readState, startOf, writeState, type RunningService } from './state.ts'

/** Progress goes to stderr, so that `eval "$(make -s services-up)"` sets the variables. */
const say = (message: string): void => {
  console.error(message)
}

const up = async (): Promise<number> => {
  const before = await readState()
  if (before.some(isRunning)) {
    say('they are up already (make services-down stops them):')
    console.log(exportLines(before.filter(isRunning)))
    return 0
  }
  const unavailable = await servicesUnavailable()
  if (unavailable !== undefined) {
    say(`${unavailable}. Or set KAFKA_BROKERS, SCHEMA_REGISTRY_URL and DATABASE_URL to services of your own.`)
    return 1
  }

  const started = performance.now()
  const running: RunningService[] = []
  // Noted one by one: if a later one fails, or this is interrupted, services-down finds what runs.
  const note = async (
    name: string,
    variable: string,
    address: string,
    { pid, folder }: { readonly pid: number; readonly folder: string },
  ): Promise<void> => {
    running.push({ name, pid, startedAt: startOf(pid) ?? '', folder, variable, address })
    await writeState(running)
    say(`${name} is up after ${((performance.now() - started) / 1000).toFixed(1)} s`)
  }

  const options = { detached: true, log: say }
  say('starting Postgres, Apache Kafka and Apicurio Registry')
  const postgres = await startPostgres(options)
  await note(postgres.version, 'DATABASE_URL', postgres.url, postgres)
  const kafka = await startKafka(options)
  await note('Kafka', 'KAFKA_BROKERS', kafka.bootstrapServers, kafka)
  const registry = await startApicurio(options)
  await note('Apicurio Registry', 'SCHEMA_REGISTRY_URL', registry.url, registry)

  say('logs: the file `log` in each of')
  for (const { folder } of running) say(`  ${folder}`)
  console.log(exportLines(running))
  return 0
}

process.exitCode = await up().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error))
  say('what was started runs on: make services-down stops it')
  return 1
})
