/** The commands of one process in Postgres: what it is asked, what it answers, and what lasts beside them. */

import type { CommandAnswer, Pause, Registration, Replay, WrittenCommand } from '../control/index.ts'
import { listenOn, type ChannelListener } from './channel-listener.ts'
import { operatorPool, operatorSessions, type OperatorStoreOptions } from './operator-pool.ts'
import { isDrained } from './node-drain-rows.ts'
import { readPauses } from './pause-rows.ts'
import type { PostgresSession } from './postgres-session.ts'
import { readRegistrations } from './registration-rows.ts'
import { readRunningReplays } from './replay-rows.ts'
import { askedOf } from './run-again.ts'
import { storable } from './storable-text.ts'
import { storableJson } from './storable-json.ts'

/** Every method throws POSTGRES_UNAVAILABLE (retryable) when the database is away. */
export interface CommandBox {
  /** Addressed to the process and not answered by it, oldest first; at most 100. */
  waiting(processId: string): Promise<readonly WrittenCommand[]>
  /** The first answer counts. */
  answer(commandId: number, process: ProcessName, answer: CommandAnswer): Promise<void>
  pauses(): Promise<readonly Pause[]>
  /** By module. */
  registrations(): Promise<readonly Registration[]>
  /** Those that run. */
  replays(): Promise<readonly Replay[]>
  isDrained(node: string): Promise<boolean>
  /** `wake` is called whenever a command was given. */
  listen(wake: () => void): Promise<ChannelListener>
  close(): Promise<void>
}

export interface ProcessName {
  readonly id: string
  readonly node: string
}

const mostDetails = 1_000
const mostCharacters = 1_000

/** Opens no connection yet. */
export const openCommandBox = (options: OperatorStoreOptions): CommandBox => {
  const pool = operatorPool({ maxConnections: 1, ...options }, 'commands')
  const run = <T>(work: (session: PostgresSession) => Promise<T>): Promise<T> =>
    askedOf(pool, 'what was asked of commands', work)
  return {
    waiting: (processId) =>
      run(
        ({ sql }) => sql<WrittenCommand>`
          select id, version, kind, body, expires_at <= clock_timestamp() as expired
          from troupe.commands as command
          where addressees @> ${[processId]}::text[]
            and not exists (
              select from troupe.command_answers as answer
              where answer.command_id = command.id and answer.process_id = ${processId})
          order by id limit 100`,
      ),
    answer: async (commandId, { id, node }, { state, message, details, madeId }) => {
      await run(
        ({ sql }) => sql`
          insert into troupe.command_answers (command_id, process_id, node, state, message, details, made_id)
          values (${commandId}, ${id}, ${storable(node)}, ${state}, ${storable(message).slice(0, mostCharacters)},
            ${storableJson(details.slice(0, mostDetails))}::jsonb, ${madeId ?? null}::bigint)
          on conflict do nothing`,
      )
    },
    pauses: () => run(({ sql }) => readPauses(sql)),
    registrations: () => run(({ sql }) => readRegistrations(sql)),
    replays: () => run(({ sql }) => readRunningReplays(sql)),
    isDrained: (node) => run(({ sql }) => isDrained(sql, node)),
    listen: (wake) =>
      listenOn(operatorSessions(options, 'commands'), (sql) => sql`listen troupe_commands`, wake),
    close: () => pool.close(),
  }
}
