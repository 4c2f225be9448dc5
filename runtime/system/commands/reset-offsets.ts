/**
 * Moves units to another offset, through their rows: the epoch is raised, so that whoever owns a unit takes it anew
 * and goes on there. Kafka's committed offset follows from the rows.
 *
 * RO1. Offsets are asked of Kafka first, all of them: where one is not known nothing is reset.
 * RO2. A target outside of the log is moved to its end or beginning, and said so.
 */

import {
  isSelected,
  selectionText,
  type Command,
  type CommandAnswer,
  type OffsetTarget,
} from '../../control/index.ts'
import type { ProgressStore, Unit } from '../../delivery/index.ts'
import type { Offset, TopicPartition } from '../../topic-partition.ts'

export type ResetOffsets = (command: Extract<Command, { kind: 'reset-offsets' }>) => Promise<CommandAnswer>

export interface LogPlace {
  readonly begin: Offset
  readonly end: Offset
  /** The first record at or after the time that was asked for; undefined: there is none. */
  readonly atTime: Offset | undefined
}

export interface ResetPorts {
  /** Those of the group that have a row. */
  units(group: string): Promise<readonly Unit[]>
  /** In the order of the places. Throws KAFKA_UNAVAILABLE where one is not known. */
  places(
    group: string,
    at: readonly TopicPartition[],
    timeMs: number | undefined,
  ): Promise<readonly LogPlace[]>
  readonly store: Pick<ProgressStore, 'read' | 'reset'>
}

export const resetOffsetsWith =
  (ports: ResetPorts): ResetOffsets =>
  async ({ units: selection, to, dedupe, by }) => {
    const { store } = ports
    const units = (await ports.units(selection.group)).filter((unit) => isSelected(selection, unit))
    if (units.length === 0) return nothing(selectionText(selection))
    const logs = await ports.places(selection.group, units, to.kind === 'time' ? to.atMs : undefined) // RO1
    const before = await store.read(units)
    const details: string[] = []
    let moved = 0
    for (const [nth, unit] of units.entries()) {
      const log = logs[nth]
      if (log === undefined) continue
      const { offset, note } = targetOf(to, log)
      const from = before[nth]?.ledger?.frontier
      const isReset = await store.reset(unit, { frontier: offset, dedupe, by })
      if (isReset) moved += 1
      details.push(
        `${unit.actor} ${unit.topic}/${String(unit.partition)}: ` +
          (isReset
            ? `${from === undefined ? 'unknown' : String(from)} → ${String(offset)}${note}`
            : 'was never begun; it was left as it is'),
      )
    }
    return {
      state: moved > 0 ? 'done' : 'refused',
      message: `${String(moved)} of ${String(units.length)} units go on elsewhere: their owners take them anew within a second or so`,
      details,
    }
  }

const nothing = (selected: string): CommandAnswer => ({
  state: 'refused',
  message: `${selected} has no unit with a row in Postgres: only actors with effects in Postgres have`,
  details: [],
})

/** RO2. */
export const targetOf = (
  to: OffsetTarget,
  { begin, end, atTime }: LogPlace,
): { readonly offset: Offset; readonly note: string } => {
  switch (to.kind) {
    case 'earliest':
      return { offset: begin, note: '' }
    case 'latest':
      return { offset: end, note: '' }
    case 'time':
      return atTime === undefined
        ? { offset: end, note: ' (no record is so new: the end)' }
        : { offset: Math.max(atTime, begin), note: '' }
    case 'offset':
      if (to.offset < begin)
        return { offset: begin, note: ` (the log begins there; ${String(to.offset)} is gone)` }
      if (to.offset > end)
        return { offset: end, note: ` (the log ends there; ${String(to.offset)} is beyond it)` }
      return { offset: to.offset, note: '' }
    default:
      return to satisfies never
  }
}
