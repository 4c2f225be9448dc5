/** Runs test files under tap and reads what it says. */

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { TapOutput, type Counts } from './tap-output.ts'

export interface TapRunOptions {
  readonly flags?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** Whether comments of tests are shown. */
  readonly comments?: boolean
}

export interface TapRun {
  readonly counts: Counts
  /** Reasons. */
  readonly skipped: readonly string[]
  /** What trials say that they tried. */
  readonly tried: readonly string[]
  readonly seconds: number
}

/** All of them in one run of tap, which puts them in an order of its own. */
export const runTap = async (files: readonly string[], options: TapRunOptions = {}): Promise<TapRun> => {
  const { flags = [], env = {}, comments = false } = options
  const begun = performance.now()
  const output = new TapOutput((line) => console.log(line), { comments })
  const code = await exitOf(['run', ...flags, '--reporter=tap', ...files], env, (line) => output.add(line))
  const { counts, skipped, tried } = output
  // A runner that fell over before it counted is a failure too.
  const failed = code !== 0 && counts.failed === 0 ? 1 : counts.failed
  return { counts: { ...counts, failed }, skipped, tried, seconds: (performance.now() - begun) / 1_000 }
}

/** One after the other, in the order given, with the place of each. */
export const runOneByOne = async (
  files: readonly string[],
  options: TapRunOptions,
): Promise<readonly (TapRun & { readonly file: string })[]> => {
  const runs: (TapRun & { readonly file: string })[] = []
  for (const [i, file] of files.entries()) {
    console.log(`[${i + 1} of ${files.length}] ${file}`)
    runs.push({ file, ...(await runTap([file], options)) })
  }
  return runs
}

/** Says why something was skipped, and last the counts: `N passed, N failed`. The exit code. */
export const conclude = (runs: readonly TapRun[]): number => {
  for (const reason of new Set(runs.flatMap(({ skipped }) => skipped))) console.log(`skipped: ${reason}`)
  const sum = (of: keyof Counts): number => runs.reduce((total, { counts }) => total + counts[of], 0)
  const skipped = sum('skipped')
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return sum('failed') > 0 ? 1 : 0
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
