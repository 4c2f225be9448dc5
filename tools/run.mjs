/**
 * Starts a command of the project from any shell: `node tools/run.mjs COMMAND [arguments]`, where COMMAND is a
 * TypeScript or JavaScript file of ours or a tool from node_modules/.bin. It starts itself again on Node 24 where the
 * shell's Node is older, does the set-up that is missing, and hands on signals and the exit code.
 */

import { spawn } from 'node:child_process'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeRuntime } from './node-runtime.mjs'
import { setUp } from './set-up.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const log = (line) => process.stderr.write(`set-up: ${line}\n`)
const fail = (message) => {
  process.stderr.write(`troupe: ${message}\n`)
  process.exit(1)
}

const [command, ...args] = process.argv.slice(2)
if (!command) fail('usage: node tools/run.mjs COMMAND [arguments]')

try {
  const { bin, nodedir } = nodeRuntime(root, log)
  if (bin) {
    process.env.PATH = `${bin}${delimiter}${process.env.PATH}`
    // npm's own node-gyp looks here for headers; without it the addon is built for another Node.
    process.env.npm_config_nodedir = nodedir
    if (process.execPath !== join(bin, 'node')) {
      const again = spawn(join(bin, 'node'), process.argv.slice(1), { stdio: 'inherit' })
      await finishWith(again)
    }
  }
  setUp(root, log)
} catch (error) {
  fail(error.message)
}

const isFile = /\.(ts|mjs|js)$/.test(command)
const program = isFile ? process.execPath : join(root, 'node_modules', '.bin', command)
const child = spawn(program, isFile ? [resolve(root, command), ...args] : args, {
  stdio: 'inherit',
  cwd: root,
  env: { UV_THREADPOOL_SIZE: '16', ...process.env },
})
await finishWith(child)

/** Signals reach the child (the terminal sends SIGINT to both); this process ends as the child did. */
async function finishWith(child) {
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  process.on('SIGINT', () => {})
  const { code, signal } = await new Promise((ended, failed) => {
    child.on('error', failed)
    child.on('exit', (code, signal) => ended({ code, signal }))
  })
  if (signal) {
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  }
  process.exit(code ?? 1)
}
