/**
 * One mutation from its arguments to its answer, whatever it does.
 *
 * S1. The role is asked for first, also of a dry run: what it would touch is told to those who may touch it.
 * S2. The same idempotency key answers what the first time did, and nothing is planned again. Used for something else
 *     it is refused.
 * S3. There is an entry in the audit log before anything is done, and in one transaction with the command.
 */

import { setTimeout as delay } from 'node:timers/promises'

import {
  writtenCommand,
  type AuditEntry,
  type Command,
  type NewAuditEntry,
} from '../../../runtime/control/index.ts'
import type { CommandDesk, StoredCommand } from '../../../runtime/store/index.ts'
import { operatorRoles, type OperatorRole } from '../../auth/key-holder.ts'
import { ForbiddenError, InputError } from '../../read-model/input-error.ts'
import type { SteeringContext } from '../request-context.ts'

/** What every mutation takes beside its own arguments. */
export interface Asking {
  readonly dryRun?: boolean | null | undefined
  readonly idempotencyKey?: string | null | undefined
  readonly reason?: string | null | undefined
}

export interface Mutation<Arguments extends Asking> {
  readonly name: string
  readonly needs: OperatorRole
  /** Throws InputError for arguments that make no sense. Changes nothing. */
  plan(args: Arguments, context: SteeringContext): Plan | Promise<Plan>
}

export type Plan =
  | { readonly kind: 'refuse'; readonly message: string }
  | {
      readonly kind: 'command'
      readonly touches: readonly string[]
      readonly command: Command
      /** Ids of processes. */
      readonly addressees: readonly string[]
      /** In the transaction of the command. */
      readonly lasting?: Parameters<CommandDesk['issue']>[2]
    }
  | { readonly kind: 'act'; readonly touches: readonly string[]; readonly act: () => Promise<Acted> }

export interface Acted {
  /** begun: others go on with it. */
  readonly outcome: 'begun' | 'done' | 'refused' | 'failed'
  readonly message: string
  /** Of what it made. */
  readonly madeId?: number
}

export interface Steered {
  readonly entry: AuditEntry
  readonly command: StoredCommand | undefined
}

export const expiresInMs = 60_000
const lookEveryMs = 50
const mostTouches = 100
const mostCharacters = 200

export const steer = async <Arguments extends Asking>(
  mutation: Mutation<Arguments>,
  args: Arguments,
  context: SteeringContext,
): Promise<Steered> => {
  const { name, needs } = mutation
  requireRole(name, needs, context.role) // S1
  const { desk } = context
  const asked = askedFor(name, args, context)
  const known = await firstTime(desk, asked) // S2
  if (known !== undefined) return withCommand(known, context)
  const planned = await mutation.plan(args, context)
  if (planned.kind === 'refuse') {
    const { entry } = await desk.note(asked, 'refused', planned.message)
    return { entry, command: undefined }
  }
  const { touches: all } = planned
  const rest = all.length - mostTouches
  const touches = rest > 0 ? [...all.slice(0, mostTouches - 1), `and ${String(rest + 1)} more`] : all
  if (args.dryRun === true) {
    const { entry } = await desk.note({ ...asked, touches }, 'dry-run', 'Nothing was changed.')
    return { entry, command: undefined }
  }
  if (planned.kind === 'act') return carriedOut(desk, { ...asked, touches }, planned.act)
  const { command, addressees, lasting } = planned
  const { entry } = await desk.issue(
    { ...asked, touches },
    { command: writtenCommand(command), addressees, expiresInMs },
    lasting,
  )
  return withCommand(entry, context)
}

/** S3. */
const carriedOut = async (
  desk: CommandDesk,
  asked: NewAuditEntry,
  act: () => Promise<Acted>,
): Promise<Steered> => {
  const { entry, isNew } = await desk.note(asked, 'begun', 'It is being carried out.')
  if (!isNew) return { entry, command: undefined }
  try {
    return { entry: await desk.settle(entry.id, await act()), command: undefined }
  } catch (error) {
    const message = 'It failed; whoever asked was told the id that the log has.'
    await desk.settle(entry.id, { outcome: 'failed', message })
    throw error
  }
}

const requireRole = (name: string, needs: OperatorRole, role: OperatorRole): void => {
  if (operatorRoles.indexOf(role) >= operatorRoles.indexOf(needs)) return
  throw new ForbiddenError(`"${name}" asks for a key with the role ${needs}; this one's is ${role}.`)
}

const askedFor = (
  mutation: string,
  { dryRun, idempotencyKey, reason, ...own }: Asking,
  { keyName, role }: SteeringContext,
): NewAuditEntry => {
  if (typeof idempotencyKey === 'string' && (idempotencyKey === '' || idempotencyKey.length > mostCharacters))
    throw new InputError(`"idempotencyKey" has 1 to ${mostCharacters} characters`)
  if ((reason ?? '').length > 5 * mostCharacters)
    throw new InputError(`"reason" has at most ${5 * mostCharacters} characters`)
  return {
    who: keyName,
    role,
    mutation,
    arguments: Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null)),
    reason: reason ?? '',
    // A dry run is no first time.
    idempotencyKey: dryRun === true ? undefined : (idempotencyKey ?? undefined),
    touches: [],
  }
}

const firstTime = async (desk: CommandDesk, asked: NewAuditEntry): Promise<AuditEntry | undefined> => {
  if (asked.idempotencyKey === undefined) return undefined
  const known = await desk.known(asked.who, asked.idempotencyKey)
  if (known === undefined) return undefined
  // As JSON has them: dates are texts there.
  const same = sorted(JSON.parse(JSON.stringify(asked.arguments))) === sorted(known.arguments)
  if (known.mutation === asked.mutation && same) return known
  throw new InputError(
    `"idempotencyKey" was used for another ${known.mutation}, audit entry ${known.id}: take a new one`,
  )
}

/** Of plain data, with the fields of every object in order: jsonb keeps an order of its own. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )

const withCommand = async (entry: AuditEntry, context: SteeringContext): Promise<Steered> => ({
  entry,
  command: entry.commandId === undefined ? undefined : await untilAnswered(entry.commandId, context),
})

/** Until all have answered, or the request's patience ends. */
export const untilAnswered = async (
  commandId: number,
  { desk, patienceEndsMs }: SteeringContext,
): Promise<StoredCommand | undefined> => {
  for (;;) {
    const command = await desk.command(commandId)
    const isAnswered = command === undefined || command.answers.length >= command.addressees.length
    if (isAnswered || command.expired || performance.now() >= patienceEndsMs) return command
    await delay(lookEveryMs)
  }
}
