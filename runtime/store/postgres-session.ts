/**
 * One session with Postgres: a postgres.js client that holds one connection and never makes a second one.
 *
 * postgres.js mends a broken connection under its caller's feet. For a transaction that is poison: the next statement
 * would run outside of it, and writing the ROLLBACK to the socket that is gone ends the process with a TypeError that
 * nobody can catch (3.4.9, seen with pg_terminate_backend under a running statement). Hence:
 *
 * S1: the socket is made once. A session whose connection is gone is lost for good and is thrown away.
 * S2: nothing is written to a lost session, the ROLLBACK included: the server has rolled back already.
 */

import { connect, type Socket } from 'node:net'

import postgres from 'postgres'

import type { Sql } from '../actor/context.ts'
import type { TroupeError } from '../errors.ts'
import { registerBackend } from './owner-backends.ts'
import { isConnectionLoss, unavailable } from './postgres-failure.ts'
import { bindAll, columnTypes } from './sql-values.ts'

export interface SessionOptions {
  /** `postgres://user:password@host:port/database`; several hosts with commas are tried in turn. */
  readonly url: string
  readonly applicationName: string
  /** Id of the process; undefined: the session is not registered as one of its own. */
  readonly owner?: string | undefined
  readonly connectTimeoutMs: number
  /** statement_timeout of the session. */
  readonly statementTimeoutMs: number
  /** How much longer than that we wait before we take a silent server for gone. */
  readonly answerGraceMs: number
  readonly lockTimeoutMs: number
  /** A frozen owner's locks are freed by the server after this. */
  readonly idleInTransactionTimeoutMs: number
  /** For a session that listens. */
  readonly onNotify?: (payload: string) => void
  /** Its connection is gone. */
  readonly onLost?: () => void
}

export class PostgresSession {
  readonly #client: postgres.Sql
  #socket: Socket | undefined
  #loss: TroupeError | undefined
  readonly #onLost: (() => void) | undefined

  private constructor(options: SessionOptions, host: number) {
    let opened = false
    this.#onLost = options.onLost
    this.#client = postgres(options.url, {
      max: 1,
      max_lifetime: null,
      connect_timeout: options.connectTimeoutMs / 1000,
      fetch_types: false,
      types: columnTypes,
      connection: {
        application_name: options.applicationName,
        statement_timeout: options.statementTimeoutMs,
        lock_timeout: options.lockTimeoutMs,
        idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs,
        default_transaction_isolation: 'read committed',
        // A plan kept from when a table was small reads all of it for every key once it has grown.
        plan_cache_mode: 'force_custom_plan',
      },
      onnotice: () => undefined,
      onclose: () => {
        this.#lose(new Error('the connection was closed'))
      },
      // Not in its types: hears what is notified, and makes the socket instead of postgres.js.
      ...{
        onnotify: (_channel: string, payload: string) => {
          options.onNotify?.(payload)
        },
        socket: (parsed: {
          readonly host: string[]
          readonly port: number[]
          readonly path: string | false
        }) => {
          if (opened) throw this.#lose(new Error('the connection was closed')) // S1
          opened = true
          this.#socket = openSocket(parsed, host, options.statementTimeoutMs + options.answerGraceMs)
          return this.#socket
        },
      },
    })
  }

  /** Connected and answering, or POSTGRES_UNAVAILABLE with the reason. */
  static async open(options: SessionOptions): Promise<PostgresSession> {
    const hosts = hostsOf(options.url)
    for (let host = 0; ; host += 1) {
      const session = new PostgresSession(options, host)
      try {
        await session.#client`select 1`
        if (options.owner !== undefined) await registerBackend(session.sql, options.owner)
        return session
      } catch (error) {
        const loss = session.#lose(error)
        if (host + 1 >= hosts) throw loss
      }
    }
  }

  get isLost(): boolean {
    return this.#loss !== undefined
  }

  /** Sent at once, whether it is awaited or not. Statements sent without waiting are pipelined. */
  readonly sql: Sql = <Row extends object>(text: TemplateStringsArray, ...values: Parameters<Sql>[1][]) =>
    this.run<Row>(text, values)

  async run<Row extends object>(
    text: TemplateStringsArray,
    values: readonly Parameters<Sql>[1][],
  ): Promise<StatementResult<Row>> {
    if (this.#loss) throw this.#loss // S2
    try {
      const rows = await this.#client<Row[]>(text, ...bindAll(this.#client, values)).execute()
      return rows
    } catch (error) {
      // Whatever an error calls itself: when the connection went with it, it says nothing about the statement.
      if (isConnectionLoss(error) || this.#socket?.destroyed) throw this.#lose(error)
      throw error
    }
  }

  /** Commits what `work` did, or undoes all of it when it throws or `keep` says no to its answer. */
  async transaction<T>(
    work: (session: PostgresSession) => Promise<T>,
    keep: (answer: T) => boolean,
  ): Promise<T> {
    await this.sql`begin`
    let answer: T
    try {
      answer = await work(this)
    } catch (error) {
      await this.rollback()
      throw error
    }
    await (keep(answer) ? this.commit() : this.rollback())
    return answer
  }

  /** Postgres answers the COMMIT of a failed transaction with ROLLBACK, and no error. */
  async commit(): Promise<void> {
    const { command } = await this.run(statement`commit`, [])
    if (command !== 'COMMIT')
      throw new Error(`Postgres answered COMMIT with ${command}: a statement had failed`)
  }

  async rollback(): Promise<void> {
    if (this.isLost) return // S2
    await this.sql`rollback`.catch((error: unknown) => {
      this.#lose(error)
    })
  }

  async close(): Promise<void> {
    this.#loss ??= unavailable(new Error('the session was closed'))
    await this.#client.end({ timeout: 5 })
  }

  #lose(error: unknown): TroupeError {
    if (this.#loss) return this.#loss
    this.#loss = unavailable(error)
    void this.#client.end({ timeout: 0 }).catch(() => undefined)
    this.#onLost?.()
    return this.#loss
  }
}

export type StatementResult<Row> = readonly Row[] & { readonly count: number; readonly command: string }

const statement = (text: TemplateStringsArray): TemplateStringsArray => text

const openSocket = (
  { host, port, path }: { readonly host: string[]; readonly port: number[]; readonly path: string | false },
  index: number,
  silenceMs: number,
): Socket => {
  const address = { host: host[index] ?? 'localhost', port: port[index] ?? port[0] ?? 5432 }
  const socket = path ? connect(path) : connect(address)
  socket.setTimeout(silenceMs, () => {
    const silence = new Error(`no answer for ${String(silenceMs)} ms`)
    socket.destroy(Object.assign(silence, { code: 'ETIMEDOUT', syscall: 'read' }))
  })
  return Object.assign(socket, address) // postgres.js reads both for messages and for TLS
}

const hostsOf = (url: string): number => {
  const authority = /^[^:]+:\/\/([^/?]*)/.exec(url)?.[1] ?? ''
  return authority.slice(authority.indexOf('@') + 1).split(',').length
}
