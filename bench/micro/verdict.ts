/** Which ratios grew beyond what noise makes of them. */

export interface Stored {
  /** Of Node, as they depend on its compiler. */
  readonly node: string
  /** Case → its cost as a multiple of the reference's. */
  readonly ratios: Readonly<Record<string, number>>
}

/** More than runs on a busy machine differed by when the least of three was taken. */
export const tolerance = 1.5

export interface Finding {
  readonly id: string
  readonly stored: number | undefined
  readonly measured: number
  readonly kind: 'as-before' | 'slower' | 'faster' | 'new'
}

export const compareRatios = (stored: Stored, measured: ReadonlyMap<string, number>): readonly Finding[] =>
  [...measured].map(([id, ratio]) => {
    const before = stored.ratios[id]
    return { id, stored: before, measured: ratio, kind: kindOf(before, ratio) }
  })

const kindOf = (before: number | undefined, now: number): Finding['kind'] => {
  if (before === undefined) return 'new'
  if (now > before * tolerance) return 'slower'
  return now * tolerance < before ? 'faster' : 'as-before'
}
