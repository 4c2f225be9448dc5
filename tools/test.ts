/**
 * Runs the tests and says, alone on its last line, how many assertions passed and failed: `N passed, N failed`
 * (`, N skipped` with the reasons above it).
 *
 *   node tools/test.ts                what needs no other service: unit, contract, end to end on embedded services
 *   node tools/test.ts --kafka        the scenarios on a real Kafka, a real registry and a real Postgres
 *   node tools/test.ts FILE…          only these
 */

import { spawn } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withRealServices } from './real-services.ts'

const embedded = [
  'test/unit/**/*.test.ts',
  'test/contract/*.test.ts',
  'test/end-to-end/*.test.ts',
  'actors/*/test/*.test.ts',
]
const real = ['test/contract/registry.test.ts', 'test/scenario/*.test.ts']

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const main = async (args: readonly string[]): Promise<number> => {
  const onKafka = args.includes('--kafka')
  const named = args.filter((arg) => !arg.startsWith('--'))
  const files = named.length > 0 ? named : globSync(onKafka ? real : embedded).sort()
  if (files.length === 0) throw new Error('there is no test of that name')
  const needsServices = onKafka || named.some((file) => file.includes('test/scenario/'))
  return needsServices
    ? await withRealServices((env) => runTap(files, ['--jobs=1'], env))
    : await runTap(files, ['--jobs=2'], {})
}

const runTap = async (
  files: readonly string[],
  flags: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-test-'))
  const output = join(folder, 'output.tap')
  try {
    const reporter = process.stdout.isTTY ? [] : ['--reporter=terse']
    const code = await exitOf(['run', ...flags, ...reporter, `--output-file=${output}`, ...files], env)
    const tap = existsSync(output) ? readFileSync(output, 'utf8') : ''
    const counts = countsIn(tap)
    for (const reason of skippedIn(tap)) console.log(`skipped: ${reason}`)
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
    // A runner that fell over before it counted is a failure too.
    const failed = code !== 0 && counts.failed === 0 ? 1 : counts.failed
    console.log(`${counts.passed} passed, ${failed} failed${skipped}`)
    return failed > 0 ? 1 : code
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const exitOf = async (args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> => {
  const child = spawn('node_modules/.bin/tap', args, { stdio: 'inherit', env: { ...process.env, ...env } })
  return await new Promise((ended, failed) => {
    child.on('error', failed)
    child.on('exit', (code) => ended(code ?? 1))
  })
}

/** tap closes with `# { total: 5, pass: 4, fail: 1, skip: 0 }`; zeros are left out. */
const countsIn = (tap: string): Counts => {
  const summary = /^# \{ total: .*\}$/gm
  const last = tap.match(summary)?.at(-1) ?? ''
  const count = (name: string): number => Number(new RegExp(`\\b${name}: (\\d+)`).exec(last)?.[1] ?? 0)
  return { passed: count('pass'), failed: count('fail'), skipped: count('skip') + count('todo') }
}

const skippedIn = (tap: string): readonly string[] => [
  ...new Set(
    [...tap.matchAll(/# SKIP (.+)$/gm)].map(([, reason]) => (reason ?? '').replace(/ # time=.*$/, '').trim()),
  ),
]

process.exitCode = await main(process.argv.slice(2))
