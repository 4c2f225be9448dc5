/**
 * registerActor, configureActor, enableActor, disableActor, unregisterActor.
 *
 * RM1. Every node checks the module first; where one refuses, or does not answer, nothing is changed. Dry runs check, too.
 * RM2. With the first registration all that runs then is registered, as it is: else it would stop.
 */

import {
  isModuleName,
  parsedCheck,
  registrationTransitions,
  writtenCommand,
  type ActorOverrides,
  type CheckedModule,
  type Registration,
  type RegistrationState,
} from '../../../runtime/control/index.ts'
import { writeRegistrations, type StoredCommand } from '../../../runtime/store/index.ts'
import { InputError } from '../../read-model/input-error.ts'
import type {
  ActorOptionsInput,
  MutationConfigureActorArgs,
  MutationEnableActorArgs,
  MutationRegisterActorArgs,
  MutationResolvers,
} from '../generated/resolver-types.ts'
import type { SteeringContext } from '../request-context.ts'
import { unanswered } from './command-words.ts'
import { liveRuntimes } from './selection.ts'
import { expiresInMs, steer, untilAnswered, type Asking, type Mutation, type Plan } from './steer.ts'

type Written = Omit<Registration, 'at' | 'form'>

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

const optionsOf = (given: ActorOptionsInput | null | undefined): ActorOverrides => {
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
  const { module, checks } = asked
  if (!isModuleName(module))
    throw new InputError(
      '"module" is the name of a file or folder: letters, digits, "-" and "_", never a path',
    )
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
  const answers = checks || isFirst ? await check(module, options, processes, context) : undefined
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
      message: `The module ${namesake.module} defines an actor ${actor}, too, and runs.`,
    }
  const by = context.keyName
  const written: Written = {
    module,
    state: to,
    actor,
    group: checked?.group ?? current?.group ?? '',
    version: checked?.version ?? current?.version ?? '',
    options,
    by,
  }
  const adopted = isFirst ? running.filter((each) => each.module !== module) : []
  return {
    kind: 'command',
    touches: [
      `${module} is ${to} from now on${Object.keys(options).length > 0 ? `, with ${JSON.stringify(options)}` : ''}`,
      ...(checked?.lines ?? []),
      ...adopted.map(({ module: other }) => `${other}, which runs, is registered as it is`),
      `${written.group}: its members leave it in order and join it again`,
    ],
    command: { kind: 'registrations', module },
    addressees: processes,
    lasting: async (sql) => {
      await writeRegistrations(
        sql,
        adopted.map((each) => ({ ...each, state: 'enabled', options: {}, by })),
        { keep: true },
      )
      await writeRegistrations(sql, [written])
    },
  }
}

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

interface Checked {
  readonly checked: CheckedModule
  /** What runs there, where nothing was registered yet. */
  readonly running: readonly CheckedModule[]
}

/** The reason why not, in a sentence. */
const check = async (
  module: string,
  options: ActorOverrides,
  addressees: readonly string[],
  context: SteeringContext,
): Promise<Checked | string> => {
  const command = writtenCommand({ kind: 'check-actor', module, options })
  const id = await context.desk.send({ command, addressees, expiresInMs }, context.keyName)
  const answered = await untilAnswered(id, context)
  if (answered === undefined) return 'What was asked of the nodes is gone.'
  const refused = answered.answers.find(({ state }) => state !== 'done')
  if (refused !== undefined) return `${refused.processId} of ${refused.node}: ${refused.message}.`
  const silent = unanswered(answered)
  if (silent.length > 0)
    return `${silent.join(', ')} has not checked the module in time: nothing was changed.`
  return agreed(answered)
}

const agreed = ({ answers }: StoredCommand): Checked | string => {
  const all = answers.map(({ details }) => details.map(parsedCheck).filter((each) => each !== undefined))
  const checked = all[0]?.[0]
  if (checked === undefined)
    return 'The nodes do not say what the module is: they run another version of Troupe.'
  const other = answers.find((_, nth) => all[nth]?.[0]?.version !== checked.version)
  if (other !== undefined)
    return `${other.processId} of ${other.node} has another file under this name: deploy it everywhere first.`
  const running = new Map(all.flatMap((each) => each.slice(1)).map((each) => [each.module, each]))
  const nameless = [...running.keys()].find((name) => !isModuleName(name))
  if (nameless !== undefined)
    return `${nameless} runs, and would have to be registered with the first one: its name is none that can be.`
  return { checked, running: [...running.values()] }
}

export const registrationMutations = {
  registerActor: (_, args, context) => steer(registerActor, args, context),
  configureActor: (_, args: MutationConfigureActorArgs, context) => steer(configureActor, args, context),
  enableActor: (_, args, context) => steer(enableActor, args, context),
  disableActor: (_, args, context) => steer(disableActor, args, context),
  unregisterActor: (_, args, context) => steer(unregisterActor, args, context),
} satisfies MutationResolvers
