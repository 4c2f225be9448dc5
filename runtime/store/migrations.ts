/**
 * Brings a database's tables to this version of Troupe. postgrator runs the files and keeps the records; it takes no
 * lock and no transaction, so both are here.
 *
 * M1: one at a time, under an advisory lock of the session that runs them: the others wait, then find nothing to do.
 * M2: a file and its record are one transaction: a migration cut halfway leaves nothing. So a file cannot hold what
 *     Postgres refuses in a transaction (create index concurrently).
 */

import { basename, join } from 'node:path'

import Postgrator from 'postgrator'
import postgres from 'postgres'

import { messageOf, TroupeError } from '../errors.ts'
import {
  failed,
  planMigrations,
  readMigrations,
  type MigrationFile,
  type MigrationPlan,
  type MigrationRecord,
} from './migration-folder.ts'
import { isConnectionLoss, meaningOf, sqlStateOf, unavailable } from './postgres-failure.ts'

export interface MigrateOptions {
  readonly url: string
  /** Default: the project's own, `schemas/sql`. */
  readonly folder?: string
  /** Told of each file that is run. */
  readonly log?: (message: string) => void
}

export const ownMigrations = join(import.meta.dirname, '../../schemas/sql')
const recordsTable = 'troupe.migrations'
/** Any number, always the same: "troupe" on a telephone's keys. */
const lockKey = 876873

/** The files that were run, in order. MIGRATION_FAILED names file, cause and remedy. */
export const migrate = async ({
  url,
  folder = ownMigrations,
  log = noLog,
}: MigrateOptions): Promise<readonly string[]> => {
  const files = await readMigrations(folder)
  return withConnection(url, async (sql) => {
    await sql`select pg_advisory_lock(${lockKey})` // M1; the end of the session frees it
    const { pending, objection } = await plan(sql, files)
    if (objection !== undefined) throw failed(objection)
    if (pending.length > 0) await new TransactionalPostgrator(sql, folder, log).migrate()
    return pending.map(({ file }) => file)
  })
}

/**
 * The files that are still to run. A process calls it at its start and refuses to start when there are any, since its
 * statements would fail. MIGRATION_FAILED when they could not be run either.
 */
export const pendingMigrations = async (url: string, folder = ownMigrations): Promise<readonly string[]> => {
  const files = await readMigrations(folder)
  const { pending, objection } = await withConnection(url, (sql) => plan(sql, files))
  if (objection !== undefined) throw failed(objection)
  return pending.map(({ file }) => file)
}

const noLog = (): void => undefined

const plan = async (sql: postgres.Sql, files: readonly MigrationFile[]): Promise<MigrationPlan> => {
  const [table] = await sql<{ exists: boolean }[]>`select to_regclass(${recordsTable}) is not null as exists`
  const records = table?.exists
    ? await sql<MigrationRecord[]>`select version::int, name, md5 from troupe.migrations where version > 0`
    : []
  return planMigrations(files, records)
}

/** One connection for all: the lock and the transactions live in its session. */
const withConnection = async <T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> => {
  let lost: (error: TroupeError) => void = () => undefined
  const loss = new Promise<never>((_, reject) => {
    lost = reject
  })
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 10,
    max_lifetime: null,
    connection: { application_name: 'troupe-migrate' },
    onnotice: () => undefined,
    // Without its session the lock is gone too: nothing may go on over a connection that postgres.js makes anew.
    onclose: () => {
      lost(unavailable(new Error('the connection was closed')))
    },
  })
  try {
    return await Promise.race([work(sql), loss])
  } catch (error) {
    throw error instanceof TroupeError || !isAway(error) ? error : unavailable(error)
  } finally {
    loss.catch(() => undefined)
    await sql.end({ timeout: 0 })
  }
}

const isAway = (error: unknown): boolean => isConnectionLoss(error) || meaningOf(error, 'author') === 'away'

class TransactionalPostgrator extends Postgrator {
  readonly #sql: postgres.Sql
  readonly #log: (message: string) => void

  constructor(sql: postgres.Sql, folder: string, log: (message: string) => void) {
    super({
      driver: 'pg',
      schemaTable: recordsTable,
      newline: 'LF',
      // A glob pattern: characters of the folder's own name that mean something in one are escaped.
      migrationPattern: join(folder.replaceAll(/[[\]{}()*?!@+\\]/g, '\\$&'), '*.sql'),
      execQuery: async (query) => ({ rows: await sql.unsafe(query) }),
    })
    this.#sql = sql
    this.#log = log
  }

  override async runMigrations(migrations: Postgrator.Migration[] = []): Promise<Postgrator.Migration[]> {
    for (const migration of migrations) {
      const file = basename(migration.filename)
      await this.#sql.unsafe('begin') // M2
      try {
        await super.runMigrations([migration])
        await this.#sql.unsafe('commit')
      } catch (error) {
        if (isAway(error)) throw error
        await this.#sql.unsafe('rollback')
        throw failed(
          `${file} failed and was undone${whereIn(error, migration.getSql())}: ${messageOf(error)}. Files before it stay; correct it and migrate again.`,
          error,
        )
      }
      this.#log(`migrated: ${file}`)
    }
    return migrations
  }
}

/** Postgres tells the position in characters of the text, from 1. */
const whereIn = (error: unknown, script: string): string => {
  const { position } = error as { readonly position?: string }
  if (sqlStateOf(error) === undefined || position === undefined) return ''
  return ` at line ${String(script.slice(0, Number(position) - 1).split('\n').length)}`
}
