/**
 * Nanoseconds a record of each case: the least of many interleaved slices. Whatever else the machine does only makes a
 * slice longer, so the least is what the code takes. A slice is well below a millisecond: on a machine that is short of
 * processors longer ones are nearly all interrupted.
 */

import { recordsPerTurn, type MicroCase } from './cases.ts'

export interface Timed {
  readonly id: string
  readonly nsPerRecord: number
}

const warmUpTurns = 300

export const measure = async (cases: readonly MicroCase[], slices: number): Promise<readonly Timed[]> => {
  for (const { turn } of cases) for (let n = 0; n < warmUpTurns; n += 1) await turn()
  const least = new Map<string, number>()
  for (let slice = 0; slice < slices; slice += 1) {
    for (const { id, turn } of cases) {
      const began = performance.now()
      await turn()
      const ns = ((performance.now() - began) * 1e6) / recordsPerTurn
      least.set(id, Math.min(least.get(id) ?? Infinity, ns))
    }
  }
  return [...least].map(([id, nsPerRecord]) => ({ id, nsPerRecord }))
}

/** Of each case, what it takes as a multiple of the reference. */
export const ratiosTo = (reference: string, timed: readonly Timed[]): ReadonlyMap<string, number> => {
  const base = timed.find(({ id }) => id === reference)?.nsPerRecord
  if (base === undefined) throw new Error(`${reference} was not measured`)
  return new Map(timed.map(({ id, nsPerRecord }) => [id, nsPerRecord / base]))
}
