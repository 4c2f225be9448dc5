/**
 * Begins a replay: what an operator asks for by offsets or times becomes a range of offsets, and a row that the unit's owner
 * finds. Nothing of the unit is changed.
 *
 * RR1. What the log has no more is refused, and not left out.
 */

import type { Command, CommandAnswer, LogPoint } from '../../control/index.ts'
import type { ReplayStore } from '../../delivery/index.ts'
import type { Offset } from '../../topic-partition.ts'
import type { ResetPorts } from './reset-offsets.ts'
import { unitName } from './unit-name.ts'

export type ReplayRange = (command: Extract<Command, { kind: 'replay-range' }>) => Promise<CommandAnswer>

export interface ReplayRangePorts {
  readonly places: ResetPorts['places']
  readonly store: Pick<ReplayStore, 'create'>
}

export const replayRangeWith =
  ({ places, store }: ReplayRangePorts): ReplayRange =>
  async ({ unit, from: fromPoint, to: toPoint, dedupe, ratePerS, by }) => {
    const offsetAt = async (
      point: LogPoint,
    ): Promise<{ readonly begin: Offset; readonly offset: Offset }> => {
      const timeMs = point.kind === 'time' ? point.atMs : undefined
      const [log] = await places(unit.group, [unit], timeMs)
      const { begin = 0, end = 0, atTime = end } = log ?? {}
      return {
        begin,
        offset: Math.min(point.kind === 'offset' ? point.offset : Math.max(begin, atTime), end),
      }
    }
    const { begin, offset: from } = await offsetAt(fromPoint)
    const { offset: to } = await offsetAt(toPoint)
    const place = `${unit.topic}/${String(unit.partition)}`
    if (from < begin)
      return refused(`${place} begins at ${String(begin)}: what was before is gone; ask from there on`) // RR1
    if (from >= to) return refused(`no record of ${place} is from ${String(from)} to before ${String(to)}`)
    const replay = await store.create({ unit, range: { from, to }, dedupe, ratePerS, by })
    if (replay === undefined)
      return refused(`${unitName(unit)} has no row in Postgres that is beyond offset ${String(from)}`)
    const { id, range } = replay
    return {
      state: 'done',
      madeId: id,
      message: `replay ${String(id)}: ${unitName(unit)} handles ${String(range.from)} to before ${String(range.to)} again`,
      details: [
        `replay ${String(id)} began`,
        ...(range.to < to
          ? [`it ends at ${String(range.to)}, where the unit stands: what follows it has before it`]
          : []),
      ],
    }
  }

const refused = (message: string): CommandAnswer => ({ state: 'refused', message, details: [] })
