/** The control plane as a process: `npm run control-plane`. It needs Postgres and no Kafka. */

import { resolveOptions } from '../runtime/config/index.ts'
import { runProcess } from '../runtime/process/index.ts'
import { postgresCheck, requireMigrated } from '../runtime/store/index.ts'
import { startControlPlane } from './server.ts'

await runProcess('control-plane', resolveOptions, async (options, { log, process }) => {
  process.starting('asking Postgres for its migrations')
  await requireMigrated(options.databaseUrl)
  const controlPlane = await startControlPlane({ ...options, access: options }, log)
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
