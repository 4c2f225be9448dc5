/** The control plane as a process: `npm run control-plane`. It needs Postgres and no Kafka. */

import { resolveOptions } from '../runtime/config/index.ts'
import { runProcess } from '../runtime/process/index.ts'
import { requireMigrated } from '../runtime/store/index.ts'
import { startControlPlane } from './server.ts'

await runProcess('control-plane', resolveOptions, async (options, { log }) => {
  await requireMigrated(options.databaseUrl)
  const controlPlane = await startControlPlane(options, log)
  log.info('the public API is up', { url: `${controlPlane.publicUrl}/graphql` })
  return controlPlane
})
