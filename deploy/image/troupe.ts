#!/usr/bin/env node
/**
 * What the image runs: the commands of cli/troupe.ts, `runtime` where none is given. Options come from the environment
 * (docs/configuration.md).
 */

import { constants } from 'node:os'

/**
 * In a container this is process 1, for which the kernel ignores signals that nobody listens to. Until the command
 * listens itself, a stop ends the process here; one that never listens, as migrate, is not done and must not look so.
 */
const endUntilTheCommandListens = (signal: 'SIGTERM' | 'SIGINT'): void => {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal])
  })
}

if (process.argv[2] === undefined) process.argv.push('runtime')
endUntilTheCommandListens('SIGTERM')
endUntilTheCommandListens('SIGINT')
await import('../../cli/troupe.ts')
