/** Units that handle nothing until an operator lets them, whoever owns them. */

import type { Unit } from '../delivery/index.ts'
import type { UnitSelection } from './command.ts'

export interface Pause extends UnitSelection {
  readonly reason: string
  readonly by: string
  readonly atMs: number
}

export const isSelected = ({ group, actor, topic, partition }: UnitSelection, unit: Unit): boolean =>
  group === unit.group &&
  (actor === undefined || actor === unit.actor) &&
  (topic === undefined || topic === unit.topic) &&
  (partition === undefined || partition === unit.partition)

export const isPaused = (pauses: readonly UnitSelection[], unit: Unit): boolean =>
  pauses.some((pause) => isSelected(pause, unit))

/** Whether all that the inner one selects is selected by the outer one. */
export const contains = (outer: UnitSelection, inner: UnitSelection): boolean =>
  outer.group === inner.group &&
  (outer.actor === undefined || outer.actor === inner.actor) &&
  (outer.topic === undefined || outer.topic === inner.topic) &&
  (outer.partition === undefined || outer.partition === inner.partition)

/** `group g`, `actor a of group g`, `actor a of group g, orders/3`. */
export const selectionText = ({ group, actor, topic, partition }: UnitSelection): string => {
  const who = actor === undefined ? `group ${group}` : `actor ${actor} of group ${group}`
  if (topic === undefined) return partition === undefined ? who : `${who}, partition ${String(partition)}`
  return partition === undefined ? `${who}, ${topic}` : `${who}, ${topic}/${String(partition)}`
}
