/** Commands and their answers as their tables have them. */

import type { Sql } from '../actor/context.ts'
import type { AnswerState, CommandAnswer } from '../control/index.ts'

export interface StoredCommand {
  readonly id: number
  readonly version: number
  readonly kind: string
  readonly body: Readonly<Record<string, unknown>>
  readonly addressees: readonly string[]
  readonly askedBy: string
  readonly askedAt: Date
  readonly expiresAt: Date
  readonly expired: boolean
  /** In the order they came. */
  readonly answers: readonly StoredAnswer[]
}

export interface StoredAnswer extends CommandAnswer {
  readonly processId: string
  readonly node: string
  readonly state: AnswerState
  readonly at: Date
}

/** Of what was made by whoever carried it out. */
export const madeBy = ({ answers }: StoredCommand): number | undefined =>
  answers.find(({ madeId }) => madeId !== undefined)?.madeId

interface CommandRow {
  readonly id: number
  readonly version: number
  readonly kind: string
  readonly body: Readonly<Record<string, unknown>>
  readonly addressees: readonly string[]
  readonly asked_by: string
  readonly asked_at: Date
  readonly expires_at: Date
  readonly expired: boolean
}

interface AnswerRow {
  readonly command_id: number
  readonly process_id: string
  readonly node: string
  readonly state: AnswerState
  readonly message: string
  readonly details: readonly string[]
  readonly made_id: number | null
  readonly answered_at: Date
}

/** Last given first. */
export const readCommands = async (sql: Sql, ids: readonly number[]): Promise<readonly StoredCommand[]> => {
  if (ids.length === 0) return []
  const [commands, answers] = await Promise.all([
    sql<CommandRow>`
      select *, expires_at <= clock_timestamp() as expired
      from troupe.commands where id = any (${[...ids]}::bigint[]) order by id desc`,
    sql<AnswerRow>`
      select * from troupe.command_answers
      where command_id = any (${[...ids]}::bigint[]) order by answered_at, process_id`,
  ])
  const byCommand = Map.groupBy(answers, ({ command_id }) => command_id)
  return commands.map(({ asked_by, asked_at, expires_at, ...command }) => ({
    ...command,
    askedBy: asked_by,
    askedAt: asked_at,
    expiresAt: expires_at,
    answers: (byCommand.get(command.id) ?? []).map(
      ({ process_id, node, state, message, details, made_id, answered_at }) => ({
        processId: process_id,
        node,
        state,
        message,
        details,
        madeId: made_id ?? undefined,
        at: answered_at,
      }),
    ),
  }))
}
