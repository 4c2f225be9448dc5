/** Where the services of the scenarios are. `make test-kafka` starts them once for all files and says so by these variables. */

import { servicesUnavailable } from '../services/availability.ts'

const variables = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'DATABASE_URL'] as const

export type TrialServices = Readonly<Record<(typeof variables)[number], string>>

/** For tap's `skip`: false, or the reason. Throws under CI=true instead of skipping: nobody reads there what was skipped. */
export const skipWithoutTrialServices = async (): Promise<string | false> => {
  const missing = variables.filter((variable) => (process.env[variable] ?? '') === '')
  if (missing.length === 0) return false
  const reason =
    (await servicesUnavailable()) ?? `${missing.join(', ')} not set: run the scenarios by make test-kafka`
  if (process.env['CI'] === 'true') throw new Error(`CI=true, and ${reason}`)
  return reason
}

export const trialServices = (): TrialServices =>
  Object.fromEntries(variables.map((variable) => [variable, process.env[variable] ?? ''])) as TrialServices
