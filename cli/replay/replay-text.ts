/** Replays as people read them. */

import type { Replay } from '../../runtime/delivery/index.ts'
import { textTable, timeText } from '../text-table.ts'

const titles = [
  'ID',
  'STATE',
  'UNIT',
  'RANGE',
  'NEXT',
  'HOW',
  'APPLIED',
  'PASSED',
  'DEAD',
  'BY',
  'SINCE',
] as const

export const replaysText = (replays: readonly Replay[]): string =>
  replays.length === 0
    ? 'no replays'
    : [textTable(titles, replays.map(rowOf)), ...replays.flatMap(troubleOf)].join('\n')

const rowOf = (replay: Replay): readonly string[] => {
  const { unit, range } = replay
  return [
    String(replay.id),
    replay.state,
    `${unit.group} ${unit.actor} ${unit.topic}/${String(unit.partition)}`,
    `${String(range.from)}–${String(range.to)}`,
    String(replay.nextOffset),
    replay.dedupe,
    String(replay.applied),
    String(replay.passedOver + replay.skipped),
    String(replay.dead),
    replay.createdBy,
    timeText(replay.createdAtMs),
  ]
}

const troubleOf = ({ id, trouble, gone }: Replay): readonly string[] => [
  ...(trouble === '' ? [] : [`${String(id)} is paused: ${trouble}`]),
  ...(gone === 0 ? [] : [`${String(id)}: the log had ${String(gone)} of its offsets no more`]),
]
