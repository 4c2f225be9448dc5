/**
 * The effects of a batch in Postgres: one short transaction at READ COMMITTED, applied in bulk. What the batch means for
 * its unit's row is the last statement, sent together with the COMMIT.
 *
 * When the answer to a COMMIT is lost the caller applies again. With progress the unit's row then says that these
 * ranges are done: already-done. Without, its own inbox rows are in the way: conflict; it handles again, and `seen` tells
 * it that the records were handled at these very offsets.
 */

import type { Sql } from '../actor/context.ts'
import type {
  ApplyOutcome,
  BatchEffects,
  EffectsStore,
  InboxHit,
  InboxKey,
  InboxMove,
  InteractiveTransaction,
  LoadedState,
  StateKey,
} from '../delivery/effects.ts'
import { refusalOf, requireCounts, type ActorIdentity, type Progress, type Unit } from '../delivery/index.ts'
import { requireNumbers, sliceOfUnit } from '../delivery/outbox.ts'
import { outboxRows } from '../delivery/outbox-letter.ts'
import {
  insertDuplicates,
  insertTracked,
  realWrites,
  selectStates,
  writeStates,
} from './effects-statements.ts'
import { insertOwnLetters } from './dead-letter-rows.ts'
import { InboxDays, isMissingDay } from './inbox-days.ts'
import { insertInbox, moveInbox, requireMoves, selectSeen } from './inbox-statements.ts'
import { PostgresTransaction } from './interactive-transaction.ts'
import { outboxColumns, type OutboxColumns } from './outbox-rows.ts'
import { insertOutbox, wakeRelays } from './outbox-statements.ts'
import { meaningOf, refused, sqlStateOf, unavailable } from './postgres-failure.ts'
import type { PostgresSession, SessionOptions } from './postgres-session.ts'
import { fencedState, readRow, updateProgress } from './progress-statements.ts'
import { applyParking, selectParked } from './parking-statements.ts'
import { RelayWaker } from './relay-waker.ts'
import { writeReplayed } from './replay-rows.ts'
import { untilDone, wrapped } from './run-again.ts'
import { applyTimers } from './timer-store.ts'
import { SessionPool } from './session-pool.ts'

export interface EffectsStoreOptions {
  /** `postgres://user:password@host:port/database`. Postgres 15 or later. */
  readonly url: string
  /** Sessions for batches; as many again, at most, for the transactions of `ctx.sql`. Default 4. */
  readonly maxConnections?: number
  /** As pg_stat_activity shows it; default troupe. */
  readonly applicationName?: string
  /**
   * Id of this process, as `ProgressStore.take` gets it: sessions are registered under it, so that whoever takes over
   * from a frozen process can end them. Absent: they are not.
   */
  readonly owner?: string
  /**
   * INBOX_DAYS: for how many days before today a key is remembered. Default 2. Higher: duplicates are told later too, and
   * every look-up costs more. Lower: less disk.
   */
  readonly inboxDays?: number
  /** Default 5,000. */
  readonly connectTimeoutMs?: number
  /** Default 30,000. Lower: long statements of authors fail. Higher: a stuck database is noticed later. */
  readonly statementTimeoutMs?: number
  /** How much longer than `statementTimeoutMs` to wait before a silent server counts as gone. Default 5,000. */
  readonly answerGraceMs?: number
  /** Default 15,000, more than the time after which a frozen owner's locks are freed. */
  readonly lockTimeoutMs?: number
  /** Default 10,000. */
  readonly idleInTransactionTimeoutMs?: number
}

const applied: ApplyOutcome = { kind: 'applied' }
const inboxConflict = { kind: 'conflict', on: 'inbox' } as const
const stateConflict = { kind: 'conflict', on: 'state' } as const
const parkedConflict = { kind: 'conflict', on: 'parked' } as const
const timerConflict = { kind: 'conflict', on: 'timer' } as const
const replayConflict = { kind: 'conflict', on: 'replay' } as const
const fencedByLock: ApplyOutcome = { kind: 'fenced', on: 'lock' }
const fencedByLedger: ApplyOutcome = { kind: 'fenced', on: 'ledger' }

/** 55P03, lock_not_available. */
const lockTimeout = '55P03'

/** The statements that keep an event from having its effects twice. Tests put worse ones in their place. */
export interface SafetyStatements {
  readonly insertInbox: typeof insertInbox
  /** The unit's row, if there is progress, what it numbers in the outbox, and COMMIT. */
  readonly commit: (
    session: PostgresSession,
    unit: Unit,
    progress: Progress | undefined,
    outbox: OutboxColumns,
  ) => Promise<void>
}

export const safetyStatements: SafetyStatements = {
  insertInbox,
  commit: async (session, unit, progress, outbox) => {
    if (progress === undefined) return session.commit()
    // Sent together: the fence that fails makes the COMMIT behind it a ROLLBACK, as do rows that are not taken. All of
    // them must be sent, then: that rows could not be is said before (outboxColumns).
    await allSettled(
      updateProgress(session.sql, unit, progress, outbox.rows),
      outbox.rows === 0 ? undefined : insertOutbox(session.sql, unit, undefined, outbox),
      session.commit(),
    )
  },
}

/** Opens no connection yet: a database that is away is told by the first call. */
export const openEffectsStore = (options: EffectsStoreOptions): EffectsStore =>
  new PostgresEffectsStore(options, safetyStatements)

export const openEffectsStoreWith = (
  options: EffectsStoreOptions,
  statements: SafetyStatements,
): EffectsStore => new PostgresEffectsStore(options, statements)

/** Effects, with the rows of the outbox as they are written: events, and behind them all letters. */
interface Batch extends BatchEffects {
  readonly columns: OutboxColumns
}

type BatchOutcome =
  | { readonly kind: 'applied'; readonly columns: OutboxColumns }
  | Exclude<ApplyOutcome, { readonly kind: 'applied' }>

class PostgresEffectsStore implements EffectsStore {
  readonly #batches: SessionPool
  /** Apart, since their holders wait for the others: sharing would let them wait for themselves. */
  readonly #interactive: SessionPool
  readonly #days: InboxDays
  readonly #waker: RelayWaker
  readonly #statements: SafetyStatements

  constructor(options: EffectsStoreOptions, statements: SafetyStatements) {
    const sessions: SessionOptions = {
      url: options.url,
      applicationName: options.applicationName ?? 'troupe',
      owner: options.owner,
      connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
      statementTimeoutMs: options.statementTimeoutMs ?? 30_000,
      answerGraceMs: options.answerGraceMs ?? 5_000,
      lockTimeoutMs: options.lockTimeoutMs ?? 15_000,
      idleInTransactionTimeoutMs: options.idleInTransactionTimeoutMs ?? 10_000,
    }
    const maxConnections = options.maxConnections ?? 4
    this.#batches = new SessionPool(sessions, maxConnections)
    this.#interactive = new SessionPool(sessions, maxConnections)
    this.#days = new InboxDays(this.#batches, options.inboxDays ?? 2)
    this.#waker = new RelayWaker((slices) => this.#batches.with(({ sql }) => wakeRelays(sql, slices)))
    this.#statements = statements
  }

  async seen(unit: Unit, keys: readonly InboxKey[]): Promise<readonly InboxHit[]> {
    return keys.length === 0 ? [] : this.#read((sql) => selectSeen(sql, unit, keys, this.#days.daysKept))
  }

  async loadStates(unit: Unit, keys: readonly StateKey[]): Promise<readonly LoadedState[]> {
    return keys.length === 0 ? [] : this.#read((sql) => selectStates(sql, unit, keys))
  }

  async parkedAmong(unit: Unit, parkingKeys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return parkingKeys.length === 0 ? new Map() : this.#read((sql) => selectParked(sql, unit, parkingKeys))
  }

  async apply(effects: BatchEffects, within?: InteractiveTransaction): Promise<ApplyOutcome> {
    const { unit, moves = [], progress } = effects
    const rows = outboxRows(effects)
    requireMoves(moves)
    if (progress) requireCounts(progress)
    requireNumbers(rows, progress)
    const outcome = await this.#attempt({ ...effects, columns: outboxColumns(rows) }, within)
    // Also where they were committed before, by who could not say so any more.
    if (rows.length > 0 && (outcome.kind === 'applied' || outcome.kind === 'already-done'))
      this.#waker.wake(sliceOfUnit(unit))
    return outcome
  }

  async moveInbox(actor: ActorIdentity, moves: readonly InboxMove[]): Promise<readonly boolean[]> {
    requireMoves(moves)
    return this.#read((sql) => moveInbox(sql, actor, moves, this.#days.daysKept))
  }

  async begin(): Promise<InteractiveTransaction> {
    const session = await this.#interactive.borrow()
    const giveBack = (): void => {
      this.#interactive.giveBack(session)
    }
    try {
      await session.sql`begin`
      return new PostgresTransaction(session, giveBack)
    } catch (error) {
      giveBack()
      throw wrapped(error)
    }
  }

  async close(): Promise<void> {
    await this.#waker.close()
    await Promise.all([this.#batches.close(), this.#interactive.close()])
  }

  async #attempt(batch: Batch, within: InteractiveTransaction | undefined): Promise<ApplyOutcome> {
    try {
      if (batch.inbox.length > 0) await this.#days.ready()
      const outcome = await (within ? this.#applyWithin(batch, within) : this.#applyAlone(batch))
      return outcome.kind === 'conflict' ? await this.#refusal(batch, outcome) : outcome
    } catch (error) {
      if (batch.progress === undefined) throw wrapped(error)
      if (sqlStateOf(error) === lockTimeout) return fencedByLock
      if (sqlStateOf(error) === fencedState) return this.#refusal(batch, fencedByLedger)
      throw wrapped(error)
    }
  }

  async #read<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    try {
      return await untilDone(this.#batches, (session) => work(session.sql))
    } catch (error) {
      throw wrapped(error)
    }
  }

  async #applyAlone(effects: Batch): Promise<ApplyOutcome> {
    const { unit, progress } = effects
    if (isEmpty(effects)) {
      if (progress) await untilDone(this.#batches, ({ sql }) => updateProgress(sql, unit, progress))
      return applied
    }
    const run = (): Promise<ApplyOutcome> =>
      untilDone(this.#batches, (session) => this.#run(effects, session))
    try {
      return await run()
    } catch (error) {
      if (!isMissingDay(error)) throw error
      this.#days.forget()
      await this.#days.ready()
      return run()
    }
  }

  async #run(effects: Batch, session: PostgresSession): Promise<ApplyOutcome> {
    await session.sql`begin`
    return this.#finish(effects, session)
  }

  /** The author's statements cannot be run again here, so a deadlock too goes back to who can handle the batch again. */
  async #applyWithin(effects: Batch, within: InteractiveTransaction): Promise<ApplyOutcome> {
    if (!(within instanceof PostgresTransaction)) throw new Error('this transaction is not one of this store')
    return within.finish(async (session) => {
      try {
        return await this.#finish(effects, session)
      } catch (error) {
        if (meaningOf(error, 'ours') === 'again') return stateConflict
        if (isMissingDay(error)) {
          this.#days.forget()
          return inboxConflict
        }
        throw error
      }
    })
  }

  /** Commits the transaction, or undoes it. */
  async #finish(effects: Batch, session: PostgresSession): Promise<ApplyOutcome> {
    const { unit, progress } = effects
    try {
      const outcome = await this.#applyAll(effects, session)
      if (outcome.kind !== 'applied') {
        await session.rollback()
        return outcome
      }
      await this.#statements.commit(session, unit, progress, outcome.columns)
      return applied
    } catch (error) {
      await session.rollback()
      throw error
    }
  }

  /** All statements of a transaction are sent without waiting for each other's answers; tracking may be the author's. */
  async #applyAll(effects: Batch, { sql }: PostgresSession): Promise<BatchOutcome> {
    const { unit, inbox, moves = [], duplicates, tracked, applyTracked, letters = [] } = effects
    const { daysKept } = this.#days
    const writes = realWrites(effects)
    const [allNew, moved, , written, newLetters] = await allSettled(
      inbox.length === 0 ? true : this.#statements.insertInbox(sql, unit, inbox, daysKept),
      moveInbox(sql, unit, moves, daysKept),
      duplicates.length === 0 ? undefined : insertDuplicates(sql, unit, duplicates),
      writes.length === 0 ? 0 : writeStates(sql, unit, writes),
      letters.length === 0 ? new Set<number>() : insertOwnLetters(sql, letters),
    )
    if (!allNew || moved.includes(false)) return inboxConflict
    if (written !== writes.length) return stateConflict
    if (!(await applyParking(sql, effects))) return parkedConflict
    if (!(await applyTimers(sql, effects))) return timerConflict
    if (!(await writeReplayed(sql, effects.replayed))) return replayConflict
    if (tracked.length > 0) {
      if (applyTracked) await byAuthor(() => applyTracked(sql, tracked))
      else await insertTracked(sql, unit, tracked)
    }
    if (newLetters.size === letters.length) return { kind: 'applied', columns: effects.columns }
    const due = letters.filter(({ letter }) => newLetters.has(letter.original.offset)) // OL1
    return { kind: 'applied', columns: outboxColumns(outboxRows({ ...effects, letters: due })) }
  }

  /** Whether the unit's row explains why the batch was not taken; else it is what it seems. */
  async #refusal({ unit, progress }: BatchEffects, seeming: ApplyOutcome): Promise<ApplyOutcome> {
    if (progress === undefined) return seeming
    return refusalOf(await this.#read((sql) => readRow(sql, unit)), progress) ?? seeming
  }
}

const byAuthor = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    switch (meaningOf(error, 'author')) {
      case 'again':
        throw error
      case 'away':
        throw unavailable(error)
      case 'refused':
        throw refused("what the actor's applyTracked does", error)
    }
  }
}

const isEmpty = (effects: Batch): boolean =>
  effects.replayed === undefined &&
  effects.inbox.length +
    (effects.moves?.length ?? 0) +
    (effects.parked?.length ?? 0) +
    (effects.settled?.length ?? 0) +
    (effects.released?.length ?? 0) +
    (effects.answers?.length ?? 0) +
    (effects.firedTimers?.length ?? 0) +
    (effects.postponedTimers?.length ?? 0) +
    (effects.timers?.length ?? 0) +
    effects.columns.rows +
    effects.duplicates.length +
    effects.tracked.length +
    realWrites(effects).length ===
    0

/** Promise.all that does not go on while one of them is still under way. */
const allSettled = async <T extends readonly unknown[]>(
  ...work: T
): Promise<{ -readonly [Nth in keyof T]: Awaited<T[Nth]> }> => {
  await Promise.allSettled(work)
  return Promise.all(work)
}
