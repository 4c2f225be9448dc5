/**
 * Runs the large form of every trial, one after the other, and says at the end what was tried and how often. Hours.
 *
 *   node tools/soak.ts               all of them
 *   node tools/soak.ts FILE…         only these
 */

import { globSync, readFileSync } from 'node:fs'
import { withRealServices } from './real-services.ts'
import { conclude, runOneByOne, type TapRun } from './run-tap.ts'
import { quickFirst } from './scenario-order.ts'

/** For one file. */
const timeoutSeconds = 6 * 3_600

/** Scenarios that have a large form ask for their size. */
const trials = (): readonly string[] =>
  globSync('test/scenario/*.test.ts')
    .sort()
    .filter((file) => readFileSync(file, 'utf8').includes('sizeOf('))

const main = async (files: readonly string[]): Promise<number> =>
  await withRealServices(async (env) => {
    const runs = await runOneByOne(quickFirst(files), {
      flags: ['--jobs=1', `--timeout=${timeoutSeconds}`],
      env: { ...env, TRIAL_SIZE: 'soak' },
      comments: true,
    })
    for (const run of runs) console.log(summaryOf(run))
    return conclude(runs)
  })

/** A line for the trial, and one for each thing it tried. */
const summaryOf = ({ file, counts, seconds, tried }: TapRun & { readonly file: string }): string => {
  const verdict = counts.failed > 0 ? 'FAILED' : counts.passed > 0 ? 'held' : 'skipped'
  const claim = file.replace(/^.*\//, '').replace(/\.test\.ts$/, '')
  return [
    `${verdict.padEnd(8)}${seconds.toFixed(0).padStart(6)} s  ${claim}`,
    ...tried.map((what) => `${' '.repeat(18)}${what}`),
  ].join('\n')
}

const named = process.argv.slice(2).filter((arg) => !arg.startsWith('--'))
process.exitCode = await main(named.length > 0 ? named : trials())
