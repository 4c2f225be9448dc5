/**
 * Sets of offsets as ranges: what an int8multirange holds. Ranges are half-open, in order, apart from each other and
 * never empty, so that two equal sets look the same.
 *
 * Text as Postgres writes it: `{}`, `{[1,5),[7,9)}`. Ranges without an end are none of ours.
 * See https://www.postgresql.org/docs/current/rangetypes.html
 */

import type { Offset } from '../topic-partition.ts'

/** From `from` to before `to`. */
export interface OffsetRange {
  readonly from: Offset
  readonly to: Offset
}

export type OffsetRanges = readonly OffsetRange[]

/** Any ranges, in any order, as the set of what is in them. */
export const rangesOf = (ranges: Iterable<OffsetRange>): OffsetRanges => {
  const sorted = [...ranges].filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from)
  const merged: { from: Offset; to: Offset }[] = []
  for (const { from, to } of sorted) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else merged.push({ from, to })
  }
  return merged
}

export const union = (a: OffsetRanges, b: OffsetRanges): OffsetRanges => rangesOf([...a, ...b])

export const intersection = (a: OffsetRanges, b: OffsetRanges): OffsetRanges => {
  const common: OffsetRange[] = []
  for (let i = 0, j = 0; ;) {
    const left = a[i]
    const right = b[j]
    if (left === undefined || right === undefined) return common
    const from = Math.max(left.from, right.from)
    const to = Math.min(left.to, right.to)
    if (from < to) common.push({ from, to })
    if (left.to < right.to) i++
    else j++
  }
}

export const difference = (a: OffsetRanges, b: OffsetRanges): OffsetRanges => intersection(a, complement(b))

/** What is at or above `offset`. */
export const atOrAbove = (ranges: OffsetRanges, offset: Offset): OffsetRanges =>
  intersection(ranges, [{ from: offset, to: Infinity }])

export const overlaps = (a: OffsetRanges, b: OffsetRanges): boolean => intersection(a, b).length > 0

/** Whether all of `part` is in `whole`. */
export const contains = (whole: OffsetRanges, part: OffsetRanges): boolean =>
  difference(part, whole).length === 0

/** Asked once a record: by halving. */
export const includes = (ranges: OffsetRanges, offset: Offset): boolean => {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ranges[middle]?.to ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return (ranges[low]?.from ?? Infinity) <= offset
}

/** How many offsets, whether there is a record at them or not. */
export const countOffsets = (ranges: OffsetRanges): number =>
  ranges.reduce((count, { from, to }) => count + to - from, 0)

export const printRanges = (ranges: OffsetRanges): string =>
  `{${ranges.map(({ from, to }) => `[${String(from)},${String(to)})`).join(',')}}`

const printed = /^\{(?:\[\d{1,16},\d{1,16}\)(?:,(?!\})|(?=\})))*\}$/

/** Of an int8multirange's text. A RangeError when it is not one that holds offsets. */
export const parseRanges = (text: string): OffsetRanges => {
  if (!printed.test(text)) throw new RangeError(`no ranges of offsets: ${text.slice(0, 100)}`)
  return rangesOf(
    Array.from(text.matchAll(/(\d+),(\d+)/g), ([, from, to]) => ({ from: Number(from), to: Number(to) })),
  )
}

const complement = (ranges: OffsetRanges): OffsetRanges => {
  const gaps: OffsetRange[] = []
  let from = -Infinity
  for (const range of ranges) {
    gaps.push({ from, to: range.from })
    from = range.to
  }
  return [...gaps, { from, to: Infinity }]
}
