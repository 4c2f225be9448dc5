/**
 * The gate: costs of the hot path as multiples of avsc's own decoding, measured in one process, against the stored ones.
 * A case that is beyond is measured once more, longer: what is slower twice is slower. `--store` keeps what is measured.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { microCases, referenceId } from './cases.ts'
import { measure, ratiosTo } from './measure.ts'
import { compareRatios, tolerance, type Finding, type Stored } from './verdict.ts'

const file = join(import.meta.dirname, 'gate.json')
const slices = 60
const longerSlices = 200

/** False: something is slower than it was. */
export const gate = async ({ store }: { readonly store: boolean }): Promise<boolean> => {
  let ratios = ratiosTo(referenceId, await measure(microCases, store ? longerSlices : slices))
  if (store) {
    const kept: Stored = {
      node: process.versions.node,
      ratios: Object.fromEntries([...ratios].map(([id, ratio]) => [id, Math.round(ratio * 1e4) / 1e4])),
    }
    writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`)
    console.log(`stored in ${file}`)
    return true
  }
  const stored = JSON.parse(readFileSync(file, 'utf8')) as Stored
  let findings = compareRatios(stored, ratios)
  if (findings.some(({ kind }) => kind === 'slower')) {
    console.log('something seems slower: measuring once more, longer')
    ratios = ratiosTo(referenceId, await measure(microCases, longerSlices))
    findings = compareRatios(stored, ratios)
  }
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

const lineOf = ({ id, stored, measured, kind }: Finding): string =>
  `${id.padEnd(20)}${(stored?.toFixed(3) ?? '–').padEnd(17)}${measured.toFixed(3).padEnd(10)}${kind}`
