/** Commands, the audit log and pauses: what is asked of them, and their fields. */

import type { AuditEntry as Entry } from '../../../runtime/control/index.ts'
import { decodeCursor, encodeCursor } from '../../read-model/cursor.ts'
import { boundedFirst, pageOf } from '../../read-model/page.ts'
import type {
  AuditEntryResolvers,
  CommandAnswerResolvers,
  CommandResolvers,
  DrainResolvers,
  MutationResultResolvers,
  PauseResolvers,
  PromotionResolvers,
  QueryResolvers,
  RegistrationResolvers,
  Role,
} from '../generated/resolver-types.ts'
import type { RequestContext } from '../request-context.ts'
import { idOf } from './letter-arguments.ts'
import { madeIdOf, messageOfEntry, outcomeOf, stateOf, unanswered } from './command-words.ts'

const defaultFirst = 20
const mostLines = 100

export const commandQueries = {
  commands: async (_, { first, after }, { desk }) => {
    const take = boundedFirst(first, defaultFirst)
    const [below] = decodeCursor('commands', after, undefined) ?? []
    return pageOf(await desk.commands(take + 1, below), take, after, ({ id }) =>
      encodeCursor('commands', [id]),
    )
  },
  command: (_, { id }, { desk }) => desk.command(idOf(id)),
  auditLog: async (_, { first, after, who, mutation }, { desk }) => {
    const take = boundedFirst(first, defaultFirst)
    const [beforeId] = decodeCursor('audit', after, undefined) ?? []
    const entries = await desk.auditLog({
      limit: take + 1,
      beforeId,
      who: who ?? undefined,
      mutation: mutation ?? undefined,
    })
    return pageOf(entries, take, after, ({ id }) => encodeCursor('audit', [id]))
  },
  auditEntry: async (_, { id }, { desk }) => {
    const wanted = idOf(id)
    const [entry] = await desk.auditLog({ limit: 1, beforeId: wanted + 1 })
    return entry?.id === wanted ? entry : null
  },
  pauses: async (_, { group }, { desk }) =>
    (await desk.pauses()).filter((pause) => typeof group !== 'string' || group === pause.group),
  registrations: (_, __, { desk }) => desk.registrations(),
  drains: (_, __, { desk }) => desk.drains(),
  promotions: (_, { actor }, { desk }) => desk.promotions({ actor: actor ?? undefined, limit: mostLines }),
} satisfies QueryResolvers

const Command: CommandResolvers = {
  id: ({ id }) => String(id),
  body: ({ body }) => JSON.stringify(body),
  state: stateOf,
  waitingFor: async (command, _, { picture }) => {
    const ids = unanswered(command)
    return (await picture()).processes.filter(({ id }) => ids.includes(id))
  },
  waitingForIds: unanswered,
}

const answerStates = { done: 'DONE', refused: 'REFUSED', failed: 'FAILED', expired: 'EXPIRED' } as const

const CommandAnswer: CommandAnswerResolvers = {
  nodeName: ({ node }) => node,
  state: ({ state }) => answerStates[state],
  details: ({ details }) => details.slice(0, mostLines),
}

const roles = { viewer: 'VIEWER', operator: 'OPERATOR', admin: 'ADMIN' } as const satisfies Record<
  string,
  Role
>

const commandOf = async ({ commandId }: Entry, { loadCommand }: RequestContext) =>
  commandId === undefined ? undefined : loadCommand(commandId)

const AuditEntry: AuditEntryResolvers = {
  id: ({ id }) => String(id),
  role: ({ role }) => roles[role],
  arguments: (entry) => JSON.stringify(entry.arguments),
  dryRun: ({ outcome }) => outcome === 'dry-run',
  outcome: async (entry, _, context) => outcomeOf(entry, await commandOf(entry, context)),
  message: async (entry, _, context) => messageOfEntry(entry, await commandOf(entry, context)),
  command: (entry, _, context) => commandOf(entry, context),
}

const MutationResult: MutationResultResolvers = {
  outcome: ({ entry, command }) => outcomeOf(entry, command),
  message: ({ entry, command }) => messageOfEntry(entry, command),
  touches: ({ entry }) => entry.touches,
  madeId: ({ entry, command }) => {
    const id = madeIdOf(entry, command)
    return id === undefined ? null : String(id)
  },
  audit: ({ entry }) => entry,
}

const Pause: PauseResolvers = { at: ({ atMs }) => new Date(atMs) }

const Drain: DrainResolvers = { at: ({ atMs }) => new Date(atMs) }

const registrationStates = {
  enabled: 'ENABLED',
  disabled: 'DISABLED',
  unregistered: 'UNREGISTERED',
  canary: 'CANARY',
  shadow: 'SHADOW',
} as const

const Registration: RegistrationResolvers = {
  groupName: ({ group }) => group,
  state: ({ state }) => registrationStates[state],
  options: ({ options }) => JSON.stringify(options),
  changedBy: ({ by }) => by,
  changedAt: ({ at }) => at,
}

const Promotion: PromotionResolvers = {
  id: ({ id }) => String(id),
  groupName: ({ group }) => group,
}

export const commandTypes = {
  Promotion,
  Registration,
  Command,
  CommandAnswer,
  AuditEntry,
  MutationResult,
  Pause,
  Drain,
}
