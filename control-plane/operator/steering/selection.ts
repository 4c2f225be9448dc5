/** The units that a mutation is about, out of its arguments and what processes report. */

import { isSelected, selectionText, type UnitSelection } from '../../../runtime/control/index.ts'
import { InputError } from '../../read-model/input-error.ts'
import type { ClusterPicture } from '../../read-model/operator/cluster-picture.ts'
import type { ProcessView } from '../../read-model/operator/process-view.ts'

export interface SelectionArguments {
  readonly group: string
  readonly actor?: string | null | undefined
  readonly topic?: string | null | undefined
  readonly partition?: number | null | undefined
}

/** Throws InputError for what selects nothing that can be. */
export const selectionOf = ({ group, actor, topic, partition }: SelectionArguments): UnitSelection => {
  for (const [name, value] of Object.entries({ group, actor, topic })) {
    if (typeof value === 'string' && (value === '' || value.length > 249 || value.includes('\0')))
      throw new InputError(`"${name}" is a name of 1 to 249 characters`)
  }
  if (typeof partition === 'number' && (partition < 0 || typeof topic !== 'string'))
    throw new InputError('"partition" is 0 or more, and wants a "topic" beside it')
  return {
    group,
    ...(typeof actor === 'string' && { actor }),
    ...(typeof topic === 'string' && { topic }),
    ...(typeof partition === 'number' && { partition }),
  }
}

/** Runtime processes that are alive. */
export const liveRuntimes = (picture: ClusterPicture): readonly ProcessView[] =>
  picture.processes.filter(({ live, kind }) => live && kind === 'RUNTIME')

/** Those that have joined the group, or mean to. */
export const membersOf = (picture: ClusterPicture, group: string): readonly ProcessView[] =>
  liveRuntimes(picture).filter(({ report }) => report?.groups.some(({ name }) => name === group))

export interface SelectedUnit {
  readonly text: string
  readonly lifecycle: string
  readonly frontier: number | null
  readonly quarantine: string | null
}

/** As processes told of them last, also of partitions that nobody has now. */
export const selectedUnits = (picture: ClusterPicture, selection: UnitSelection): readonly SelectedUnit[] =>
  picture.partitions.flatMap(({ groupName: group, status }) =>
    status.units
      .filter(({ actor }) =>
        isSelected(selection, { group, actor, topic: status.topic, partition: status.partition }),
      )
      .map(({ actor, lifecycle, frontier, quarantine }) => ({
        text: `${actor} ${status.topic}/${status.partition}`,
        lifecycle,
        frontier,
        quarantine,
      })),
  )

/** Why the selection can be none of this cluster's; undefined: it can. */
export const unknownSelection = (picture: ClusterPicture, selection: UnitSelection): string | undefined => {
  const { group, actor } = selection
  const known = picture.actors.filter((each) => each.group === group)
  if (known.length === 0) return `No process has reported the group ${group} within a day.`
  if (actor !== undefined && known.every(({ name }) => name !== actor))
    return `Group ${group} has no actor ${actor}: it has ${known.map(({ name }) => name).join(', ')}.`
  const topics = known
    .filter(({ name }) => actor === undefined || name === actor)
    .flatMap(({ topics }) => topics)
  return selection.topic === undefined || topics.includes(selection.topic)
    ? undefined
    : `${selectionText({ group, actor })} does not receive from ${selection.topic}.`
}
