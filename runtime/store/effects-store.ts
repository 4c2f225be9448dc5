/**
 * The effects of a batch in Postgres: one short transaction at READ COMMITTED, applied in bulk.
 *
 * When the answer to a COMMIT is lost the caller applies again; if it had been committed, its own inbox rows are in
 * the way: conflict. It handles again, and `seen` tells it that the records were handled at these very offsets.
 */

import type { Sql } from '../actor/context.ts'
import type {
  ApplyOutcome,
  BatchEffects,
  EffectsStore,
  InboxHit,
  InboxKey,
  InteractiveTransaction,
  LoadedState,
  StateKey,
} from '../delivery/effects.ts'
import type { Unit } from '../delivery/unit.ts'
import { TroupeError } from '../errors.ts'
import {
  insertDuplicates,
  insertInbox,
  insertTracked,
  realWrites,
  selectSeen,
  selectStates,
  writeStates,
} from './effects-statements.ts'
import { PostgresTransaction } from './interactive-transaction.ts'
import { meaningOf, refused, unavailable } from './postgres-failure.ts'
import type { PostgresSession, SessionOptions } from './postgres-session.ts'
import { SessionPool } from './session-pool.ts'

export interface EffectsStoreOptions {
  /** `postgres://user:password@host:port/database`. Postgres 15 or later. */
  readonly url: string
  /** Sessions for batches; as many again, at most, for the transactions of `ctx.sql`. Default 4. */
  readonly maxConnections?: number
  /** As pg_stat_activity shows it; default troupe. */
  readonly applicationName?: string
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

/** How often the same transaction is run when Postgres undoes it for reasons of its own. */
const maxRuns = 5

const applied: ApplyOutcome = { kind: 'applied' }
const inboxConflict: ApplyOutcome = { kind: 'conflict', on: 'inbox' }
const stateConflict: ApplyOutcome = { kind: 'conflict', on: 'state' }
const isApplied = (outcome: ApplyOutcome): boolean => outcome.kind === 'applied'

/** Opens no connection yet: a database that is away is told by the first call. */
export const openEffectsStore = (options: EffectsStoreOptions): EffectsStore =>
  new PostgresEffectsStore(options)

class PostgresEffectsStore implements EffectsStore {
  readonly #batches: SessionPool
  /** Apart, since their holders wait for the others: sharing would let them wait for themselves. */
  readonly #interactive: SessionPool

  constructor(options: EffectsStoreOptions) {
    const sessions: SessionOptions = {
      url: options.url,
      applicationName: options.applicationName ?? 'troupe',
      connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
      statementTimeoutMs: options.statementTimeoutMs ?? 30_000,
      answerGraceMs: options.answerGraceMs ?? 5_000,
      lockTimeoutMs: options.lockTimeoutMs ?? 15_000,
      idleInTransactionTimeoutMs: options.idleInTransactionTimeoutMs ?? 10_000,
    }
    const maxConnections = options.maxConnections ?? 4
    this.#batches = new SessionPool(sessions, maxConnections)
    this.#interactive = new SessionPool(sessions, maxConnections)
  }

  async seen(unit: Unit, keys: readonly InboxKey[]): Promise<readonly InboxHit[]> {
    return keys.length === 0 ? [] : this.#read((sql) => selectSeen(sql, unit, keys))
  }

  async loadStates(unit: Unit, keys: readonly StateKey[]): Promise<readonly LoadedState[]> {
    return keys.length === 0 ? [] : this.#read((sql) => selectStates(sql, unit, keys))
  }

  async apply(effects: BatchEffects, within?: InteractiveTransaction): Promise<ApplyOutcome> {
    if (within) return applyWithin(effects, within)
    if (isEmpty(effects)) return applied
    return this.#untilDone((session) => session.transaction(() => applyAll(effects, session), isApplied))
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
    await Promise.all([this.#batches.close(), this.#interactive.close()])
  }

  async #read<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#untilDone((session) => work(session.sql))
  }

  async #untilDone<T>(work: (session: PostgresSession) => Promise<T>): Promise<T> {
    for (let run = 1; ; run += 1) {
      try {
        return await this.#batches.with(work)
      } catch (error) {
        if (meaningOf(error, 'ours') !== 'again') throw wrapped(error)
        if (run === maxRuns) throw unavailable(error)
      }
    }
  }
}

/** All statements of a transaction are sent without waiting for each other's answers; tracking may be the author's. */
const applyAll = async (effects: BatchEffects, { sql }: PostgresSession): Promise<ApplyOutcome> => {
  const { unit, inbox, duplicates, tracked, applyTracked } = effects
  const writes = realWrites(effects)
  const [newKeys, , written] = await allSettled(
    inbox.length === 0 ? 0 : insertInbox(sql, unit, inbox),
    duplicates.length === 0 ? undefined : insertDuplicates(sql, unit, duplicates),
    writes.length === 0 ? 0 : writeStates(sql, unit, writes),
  )
  if (newKeys !== inbox.length) return inboxConflict
  if (written !== writes.length) return stateConflict
  if (tracked.length > 0) {
    if (applyTracked) await byAuthor(() => applyTracked(sql, tracked))
    else await insertTracked(sql, unit, tracked)
  }
  return applied
}

/** The author's statements cannot be run again here, so a deadlock too goes back to who can handle the batch again. */
const applyWithin = async (effects: BatchEffects, within: InteractiveTransaction): Promise<ApplyOutcome> => {
  if (!(within instanceof PostgresTransaction)) throw new Error('this transaction is not one of this store')
  return within.finish(async (session) => {
    try {
      const outcome = await applyAll(effects, session)
      await (isApplied(outcome) ? session.commit() : session.rollback())
      return outcome
    } catch (error) {
      await session.rollback()
      if (meaningOf(error, 'ours') === 'again') return stateConflict
      throw wrapped(error)
    }
  })
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

const wrapped = (error: unknown): TroupeError => {
  if (error instanceof TroupeError) return error
  return meaningOf(error, 'ours') === 'refused' ? refused("the batch's effects", error) : unavailable(error)
}

const isEmpty = (effects: BatchEffects): boolean =>
  effects.inbox.length + effects.duplicates.length + effects.tracked.length + realWrites(effects).length === 0

/** Promise.all that does not go on while one of them is still under way. */
const allSettled = async <T extends readonly unknown[]>(
  ...work: T
): Promise<{ -readonly [Nth in keyof T]: Awaited<T[Nth]> }> => {
  await Promise.allSettled(work)
  return Promise.all(work)
}
