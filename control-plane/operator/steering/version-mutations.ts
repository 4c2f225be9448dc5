/**
 * canaryActor, promoteActor, rollBackActor: versions of an actor, each a module of its own, side by side and one in the
 * place of another.
 *
 * VM1. Progress is the actor's, not the version's: a version takes over where the other one is, in the same group.
 * VM2. What is to run is checked by every node first, as a registration is.
 */

import { misfitOfVersions, type Promotion, type Registration } from '../../../runtime/control/index.ts'
import {
  rollBackPromotion,
  writePromotion,
  writeRegistrations,
  type WrittenRegistration,
} from '../../../runtime/store/index.ts'
import { InputError } from '../../read-model/input-error.ts'
import type {
  MutationCanaryActorArgs,
  MutationPromoteActorArgs,
  MutationResolvers,
  MutationRollBackActorArgs,
} from '../generated/resolver-types.ts'
import type { SteeringContext } from '../request-context.ts'
import { checkModule, moduleOf, type Checked } from './module-checks.ts'
import { canariesOf, ended, optionsOf } from './registration-mutations.ts'
import { liveRuntimes } from './selection.ts'
import { steer, type Mutation, type Plan } from './steer.ts'

const mostPartitions = 1_000

interface Candidate {
  readonly processes: readonly string[]
  readonly registrations: readonly Registration[]
  readonly checked: Checked['checked']
  /** The version that runs now. */
  readonly current: WrittenRegistration
  /** What runs and has to be registered with the first registration. */
  readonly adopted: readonly WrittenRegistration[]
}

const promoteActor: Mutation<MutationPromoteActorArgs> = {
  name: 'promoteActor',
  needs: 'admin',
  plan: async (args, context) => {
    const module = moduleOf(args)
    const found = await candidateOf(module, optionsGiven(args), context)
    if (typeof found === 'string') return { kind: 'refuse', message: found }
    const { checked, current, registrations, adopted, processes } = found
    const { actor, group, version } = checked
    const by = context.keyName
    const options = optionsGiven(args) ?? registrations.find((each) => each.module === module)?.options ?? {}
    const canaries = canariesOf(registrations, actor, module)
    return {
      kind: 'command',
      touches: [
        `${module} runs as ${actor} from now on, from where it is, in the place of ${current.module}`,
        ...checked.lines,
        ...canaries.map((each) => `${each.module}, its canary, ends`),
        `${group}: its members leave it in order and join it again`,
      ],
      command: { kind: 'registrations', module },
      addressees: processes,
      lasting: async (sql) => {
        await writeRegistrations(sql, adopted, { keep: true })
        await writeRegistrations(sql, [
          { ...current, state: 'disabled', by },
          ...canaries.map((each) => ended(each, by)),
          { module, state: 'enabled', actor, group, version, options, by },
        ])
        await writePromotion(sql, {
          ...{ actor, group, module, version, by },
          ...{ fromModule: current.module, fromVersion: current.version, fromOptions: current.options },
        })
      },
    }
  },
}

const canaryActor: Mutation<MutationCanaryActorArgs> = {
  name: 'canaryActor',
  needs: 'admin',
  plan: async (args, context) => {
    const module = moduleOf(args)
    const partitions = partitionsOf(args)
    const found = await candidateOf(module, optionsGiven(args), context)
    if (typeof found === 'string') return { kind: 'refuse', message: found }
    const { checked, current, registrations, adopted, processes } = found
    const { actor, group, version, shape } = checked
    const running = await checkModule(current.module, current.options, processes, context)
    if (typeof running === 'string') return { kind: 'refuse', message: running }
    if (shape === undefined || running.checked.shape === undefined)
      return {
        kind: 'refuse',
        message: 'The nodes do not say enough of it: they run another version of Troupe.',
      }
    const misfit = misfitOfVersions(running.checked.shape, shape)
    if (misfit !== undefined)
      return { kind: 'refuse', message: `${module} cannot have partitions: ${misfit}.` }
    const [other] = canariesOf(registrations, actor, module)
    if (other !== undefined)
      return { kind: 'refuse', message: `${other.module} is its canary: promote it or roll it back first.` }
    const units = (await context.picture()).partitions
      .filter(({ groupName, status }) => groupName === group && shape.topics.includes(status.topic))
      .map(({ status }) => status)
    const unknown = partitions.find((each) => !units.some(({ partition }) => partition === each))
    if (unknown !== undefined)
      return {
        kind: 'refuse',
        message: `Nobody has told of a partition ${String(unknown)} of ${shape.topics.join(', ')}.`,
      }
    const options = optionsGiven(args) ?? registrations.find((each) => each.module === module)?.options ?? {}
    const by = context.keyName
    return {
      kind: 'command',
      touches: [
        ...units
          .filter(({ partition }) => partitions.includes(partition))
          .map(
            ({ topic, partition }) =>
              `${topic}/${String(partition)} is handled by ${module}, from where it is`,
          ),
        `all others are handled by ${current.module}`,
        ...checked.lines,
        `${group}: its members leave it in order and join it again`,
      ],
      command: { kind: 'registrations', module },
      addressees: processes,
      lasting: async (sql) => {
        await writeRegistrations(sql, adopted, { keep: true })
        await writeRegistrations(sql, [
          { module, state: 'canary', actor, group, version, options, partitions, by },
        ])
      },
    }
  },
}

const rollBackActor: Mutation<MutationRollBackActorArgs> = {
  name: 'rollBackActor',
  needs: 'admin',
  plan: async ({ actor }, context) => {
    const registrations = await context.desk.registrations()
    const canaries = canariesOf(registrations, actor, '')
    if (canaries.length > 0) return withoutCanary(canaries, context)
    const promotions = await context.desk.promotions({ actor, limit: 100 })
    const last = promotions.find(({ rolledBackBy }) => rolledBackBy === undefined)
    if (last === undefined)
      return { kind: 'refuse', message: `${actor} has no canary, and no version of it was promoted.` }
    return takenBack(last, registrations, context)
  },
}

const withoutCanary = async (canaries: readonly Registration[], context: SteeringContext): Promise<Plan> => ({
  kind: 'command',
  touches: canaries.flatMap(({ module, partitions, group }) => [
    `${module} ends, and its partitions ${partitions.join(', ')} go back to the version that runs, from where they are`,
    `${group}: its members leave it in order and join it again`,
  ]),
  command: { kind: 'registrations', module: canaries.map(({ module }) => module).join(', ') },
  addressees: liveRuntimes(await context.picture()).map(({ id }) => id),
  lasting: (sql) =>
    writeRegistrations(
      sql,
      canaries.map((each) => ended(each, context.keyName)),
    ),
})

const takenBack = async (
  { id, actor, group, module, fromModule, fromVersion, fromOptions: options }: Promotion,
  registrations: readonly Registration[],
  context: SteeringContext,
): Promise<Plan> => {
  const promoted = registrations.find((each) => each.module === module)
  if (promoted?.state !== 'enabled')
    return {
      kind: 'refuse',
      message: `${module}, which was promoted last, does not run: enable or promote what shall.`,
    }
  const processes = liveRuntimes(await context.picture()).map(({ id: process }) => process)
  if (processes.length === 0) return { kind: 'refuse', message: noProcess }
  const before = await checkModule(fromModule, options, processes, context) // VM2
  if (typeof before === 'string') return { kind: 'refuse', message: before }
  const { version } = before.checked
  if (before.checked.actor !== actor || before.checked.group !== group)
    return {
      kind: 'refuse',
      message: `${fromModule} defines ${before.checked.actor} in ${before.checked.group} now.`,
    }
  const by = context.keyName
  return {
    kind: 'command',
    touches: [
      `${fromModule} runs as ${actor} again, from where it is, in the place of ${module}`,
      ...(version === fromVersion
        ? []
        : [`its file is another one than it was then: ${version}, not ${fromVersion}`]),
      ...before.checked.lines,
      `${group}: its members leave it in order and join it again`,
    ],
    command: { kind: 'registrations', module: fromModule },
    addressees: processes,
    lasting: async (sql) => {
      await writeRegistrations(sql, [
        { ...promoted, state: 'disabled', by },
        { module: fromModule, state: 'enabled', actor, group, version, options, by },
      ])
      await rollBackPromotion(sql, id, by)
    },
  }
}

const noProcess = 'No runtime process is there to load the module.'

/** A module that defines an actor which another module runs; or the reason why it is none. */
const candidateOf = async (
  module: string,
  given: ReturnType<typeof optionsGiven>,
  context: SteeringContext,
): Promise<Candidate | string> => {
  const processes = liveRuntimes(await context.picture()).map(({ id }) => id)
  if (processes.length === 0) return noProcess
  const registrations = await context.desk.registrations()
  const known = registrations.find((each) => each.module === module)
  if (known?.state === 'enabled') return `${module} runs already.`
  const answers = await checkModule(module, given ?? known?.options ?? {}, processes, context) // VM2
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
  return { processes, registrations, checked, current, adopted }
}

/** Undefined: those of its registration are kept. */
const optionsGiven = ({ options }: Pick<MutationPromoteActorArgs, 'options'>) =>
  options ? optionsOf(options) : undefined

const partitionsOf = ({ partitions }: MutationCanaryActorArgs): readonly number[] => {
  const all = [...new Set(partitions)].toSorted((a, b) => a - b)
  if (all.length < 1 || all.length > mostPartitions || all.some((each) => each < 0))
    throw new InputError(`"partitions" are 1 to ${String(mostPartitions)} numbers, 0 or more`)
  return all
}

export const versionMutations = {
  canaryActor: (_, args, context) => steer(canaryActor, args, context),
  promoteActor: (_, args, context) => steer(promoteActor, args, context),
  rollBackActor: (_, args, context) => steer(rollBackActor, args, context),
} satisfies MutationResolvers
