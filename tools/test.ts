/**
 * Runs the tests and says, alone on its last line, how many assertions passed and failed: `N passed, N failed`
 * (`, N skipped` with the reasons above it).
 *
 *   node tools/test.ts                what needs no other service: unit, contract, end to end on embedded services
 *   node tools/test.ts --kafka        the scenarios on a real Kafka, a real registry and a real Postgres
 *   node tools/test.ts FILE…          only these
 */

import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { withRealServices } from './real-services.ts'
import { TapOutput } from './tap-output.ts'

const embedded = [
  'test/unit/**/*.test.ts',
  'test/contract/*.test.ts',
  'test/end-to-end/*.test.ts',
  'actors/*/test/*.test.ts',
]
const real = ['test/contract/registry.test.ts', 'test/scenario/*.test.ts']

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
  const output = new TapOutput((line) => console.log(line))
  const code = await exitOf(['run', ...flags, '--reporter=tap', ...files], env, (line) => output.add(line))
  for (const reason of output.skipped) console.log(`skipped: ${reason}`)
  const { passed, failed, skipped } = output.counts
  // A runner that fell over before it counted is a failure too.
  const failures = code !== 0 && failed === 0 ? 1 : failed
  console.log(`${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failures > 0 ? 1 : code
}

const exitOf = async (
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
): Promise<number> => {
  const child = spawn('node_modules/.bin/tap', args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  createInterface({ input: child.stdout }).on('line', onLine)
  return await new Promise((ended, failed) => {
    child.on('error', failed)
    child.on('close', (code) => ended(code ?? 1))
  })
}

process.exitCode = await main(process.argv.slice(2))
