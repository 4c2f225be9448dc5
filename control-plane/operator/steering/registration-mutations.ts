/**
 * registerActor, configureActor, enableActor, disableActor, unregisterActor.
 *
 * RM1. Every node checks the module first; where one refuses, or does not answer, nothing is changed. Dry runs check, too.
 * RM2. With the first registration all that runs then is registered, as it is: else it would stop.
 */

import {
  registrationTransitions,
  type ActorOverrides,
  type Registration,
  type RegistrationState,
} from '../../../runtime/control/index.ts'
import { writeRegistrations, type WrittenRegistration } from '../../../runtime/store/index.ts'
import type {
  ActorOptionsInput,
  MutationConfigureActorArgs,
  MutationEnableActorArgs,
  MutationRegisterActorArgs,
  MutationResolvers,
} from '../generated/resolver-types.ts'
import type { SteeringContext } from '../request-context.ts'
import { checkModule, moduleOf } from './module-checks.ts'
import { liveRuntimes } from './selection.ts'
import { steer, type Asking, type Mutation, type Plan } from './steer.ts'

interface Change {
  readonly module: string
  /** as-it-is: it is configured, running or not. */
  readonly to: RegistrationState | 'as-it-is'
  /** null: those of the registration are kept. */
  readonly options: ActorOverrides | null
  /** The module has to load. */
  readonly checks: boolean
}

const change = <Arguments extends Asking>(
  name: string,
  changeOf: (args: Arguments) => Change,
): Mutation<Arguments> => ({
  name,
  needs: 'admin',
  plan: (args, context) => planned(changeOf(args), context),
})

export const optionsOf = (given: ActorOptionsInput | null | undefined): ActorOverrides => {
  const { backoff, ...numbers } = given ?? {}
  return {
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => typeof value === 'number')),
    ...(backoff && { backoff: backoff === 'FIXED' ? 'fixed' : 'exponential' }),
  }
}

const registerActor = change<MutationRegisterActorArgs>('registerActor', ({ module, options }) => ({
  module,
  to: 'enabled',
  options: optionsOf(options),
  checks: true,
}))

const configureActor = change<MutationConfigureActorArgs>('configureActor', ({ module, options }) => ({
  module,
  to: 'as-it-is',
  options: optionsOf(options),
  checks: true,
}))

const enableActor = change<MutationEnableActorArgs>('enableActor', ({ module }) => ({
  module,
  to: 'enabled',
  options: null,
  checks: true,
}))

const disableActor = change<MutationEnableActorArgs>('disableActor', ({ module }) => ({
  module,
  to: 'disabled',
  options: null,
  checks: false,
}))

const unregisterActor = change<MutationEnableActorArgs>('unregisterActor', ({ module }) => ({
  module,
  to: 'unregistered',
  options: {},
  checks: false,
}))

const planned = async (asked: Change, context: SteeringContext): Promise<Plan> => {
  const { checks } = asked
  const module = moduleOf(asked)
  const picture = await context.picture()
  const processes = liveRuntimes(picture).map(({ id }) => id)
  const registrations = await context.desk.registrations()
  const current = registrations.find((each) => each.module === module)
  const wrong = refusal(asked, current, registrations, processes.length)
  if (wrong !== undefined) return { kind: 'refuse', message: wrong }
  const to = asked.to === 'as-it-is' ? (current?.state ?? 'enabled') : asked.to
  const options = asked.options ?? current?.options ?? {}
  const isFirst = registrations.length === 0
  // RM1, RM2
  const answers = checks || isFirst ? await checkModule(module, options, processes, context) : undefined
  if (typeof answers === 'string') return { kind: 'refuse', message: answers }
  const { checked, running = [] } = answers ?? {}
  const others = [
    ...registrations.filter((each) => each.module !== module && each.state === 'enabled'),
    ...(isFirst ? running.filter((each) => each.module !== module) : []),
  ]
  const actor = checked?.actor ?? current?.actor ?? ''
  const namesake = others.find((each) => each.actor === actor)
  if (to === 'enabled' && namesake !== undefined)
    return {
      kind: 'refuse',
      message: `The module ${namesake.module} defines an actor ${actor}, too, and runs: promoteActor puts this one in its place.`,
    }
  const by = context.keyName
  // What changes the version that runs leaves no canary and no shadow beside it; one that is configured goes on.
  const candidates =
    asked.to === 'enabled' || asked.to === 'unregistered' ? candidatesOf(registrations, actor, module) : []
  const written: WrittenRegistration = {
    module,
    state: to,
    actor,
    group: checked?.group ?? current?.group ?? '',
    version: checked?.version ?? current?.version ?? '',
    options,
    partitions: to === 'canary' || to === 'shadow' ? (current?.partitions ?? []) : [],
    by,
  }
  const adopted = isFirst ? running.filter((each) => each.module !== module) : []
  return {
    kind: 'command',
    touches: [
      `${module} is ${to} from now on${Object.keys(options).length > 0 ? `, with ${JSON.stringify(options)}` : ''}`,
      ...(checked?.lines ?? []),
      ...adopted.map(({ module: other }) => `${other}, which runs, is registered as it is`),
      ...candidates.map((each) => `${each.module}, its ${each.state}, ends`),
      ...(current?.state === 'shadow' && to !== 'enabled'
        ? []
        : [`${written.group}: its members leave it in order and join it again`]),
    ],
    command: { kind: 'registrations', module },
    addressees: processes,
    lasting: async (sql) => {
      await writeRegistrations(
        sql,
        adopted.map((each) => ({ ...each, state: 'enabled', options: {}, by })),
        { keep: true },
      )
      await writeRegistrations(sql, [...candidates.map((each) => ended(each, by)), written])
    },
  }
}

/** Canaries and shadows of the actor, other than this module. */
export const candidatesOf = (
  registrations: readonly Registration[],
  actor: string,
  module: string,
  states: readonly RegistrationState[] = ['canary', 'shadow'],
): readonly Registration[] =>
  registrations.filter(
    (each) => states.includes(each.state) && each.actor === actor && each.module !== module,
  )

export const ended = (candidate: Registration, by: string): WrittenRegistration => ({
  ...candidate,
  state: 'disabled',
  partitions: [],
  by,
})

const refusal = (
  { module, to, options, checks }: Change,
  current: Registration | undefined,
  registrations: readonly Registration[],
  processes: number,
): string | undefined => {
  if (processes === 0 && (checks || registrations.length === 0))
    return 'No runtime process is there to load the module.'
  const isOfRegistered = options === null || to === 'as-it-is' || to === 'unregistered'
  if (registrations.length > 0 && current === undefined && isOfRegistered)
    return `Nobody has registered ${module}.`
  if (current === undefined) return undefined
  if (current.state === 'unregistered' && isOfRegistered) return `${module} is unregistered: register it.`
  if (to === 'as-it-is') return undefined
  const allowed: readonly RegistrationState[] = registrationTransitions[current.state]
  if (!allowed.includes(to)) return `${module} is ${current.state}, and cannot be ${to}: register it.`
  return current.state === to && options === null ? `${module} is ${to} already.` : undefined
}

export const registrationMutations = {
  registerActor: (_, args, context) => steer(registerActor, args, context),
  configureActor: (_, args: MutationConfigureActorArgs, context) => steer(configureActor, args, context),
  enableActor: (_, args, context) => steer(enableActor, args, context),
  disableActor: (_, args, context) => steer(disableActor, args, context),
  unregisterActor: (_, args, context) => steer(unregisterActor, args, context),
} satisfies MutationResolvers
