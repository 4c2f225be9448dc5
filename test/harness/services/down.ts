/** `make services-down`: stops what `make services-up` started, by pid, and removes its data. */

import { rm } from 'node:fs/promises'

import { waitUntil } from '../wait-until.ts'
import { isRunning, readState, writeState, type RunningService } from './state.ts'

const patienceMs = 20_000

const stop = async (service: RunningService): Promise<string> => {
  const wasRunning = isRunning(service)
  if (wasRunning) {
    // For Postgres SIGINT means: end sessions and stop; for Java it is like SIGTERM.
    process.kill(service.pid, 'SIGINT')
    process.kill(service.pid, 'SIGCONT')
    await waitUntil(`${service.name} has ended`, () => !isRunning(service), { timeoutMs: patienceMs }).catch(
      () => {
        if (isRunning(service)) process.kill(service.pid, 'SIGKILL')
      },
    )
  }
  await rm(service.folder, { recursive: true, force: true })
  return wasRunning ? `${service.name} stopped` : `${service.name} was not running any more`
}

const services = await readState()
if (services.length === 0) console.log('no services are up')
for (const line of await Promise.all(services.map(stop))) console.log(line)
await writeState([])
