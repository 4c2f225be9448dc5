/**
 * Finding the records that make a batch fail as a whole, outside of any transaction: parts of it run by themselves.
 *
 * I1: parts run in the order of their records, one at a time: what became of one is settled before the next begins.
 * I2: a part that fails is halved; of one record, that record is to blame.
 * I3: records that the worker said were under way are tried alone at once; those around them in one part each.
 * I4: every record is either settled with its part or blamed, once. One culprit among n records without a hint costs
 *     at most 2 * ceil(log2(n)) + 1 runs.
 */

/** What is still to run, in this order; each part's records ascending. */
export interface Isolation {
  readonly parts: readonly (readonly number[])[]
}

/** `records`: of the batch that failed. `underWay`: those that the worker named, if it did. */
export const isolate = (records: readonly number[], underWay: readonly number[] = []): Isolation => ({
  parts: divided(ascending(records), underWay),
})

/** Undefined: all is settled. */
export const nextPart = ({ parts }: Isolation): readonly number[] | undefined => parts[0]

/** The next part ended, whatever became of its records one by one. */
export const partSettled = ({ parts }: Isolation): Isolation => ({ parts: parts.slice(1) })

export interface PartFailed {
  readonly isolation: Isolation
  /** To blame; it stays the next part: try it again alone, or settle it. */
  readonly culprit: number | undefined
}

/** The next part failed as a whole. `underWay`: what the worker named this time. */
export const partFailed = (
  { parts: [part = [], ...later] }: Isolation,
  underWay: readonly number[] = [],
): PartFailed => {
  if (part.length <= 1) return { isolation: { parts: [part, ...later] }, culprit: part[0] }
  return { isolation: { parts: [...divided(part, underWay), ...later] }, culprit: undefined }
}

const divided = (part: readonly number[], underWay: readonly number[]): (readonly number[])[] => {
  const suspects = new Set(underWay)
  if (!part.some((record) => suspects.has(record))) return halves(part) // I2
  const parts: number[][] = []
  let open: number[] | undefined
  for (const record of part) {
    if (suspects.has(record)) {
      parts.push([record]) // I3
      open = undefined
    } else if (open === undefined) {
      parts.push((open = [record]))
    } else {
      open.push(record)
    }
  }
  return parts
}

const halves = (part: readonly number[]): (readonly number[])[] => {
  const middle = Math.ceil(part.length / 2)
  return [part.slice(0, middle), part.slice(middle)].filter((half) => half.length > 0)
}

const ascending = (records: readonly number[]): readonly number[] =>
  [...new Set(records)].sort((a, b) => a - b)
