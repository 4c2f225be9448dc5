/** Was it handled in order? Told from the lines of the witness, which are in the order of what happened. */

import type { WitnessLine } from './witness-folder.ts'

/**
 * In words, where a record of a group was begun before an earlier one of its group had ended, or out of the log's
 * order. `groupOf`: what is ordered, a partition or a key. A record that is handled again, by a next owner or
 * after a retry, may go back: from there on the order counts anew.
 */
export const outOfOrder = (
  lines: readonly WitnessLine[],
  groupOf: (line: WitnessLine) => string,
): readonly string[] => {
  const faults: string[] = []
  const last = new Map<string, WitnessLine>()
  for (const line of lines) {
    const group = groupOf(line)
    const before = last.get(group)
    last.set(group, line)
    const fault = faultIn(before, line)
    if (fault !== undefined) faults.push(`${group}: ${fault}`)
  }
  return faults
}

const faultIn = (before: WitnessLine | undefined, line: WitnessLine): string | undefined => {
  if (line.what === 'began') {
    if (before?.what === 'began')
      return `${String(line.offset)} began while ${String(before.offset)} had not ended`
    if (before !== undefined && line.offset < before.offset)
      return `${String(line.offset)} began after ${String(before.offset)}`
    if (before?.what === 'failed' && line.offset > before.offset)
      return `${String(line.offset)} began while ${String(before.offset)} was to be tried again`
    return undefined
  }
  return before?.what === 'began' && before.offset === line.offset
    ? undefined
    : `${String(line.offset)} ${line.what} without having begun`
}

export const partitionOf = ({ partition }: WitnessLine): string => `partition ${String(partition)}`

export const thingOf = ({ event }: WitnessLine): string =>
  `key ${(event as { readonly thing: string }).thing}`
