/**
 * The control plane as a process: `npm run control-plane`. It needs Postgres; Kafka and registry only for
 * showing records, which a process of its own reads when somebody asks.
 */

import { resolveOptions } from '../runtime/config/index.ts'
import { runProcess } from '../runtime/process/index.ts'
import { openRecords } from '../runtime/records/index.ts'
import { postgresCheck, requireMigrated } from '../runtime/store/index.ts'
import { startControlPlane } from './server.ts'

await runProcess('control-plane', resolveOptions, async (options, { log, process }) => {
  process.starting('asking Postgres for its migrations')
  await requireMigrated(options.databaseUrl)
  const controlPlane = await startControlPlane(
    {
      ...options,
      access: options,
      records: options.kafkaEnabled ? openRecords(options) : undefined,
    },
    log,
  )
  for (const [api, url] of [
    ['the public API', controlPlane.publicUrl],
    ["the operators' API", controlPlane.operatorUrl],
  ] as const) {
    log.info(`${api} is up`, {
      url: `${url}/graphql`,
      ...(options.explorer && { explorer: `${url}/explorer` }),
    })
  }
  return { ...controlPlane, checks: [postgresCheck(options.databaseUrl, 'troupe-control-plane')] }
})
