/** How long events waited for their effects, from the producer to the commit, and what was said while the longest did. */

import { nameOf, type NthOfThing, type Timed } from './effects-check.ts'
import type { LogLine } from '../troupe-process.ts'

export interface Wait extends NthOfThing {
  readonly partition: number
  readonly offset: number
  /** ms since the epoch. */
  readonly from: number
  readonly to: number
}

type Place = Timed & Pick<Wait, 'partition' | 'offset'>

/** The longest first; of an event with several effects, until the first one. */
export const waitsOf = (produced: Iterable<Timed>, effects: Iterable<Place>): readonly Wait[] => {
  const since = new Map<string, number>()
  for (const event of produced) since.set(nameOf(event), event.at)
  const waits: Wait[] = []
  for (const { thing, n, partition, offset, at } of effects) {
    const name = nameOf({ thing, n })
    const from = since.get(name)
    if (from === undefined) continue
    since.delete(name)
    waits.push({ thing, n, partition, offset, from, to: at })
  }
  return waits.sort((a, b) => lengthMs(b) - lengthMs(a))
}

export const lengthMs = ({ from, to }: Wait): number => to - from

/** A line of a process's log. */
export interface Said {
  readonly by: string
  readonly line: LogLine
}

const shownLines = 60

/** What processes said meanwhile of its partition, and of what is no partition's; ms count from when it was produced. */
export const timelineOf = (wait: Wait, said: readonly Said[]): readonly string[] => {
  const lines = said
    .filter(({ line }) => line['partition'] === undefined || line['partition'] === wait.partition)
    .map(({ by, line }) => ({ by, line, at: Date.parse(String(line['time'])) }))
    .filter(({ at }) => at >= wait.from && at <= wait.to)
    .sort((a, b) => a.at - b.at)
    .map(({ by, line, at }) => `${String(at - wait.from)} ms ${by}: ${String(line['msg'])}`)
  const left = lines.length - shownLines
  return left > 0 ? [...lines.slice(0, shownLines), `… and ${String(left)} more lines`] : lines
}
