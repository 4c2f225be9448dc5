/**
 * What operators ask of running processes, as rows of Postgres carry it. Plain data in a form with a version: processes of
 * two versions of Troupe read the same rows while a deployment goes on.
 *
 *   version 1   kind, and a body with the fields of that kind below
 *
 * C1. A command is carried out once by each process that it is addressed to, and answered by it.
 * C2. It tells a process to look now. What is to last (pauses, registrations, drained nodes) has tables of its own, which every process
 *     reads when it starts and now and then: so one that was away catches up, however long it was.
 */

import type { ReplayDedupe, Unit, UnitReset } from '../delivery/index.ts'
import type { Offset } from '../topic-partition.ts'
import type { ActorOverrides } from './registration.ts'

export const commandVersion = 1

/** On which processes listen (`listen troupe_commands`): a command was given. */
export const commandChannel = 'troupe_commands'

/** Units of a group; what is not given: all of them. */
export interface UnitSelection {
  readonly group: string
  readonly actor?: string | undefined
  readonly topic?: string | undefined
  readonly partition?: number | undefined
}

export type OffsetTarget =
  | { readonly kind: 'earliest' }
  | { readonly kind: 'latest' }
  /** The first record at or after it; where there is none, the end. */
  | { readonly kind: 'time'; readonly atMs: number }
  | { readonly kind: 'offset'; readonly offset: Offset }

export type LogPoint = Extract<OffsetTarget, { kind: 'time' | 'offset' }>

export type Command =
  /** The table of pauses has changed: these units stand still. */
  | { readonly kind: 'pause'; readonly units: UnitSelection }
  /** The same: they go on, and leave quarantine. */
  | { readonly kind: 'resume'; readonly units: UnitSelection }
  /** Of actors with a row. Addressed to one process. */
  | {
      readonly kind: 'reset-offsets'
      readonly units: UnitSelection
      readonly to: OffsetTarget
      readonly dedupe: UnitReset['dedupe']
      readonly by: string
    }
  /** A range of the past is handled again. Addressed to one process. */
  | {
      readonly kind: 'replay-range'
      readonly unit: Unit
      readonly from: LogPoint
      /** Before it. */
      readonly to: LogPoint
      readonly dedupe: ReplayDedupe
      /** Records a second. */
      readonly ratePerS: number
      readonly by: string
    }
  /** Compares what was counted with the log. Addressed to one process. */
  | { readonly kind: 'audit-group'; readonly units: UnitSelection }
  /** Loads the module aside and says what it is; nothing runs differently. */
  | { readonly kind: 'check-actor'; readonly module: string; readonly options: ActorOverrides }
  /** The table of registrations has changed, for the sake of this module. */
  | { readonly kind: 'registrations'; readonly module: string }
  /** The table of drained nodes has changed: this one gives back what it has. */
  | { readonly kind: 'drain-node'; readonly node: string }
  /** The same: this one takes work again. */
  | { readonly kind: 'resume-node'; readonly node: string }
  /** All processes of the node are replaced, one at a time. Addressed to one of them. */
  | { readonly kind: 'restart-node'; readonly node: string }

export type CommandKind = Command['kind']

export const commandKinds = {
  pause: 'Units stand still',
  resume: 'Units go on',
  'reset-offsets': 'Units go on elsewhere',
  'replay-range': 'A range of the past is handled again',
  'audit-group': 'A group is audited',
  'check-actor': 'An actor module is loaded and checked',
  registrations: 'Other actors run, or with other options',
  'drain-node': 'A node gives back what it has',
  'resume-node': 'A node takes work again',
  'restart-node': 'The processes of a node are replaced',
} as const satisfies Record<CommandKind, string>

/**
 * done      it is as was asked
 * refused   this process cannot do such a thing, and nothing was changed
 * failed    it was tried; the message says what came of it
 * expired   it was read too late, and nothing was done
 */
export const answerStates = ['done', 'refused', 'failed', 'expired'] as const
export type AnswerState = (typeof answerStates)[number]

export interface CommandAnswer {
  readonly state: AnswerState
  /** A sentence for people. */
  readonly message: string
  /** What it was done to, a line each. */
  readonly details: readonly string[]
  /** Of what was made. */
  readonly madeId?: number | undefined
}

/** As its row has it. */
export interface WrittenCommand {
  readonly id: number
  readonly version: number
  readonly kind: string
  readonly body: unknown
  readonly expired: boolean
}

export type ReadCommand =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'unreadable'; readonly reason: string }

export const readCommand = ({ version, kind, body }: Omit<WrittenCommand, 'id' | 'expired'>): ReadCommand => {
  if (version !== commandVersion) {
    return {
      kind: 'unreadable',
      reason: `a command of version ${String(version)}; this process reads ${String(commandVersion)}`,
    }
  }
  if (!Object.hasOwn(commandKinds, kind) || typeof body !== 'object' || body === null)
    return { kind: 'unreadable', reason: `this version of Troupe knows no command '${kind}'` }
  return { kind: 'command', command: { ...body, kind } as Command }
}

export interface NewCommand {
  readonly version: typeof commandVersion
  readonly kind: CommandKind
  readonly body: Readonly<Record<string, unknown>>
}

export const writtenCommand = ({ kind, ...body }: Command): NewCommand => ({
  version: commandVersion,
  kind,
  body,
})

/** What becomes of a command, from the answers so far. */
export type CommandState = 'waiting' | 'done' | 'partly' | 'refused' | 'expired'

export const commandState = (
  addressees: readonly string[],
  answers: readonly { readonly processId: string; readonly state: AnswerState }[],
  expired: boolean,
): CommandState => {
  const answered = new Set(answers.map(({ processId }) => processId))
  const done = answers.filter(({ state }) => state === 'done').length
  if (!expired && addressees.some((id) => !answered.has(id))) return 'waiting'
  if (done === addressees.length) return 'done'
  if (done > 0) return 'partly'
  return answers.some(({ state }) => state !== 'expired') ? 'refused' : 'expired'
}
