/**
 * Where operators' mutations are written: an audit entry each, and with it, in the same transaction, the command that
 * processes are to carry out and what lasts of it.
 *
 * D1. One who asks again with the same idempotency key gets the entry of the first time, and nothing else is written.
 */

import type { Sql } from '../actor/context.ts'
import {
  commandChannel,
  type AuditEntry,
  type AuditOutcome,
  type NewAuditEntry,
  type NewCommand,
  type NodeDrain,
  type Pause,
  type Promotion,
  type Registration,
} from '../control/index.ts'
import { auditEntryOf, type AuditRow } from './audit-rows.ts'
import { pruneCommands, type CommandEnd } from './command-pruning.ts'
import { readCommands, type StoredCommand } from './command-rows.ts'
import { operatorPool, type OperatorStoreOptions } from './operator-pool.ts'
import { readDrains } from './node-drain-rows.ts'
import { readPauses } from './pause-rows.ts'
import type { PostgresSession } from './postgres-session.ts'
import { readPromotions } from './promotion-rows.ts'
import { readRegistrations } from './registration-rows.ts'
import { askedOf } from './run-again.ts'
import { storableJson } from './storable-json.ts'
import { storable } from './storable-text.ts'

export interface Addressed {
  readonly command: NewCommand
  readonly addressees: readonly string[]
  readonly expiresInMs: number
}

export interface CommandDesk {
  /** The entry that this key was used for; undefined: none. */
  known(who: string, idempotencyKey: string): Promise<AuditEntry | undefined>
  /** `lasting`: in the same transaction. D1: then it is the entry of the first time. */
  issue(
    entry: NewAuditEntry,
    addressed: Addressed,
    lasting?: (sql: Sql) => Promise<void>,
  ): Promise<{ readonly entry: AuditEntry; readonly isNew: boolean }>
  /** A command without an entry: one that changes nothing. Its id. */
  send(addressed: Addressed, by: string): Promise<number>
  /** An entry without a command. D1. */
  note(
    entry: NewAuditEntry,
    outcome: Exclude<AuditOutcome, 'command'>,
    message: string,
  ): Promise<{ readonly entry: AuditEntry; readonly isNew: boolean }>
  /** What came of one that was begun. */
  settle(id: number, end: Settled): Promise<AuditEntry>
  command(id: number): Promise<StoredCommand | undefined>
  /** In the order of the ids asked for. */
  commandsOf(ids: readonly number[]): Promise<readonly (StoredCommand | undefined)[]>
  /** Last given first, below `beforeId`. */
  commands(limit: number, beforeId?: number): Promise<readonly StoredCommand[]>
  /** Those of so long ago go, a few hundred at a time; how many went. Their entries say what `endOf` tells of them. */
  prune(olderThanDays: number, endOf: CommandEnd): Promise<number>
  /** Last first, below `beforeId`. */
  auditLog(question: AuditQuestion): Promise<readonly AuditEntry[]>
  pauses(): Promise<readonly Pause[]>
  /** By module. */
  registrations(): Promise<readonly Registration[]>
  /** Last first, at most `limit`. */
  promotions(question: {
    readonly actor?: string | undefined
    readonly limit: number
  }): Promise<readonly Promotion[]>
  /** By node. */
  drains(): Promise<readonly NodeDrain[]>
  close(): Promise<void>
}

export interface Settled {
  readonly outcome: 'begun' | 'done' | 'refused' | 'failed'
  readonly message: string
  /** Of what it made. */
  readonly madeId?: number | undefined
}

export interface AuditQuestion {
  readonly limit: number
  readonly beforeId?: number | undefined
  readonly who?: string | undefined
  readonly mutation?: string | undefined
}

/** Opens no connection yet. */
export const openCommandDesk = (options: OperatorStoreOptions): CommandDesk => {
  const pool = operatorPool(options, 'desk')
  const run = <T>(work: (session: PostgresSession) => Promise<T>): Promise<T> =>
    askedOf(pool, 'what was asked of commands', work)

  const known = ({ sql }: PostgresSession, who: string, key: string): Promise<AuditEntry | undefined> =>
    sql<AuditRow>`
      select * from troupe.audit_log
      where who = ${storable(who)} and idempotency_key = ${storable(key)} and not dry_run and outcome <> 'refused'`.then(
      ([row]) => row && auditEntryOf(row),
    )

  const insert = async (
    session: PostgresSession,
    entry: NewAuditEntry,
    outcome: AuditOutcome,
    message: string,
    commandId: number | undefined,
  ): Promise<AuditEntry | undefined> => {
    const { who, role, mutation, reason, idempotencyKey: key, touches } = entry
    const [row] = await session.sql<AuditRow>`
      insert into troupe.audit_log
        (who, role, mutation, arguments, reason, dry_run, idempotency_key, outcome, message, touches, command_id)
      values (${storable(who)}, ${role}, ${mutation}, ${storableJson(entry.arguments)}::jsonb, ${storable(reason)},
        ${outcome === 'dry-run'}, ${key === undefined ? null : storable(key)}, ${outcome}, ${storable(message)},
        ${storableJson(touches)}::jsonb, ${commandId ?? null})
      on conflict do nothing
      returning *`
    return row && auditEntryOf(row)
  }

  const firstTime = async (session: PostgresSession, { who, idempotencyKey }: NewAuditEntry) => {
    const entry = idempotencyKey === undefined ? undefined : await known(session, who, idempotencyKey)
    if (entry === undefined) throw new RangeError('an audit entry was neither written nor known')
    return { entry, isNew: false }
  }

  return {
    known: (who, key) => run((session) => known(session, who, key)),
    issue: (entry, addressed, lasting) =>
      run(async (session) => {
        const written = await session.transaction(
          async (within) => {
            const commandId = await insertCommand(within.sql, entry.who, addressed)
            const issued = await insert(within, entry, 'command', '', commandId)
            if (issued !== undefined) await lasting?.(within.sql)
            return issued
          },
          (issued) => issued !== undefined,
        )
        return written === undefined ? firstTime(session, entry) : { entry: written, isNew: true }
      }),
    send: (addressed, by) => run(({ sql }) => insertCommand(sql, by, addressed)),
    note: (entry, outcome, message) =>
      run(async (session) => {
        const written = await insert(session, entry, outcome, message, undefined)
        return written === undefined ? firstTime(session, entry) : { entry: written, isNew: true }
      }),
    settle: (id, { outcome, message, madeId }) =>
      run(async ({ sql }) => {
        const [row] = await sql<AuditRow>`
          update troupe.audit_log set outcome = ${outcome}, message = ${storable(message)}, made_id = ${madeId ?? null}
          where id = ${id} returning *`
        if (row === undefined) throw new RangeError('an audit entry is gone')
        return auditEntryOf(row)
      }),
    command: (id) => run(async ({ sql }) => (await readCommands(sql, [id]))[0]),
    commandsOf: (ids) =>
      run(async ({ sql }) => {
        const found = new Map((await readCommands(sql, ids)).map((command) => [command.id, command]))
        return ids.map((id) => found.get(id))
      }),
    commands: (limit, beforeId) =>
      run(async ({ sql }) => {
        const rows = await sql<{ id: number }>`
          select id from troupe.commands
          where ${beforeId ?? null}::bigint is null or id < ${beforeId ?? null}::bigint
          order by id desc limit ${limit}`
        return readCommands(
          sql,
          rows.map(({ id }) => id),
        )
      }),
    prune: (olderThanDays, endOf) => run((session) => pruneCommands(session, olderThanDays, endOf)),
    auditLog: ({ limit, beforeId, who, mutation }) =>
      run(async ({ sql }) => {
        const rows = await sql<AuditRow>`
          select * from troupe.audit_log
          where (${beforeId ?? null}::bigint is null or id < ${beforeId ?? null}::bigint)
            and (${who ?? null}::text is null or who = ${who ?? null})
            and (${mutation ?? null}::text is null or mutation = ${mutation ?? null})
          order by id desc limit ${limit}`
        return rows.map(auditEntryOf)
      }),
    pauses: () => run(({ sql }) => readPauses(sql)),
    registrations: () => run(({ sql }) => readRegistrations(sql)),
    promotions: (question) => run(({ sql }) => readPromotions(sql, question)),
    drains: () => run(({ sql }) => readDrains(sql)),
    close: () => pool.close(),
  }
}

const insertCommand = async (
  sql: Sql,
  askedBy: string,
  { command, addressees, expiresInMs }: Addressed,
): Promise<number> => {
  const [row] = await sql<{ id: number }>`
    with given as (
      insert into troupe.commands (version, kind, body, addressees, asked_by, expires_at)
      values (${command.version}, ${command.kind}, ${storableJson(command.body)}::jsonb, ${[...addressees]}::text[],
        ${storable(askedBy)}, now() + ${expiresInMs}::double precision * interval '1 ms')
      returning id
    )
    select given.id from given, pg_notify(${commandChannel}, '')`
  if (row === undefined) throw new RangeError('an insert answered no row')
  return row.id
}
