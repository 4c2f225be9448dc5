/**
 * The gate: costs of the hot path as multiples of avsc's own decoding, measured in one process, against the stored ones.
 * Where one is beyond, all are measured again, and again, and the least counts: noise passes, a regression stays.
 * `--store` keeps what is measured.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { microCases, referenceId } from './cases.ts'
import { measure, ratiosTo } from './measure.ts'
import { compareRatios, tolerance, type Finding, type Stored } from './verdict.ts'

const file = join(import.meta.dirname, 'gate.json')
const slices = 1_500
const measurements = 3

/** False: something is slower than it was. */
export const gate = async ({ store }: { readonly store: boolean }): Promise<boolean> => {
  if (store) {
    const ratios = await leastRatios(1, () => true)
    const kept: Stored = {
      node: process.versions.node,
      ratios: Object.fromEntries([...ratios].map(([id, ratio]) => [id, Math.round(ratio * 1e4) / 1e4])),
    }
    writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`)
    console.log(`stored in ${file}`)
    return true
  }
  const stored = JSON.parse(readFileSync(file, 'utf8')) as Stored
  const isSlower = (ratios: ReadonlyMap<string, number>): boolean =>
    compareRatios(stored, ratios).some(({ kind }) => kind === 'slower')
  const findings = compareRatios(stored, await leastRatios(measurements, isSlower))
  console.log(`stored with Node ${stored.node}, measured with ${process.versions.node}`)
  console.log('case                × avsc, stored   now       ')
  for (const finding of findings) console.log(lineOf(finding))
  const slower = findings.filter(({ kind }) => kind === 'slower')
  for (const { id, stored: before = NaN, measured } of slower) {
    const percent = Math.round((measured / before - 1) * 100)
    console.error(
      `${id} is ${percent} % slower than stored; ${Math.round((tolerance - 1) * 100)} % is allowed`,
    )
  }
  return slower.length === 0
}

/** The least ratio of each case in as many measurements as `goOn` asks for. */
const leastRatios = async (
  most: number,
  goOn: (ratios: ReadonlyMap<string, number>) => boolean,
): Promise<ReadonlyMap<string, number>> => {
  const least = new Map<string, number>()
  for (let n = 0; n < most && (n === 0 || goOn(least)); n += 1) {
    const ratios = ratiosTo(referenceId, await measure(microCases, slices))
    for (const [id, ratio] of ratios) least.set(id, Math.min(least.get(id) ?? Infinity, ratio))
  }
  return least
}

const lineOf = ({ id, stored, measured, kind }: Finding): string =>
  `${id.padEnd(20)}${(stored?.toFixed(3) ?? '–').padEnd(17)}${measured.toFixed(3).padEnd(10)}${kind}`
