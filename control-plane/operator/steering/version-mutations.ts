/**
 * canaryActor, promoteActor, rollBackActor: versions of an actor, each a module of its own, side by side and one in the
 * place of another. VM1 and VM2: candidate.ts.
 */

import type { Promotion, Registration } from '../../../runtime/control/index.ts'
import { rollBackPromotion, writePromotion, writeRegistrations } from '../../../runtime/store/index.ts'
import type {
  MutationCanaryActorArgs,
  MutationPromoteActorArgs,
  MutationResolvers,
  MutationRollBackActorArgs,
} from '../generated/resolver-types.ts'
import type { SteeringContext } from '../request-context.ts'
import { candidateOf, noProcess, optionsGiven, partitionsOf, shapeBeside, unitsAmong } from './candidate.ts'
import { checkModule, moduleOf } from './module-checks.ts'
import { candidatesOf, ended } from './registration-mutations.ts'
import { liveRuntimes } from './selection.ts'
import { shadowActor } from './shadow-mutation.ts'
import { steer, type Mutation, type Plan } from './steer.ts'

const promoteActor: Mutation<MutationPromoteActorArgs> = {
  name: 'promoteActor',
  needs: 'admin',
  plan: async (args, context) => {
    const module = moduleOf(args)
    const found = await candidateOf(module, optionsGiven(args), context)
    if (typeof found === 'string') return { kind: 'refuse', message: found }
    const { checked, options, current, registrations, adopted, processes } = found
    const { actor, group, version } = checked
    const by = context.keyName
    const candidates = candidatesOf(registrations, actor, module)
    return {
      kind: 'command',
      touches: [
        `${module} runs as ${actor} from now on, from where it is, in the place of ${current.module}`,
        ...checked.lines,
        ...candidates.map((each) => `${each.module}, its ${each.state}, ends`),
        `${group}: its members leave it in order and join it again`,
      ],
      command: { kind: 'registrations', module },
      addressees: processes,
      lasting: async (sql) => {
        await writeRegistrations(sql, adopted, { keep: true })
        await writeRegistrations(sql, [
          { ...current, state: 'disabled', by },
          ...candidates.map((each) => ended(each, by)),
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
    const { checked, options, current, registrations, adopted, processes } = found
    const { actor, group, version } = checked
    const shape = await shapeBeside(module, found, 'have partitions', context)
    if (typeof shape === 'string') return { kind: 'refuse', message: shape }
    const [other] = candidatesOf(registrations, actor, module, ['canary'])
    if (other !== undefined)
      return { kind: 'refuse', message: `${other.module} is its canary: promote it or roll it back first.` }
    const units = await unitsAmong(shape, partitions, context)
    if (typeof units === 'string') return { kind: 'refuse', message: units }
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
    const candidates = candidatesOf(registrations, actor, '')
    if (candidates.length > 0) return withoutCandidates(candidates, context)
    const promotions = await context.desk.promotions({ actor, limit: 100 })
    const last = promotions.find(({ rolledBackBy }) => rolledBackBy === undefined)
    if (last === undefined)
      return {
        kind: 'refuse',
        message: `${actor} has no canary and no shadow, and no version of it was promoted.`,
      }
    return takenBack(last, registrations, context)
  },
}

const withoutCandidates = async (
  candidates: readonly Registration[],
  context: SteeringContext,
): Promise<Plan> => ({
  kind: 'command',
  touches: candidates.flatMap(({ module, state, partitions, group }) =>
    state === 'shadow'
      ? [`${module}, its shadow, ends`]
      : [
          `${module} ends, and its partitions ${partitions.join(', ')} go back to the version that runs, from where they are`,
          `${group}: its members leave it in order and join it again`,
        ],
  ),
  command: { kind: 'registrations', module: candidates.map(({ module }) => module).join(', ') },
  addressees: liveRuntimes(await context.picture()).map(({ id }) => id),
  lasting: (sql) =>
    writeRegistrations(
      sql,
      candidates.map((each) => ended(each, context.keyName)),
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

export const versionMutations = {
  canaryActor: (_, args, context) => steer(canaryActor, args, context),
  promoteActor: (_, args, context) => steer(promoteActor, args, context),
  rollBackActor: (_, args, context) => steer(rollBackActor, args, context),
  shadowActor: (_, args, context) => steer(shadowActor, args, context),
} satisfies MutationResolvers
