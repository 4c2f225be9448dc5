/** The control plane as a process: `npm run control-plane`. Exit code 0 after a stop, 1 when it cannot start. */

import { resolveOptions } from '../runtime/config/index.ts'
import { messageOf } from '../runtime/errors.ts'
import { createLog } from '../runtime/telemetry/index.ts'
import { startControlPlane } from './server.ts'

try {
  const options = resolveOptions({}, process.env)
  const log = createLog({ level: options.logLevel, base: { process: 'control-plane' } })
  const controlPlane = await startControlPlane(options, log)
  log.info('the public API is up', { url: `${controlPlane.publicUrl}/graphql` })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info('stopping', { signal })
      void controlPlane.close().then(() => log.info('stopped'))
    })
  }
} catch (error) {
  process.stderr.write(`troupe: ${messageOf(error)}\n`)
  process.exitCode = 1
}
