/** What stands still by an operator's word. */

import { moment } from './format.ts'
import type { Units } from './steer/unit-buttons.tsx'

export interface Pause {
  readonly group: string
  readonly actor: string | null
  readonly topic: string | null
  readonly partition: number | null
  readonly reason: string
  readonly by: string
  readonly at: string
}

export const pauseFields = 'group actor topic partition reason by at'

/** Whether it is about all of the units. */
export const holds = (pause: Pause, units: Units): boolean =>
  pause.group === units.group &&
  [
    [pause.actor, units.actor],
    [pause.topic, units.topic],
    [pause.partition, units.partition],
  ].every(([held, wanted]) => held === null || held === wanted)

const what = ({ actor, topic, partition }: Pause): string =>
  [
    actor === null ? 'all actors' : `actor ${actor}`,
    topic === null ? '' : `on ${topic}`,
    partition === null ? '' : `partition ${String(partition)}`,
  ]
    .filter(Boolean)
    .join(', ')

export const Pauses = ({ pauses }: { pauses: readonly Pause[] }) =>
  pauses.length === 0 ? null : (
    <ul class="notice" aria-label="What stands still">
      {pauses.map((pause, nth) => (
        <li key={nth}>
          <strong>Stands still:</strong> {what(pause)} in {pause.group}, by {pause.by} since{' '}
          {moment(pause.at)}
          {pause.reason !== '' && `: ${pause.reason}`}
        </li>
      ))}
    </ul>
  )
