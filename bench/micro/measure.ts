/**
 * Nanoseconds a record of each case: the least of many short slices that are interleaved. Whatever else the machine
 * does only makes a slice longer, so the least is what the code takes; and since slices take turns, a slow minute falls
 * on all of them.
 */

import { recordsPerTurn, type MicroCase } from './cases.ts'

export interface Timed {
  readonly id: string
  readonly nsPerRecord: number
}

const warmUpTurns = 40
const turnsPerSlice = 3

export const measure = async (cases: readonly MicroCase[], slices: number): Promise<readonly Timed[]> => {
  for (const { turn } of cases) for (let n = 0; n < warmUpTurns; n += 1) await turn()
  const least = new Map<string, number>()
  for (let slice = 0; slice < slices; slice += 1) {
    for (const { id, turn } of cases) {
      const began = performance.now()
      for (let n = 0; n < turnsPerSlice; n += 1) await turn()
      const ns = ((performance.now() - began) * 1e6) / (turnsPerSlice * recordsPerTurn)
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
