/**
 * A module that may be another version of an actor that runs: what the nodes say of it, and of the one that runs.
 *
 * VM1. Progress is the actor's, not the version's: a version takes over where the other one is, in the same group.
 * VM2. What is to run is checked by every node first, as a registration is.
 */

import {
  misfitOfVersions,
  type ActorOverrides,
  type ActorShape,
  type Registration,
} from '../../../runtime/control/index.ts'
import type { WrittenRegistration } from '../../../runtime/store/index.ts'
import { InputError } from '../../read-model/input-error.ts'
import type { ActorOptionsInput } from '../generated/resolver-types.ts'
import type { SteeringContext } from '../request-context.ts'
import { checkModule, type Checked } from './module-checks.ts'
import { optionsOf } from './registration-mutations.ts'
import { liveRuntimes } from './selection.ts'

const mostPartitions = 1_000

export interface Candidate {
  readonly processes: readonly string[]
  readonly registrations: readonly Registration[]
  readonly checked: Checked['checked']
  /** Given, or else those of its registration. */
  readonly options: ActorOverrides
  /** The version that runs now. */
  readonly current: WrittenRegistration
  /** What runs and has to be registered with the first registration. */
  readonly adopted: readonly WrittenRegistration[]
}

export const noProcess = 'No runtime process is there to load the module.'

/** A module that defines an actor which another module runs; or the reason why it is none. */
export const candidateOf = async (
  module: string,
  given: ActorOverrides | undefined,
  context: SteeringContext,
): Promise<Candidate | string> => {
  const processes = liveRuntimes(await context.picture()).map(({ id }) => id)
  if (processes.length === 0) return noProcess
  const registrations = await context.desk.registrations()
  const known = registrations.find((each) => each.module === module)
  if (known?.state === 'enabled') return `${module} runs already.`
  const options = given ?? known?.options ?? {}
  const answers = await checkModule(module, options, processes, context) // VM2
  if (typeof answers === 'string') return answers
  const { checked, running } = answers
  const by = context.keyName
  const adopted =
    registrations.length > 0
      ? []
      : running
          .filter((each) => each.module !== module)
          .map((each): WrittenRegistration => ({ ...each, state: 'enabled', options: {}, by }))
  const enabled = registrations.filter(({ state }) => state === 'enabled')
  const current = [...enabled, ...adopted].find(({ actor }) => actor === checked.actor)
  if (current === undefined) return `No module runs ${checked.actor}: register this one.`
  if (current.group !== checked.group)
    return `${module} is of the group ${checked.group}, and ${current.module}, which runs, of ${current.group}: their progress is not the same.` // VM1
  return { processes, registrations, checked, options, current, adopted }
}

/** Undefined: those of its registration are kept. */
export const optionsGiven = ({
  options,
}: {
  readonly options?: ActorOptionsInput | null | undefined
}): ActorOverrides | undefined => (options ? optionsOf(options) : undefined)

/** Throws InputError. */
export const partitionsOf = ({
  partitions,
}: {
  readonly partitions: readonly number[]
}): readonly number[] => {
  const all = [...new Set(partitions)].toSorted((a, b) => a - b)
  if (all.length < 1 || all.length > mostPartitions || all.some((each) => each < 0))
    throw new InputError(`"partitions" are 1 to ${String(mostPartitions)} numbers, 0 or more`)
  return all
}

/** The shape that both have; or the reason why they cannot be side by side. */
export const shapeBeside = async (
  module: string,
  { current, checked: { shape }, processes }: Candidate,
  what: string,
  context: SteeringContext,
): Promise<ActorShape | string> => {
  const running = await checkModule(current.module, current.options, processes, context)
  if (typeof running === 'string') return running
  if (shape === undefined || running.checked.shape === undefined)
    return 'The nodes do not say enough of it: they run another version of Troupe.'
  const misfit = misfitOfVersions(running.checked.shape, shape)
  return misfit === undefined ? shape : `${module} cannot ${what}: ${misfit}.`
}

export interface ToldUnit {
  readonly topic: string
  readonly partition: number
}

/** What processes tell of the actor's partitions; or the reason why one of these is none. */
export const unitsAmong = async (
  { group, topics }: ActorShape,
  partitions: readonly number[],
  context: SteeringContext,
): Promise<readonly ToldUnit[] | string> => {
  const units = (await context.picture()).partitions
    .filter(({ groupName, status }) => groupName === group && topics.includes(status.topic))
    .map(({ status }) => status)
  const unknown = partitions.find((each) => !units.some(({ partition }) => partition === each))
  return unknown === undefined
    ? units
    : `Nobody has told of a partition ${String(unknown)} of ${topics.join(', ')}.`
}
