/** Everything that can be said of the code without a service: format, types, lint, import rules, dead code, unit tests. */

import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

const unit = ['test/unit/**/*.test.ts', 'actors/*/test/*.test.ts']

const checks: readonly (readonly [what: string, command: string, ...args: string[]])[] = [
  ['format', 'prettier', '--check', '--log-level=warn', '.'],
  ['types', 'tsc', '-p', '.'],
  ["types of the console's page", 'tsc', '-p', 'control-plane/console/ui'],
  ['lint', 'eslint', '--max-warnings=0', '.'],
  [
    'import rules',
    'depcruise',
    '--config',
    '.dependency-cruiser.cjs',
    'runtime',
    'actors',
    'control-plane',
    'demo',
    'bench',
    'cli',
    'deploy',
  ],
  ['dead code', 'knip'],
]

const failed: string[] = []
for (const [what, command, ...args] of checks) {
  const started = performance.now()
  const done = spawnSync(`node_modules/.bin/${command}`, args, { stdio: 'inherit' })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${done.status === 0 ? 'ok' : 'FAILED'}: ${what} (${seconds} s)`)
  if (done.status !== 0) failed.push(what)
}
const tests = spawnSync(process.execPath, ['tools/test.ts', ...globSync(unit)], { stdio: 'inherit' })
if (tests.status !== 0) failed.push('unit tests')
if (failed.length > 0) console.error(`verify failed: ${failed.join(', ')}`)
process.exitCode = failed.length > 0 ? 1 : 0
