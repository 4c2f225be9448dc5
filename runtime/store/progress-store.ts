/** The progress of units in Postgres. */

import type {
  ProgressStore,
  RememberedLoss,
  TakenUnit,
  Unit,
  UnitAdvance,
  UnitClaim,
  UnitHold,
  UnitReport,
  UnitReset,
  UnitStart,
} from '../delivery/index.ts'
import { terminateBackends } from './owner-backends.ts'
import { sqlStateOf } from './postgres-failure.ts'
import type { PostgresSession } from './postgres-session.ts'
import {
  advanceUnits,
  beginUnits,
  forgetHandled,
  holdUnits,
  readUnits,
  resetUnit,
  takeUnits,
} from './progress-statements.ts'
import { forgetLosses, readLosses, rememberLoss } from './loss-statements.ts'
import { askedOf } from './run-again.ts'
import { SessionPool } from './session-pool.ts'

export interface ProgressStoreOptions {
  readonly url: string
  /** Default 2: one more than is in use, for who waits for a lock. */
  readonly maxConnections?: number
  /** Default troupe-progress. */
  readonly applicationName?: string
  /** Default 5,000. */
  readonly connectTimeoutMs?: number
  /** Default 30,000. */
  readonly statementTimeoutMs?: number
  /** How long a row may be another's before the sessions of its owners are ended. Default 2,000. */
  readonly lockTimeoutMs?: number
}

/** How often owners' sessions are ended before taking is given up for now. */
const mostTries = 3

/** Opens no connection yet. */
export const openProgressStore = (options: ProgressStoreOptions): ProgressStore =>
  new PostgresProgressStore(options)

class PostgresProgressStore implements ProgressStore {
  readonly #pool: SessionPool
  readonly #lockTimeoutMs: number

  constructor(options: ProgressStoreOptions) {
    this.#lockTimeoutMs = options.lockTimeoutMs ?? 2_000
    this.#pool = new SessionPool(
      {
        url: options.url,
        applicationName: options.applicationName ?? 'troupe-progress',
        connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
        statementTimeoutMs: options.statementTimeoutMs ?? 30_000,
        answerGraceMs: 5_000,
        lockTimeoutMs: this.#lockTimeoutMs,
        idleInTransactionTimeoutMs: 10_000,
      },
      options.maxConnections ?? 2,
    )
  }

  async take(claims: readonly UnitClaim[], owner: string): Promise<readonly TakenUnit[]> {
    if (claims.length === 0) return []
    const units = claims.map(({ unit }) => unit)
    return this.#do(async (session) => {
      for (let nth = 1; ; nth += 1) {
        try {
          return await takeUnits(session.sql, claims, owner)
        } catch (error) {
          if (sqlStateOf(error) !== '55P03' || nth === mostTries) throw error
          await terminateBackends(session.sql, units, owner, this.#lockTimeoutMs)
        }
      }
    })
  }

  async begin(starts: readonly UnitStart[]): Promise<readonly boolean[]> {
    return starts.length === 0 ? [] : this.#do(({ sql }) => beginUnits(sql, starts))
  }

  async hold(holds: readonly UnitHold[]): Promise<void> {
    if (holds.length > 0) await this.#do(({ sql }) => holdUnits(sql, holds))
  }

  async advance(advances: readonly UnitAdvance[]): Promise<readonly boolean[]> {
    return advances.length === 0 ? [] : this.#do(({ sql }) => advanceUnits(sql, advances))
  }

  async remember(unit: Unit, epoch: number, loss: RememberedLoss): Promise<boolean> {
    return this.#do(({ sql }) => rememberLoss(sql, unit, epoch, loss))
  }

  async remembered(units: readonly Unit[]): Promise<readonly (readonly RememberedLoss[])[]> {
    return units.length === 0 ? [] : this.#do(({ sql }) => readLosses(sql, units))
  }

  async read(units: readonly Unit[]): Promise<readonly (UnitReport | undefined)[]> {
    return units.length === 0 ? [] : this.#do(({ sql }) => readUnits(sql, units))
  }

  async reset(unit: Unit, reset: UnitReset): Promise<boolean> {
    return this.#do((session) =>
      session.transaction(
        async ({ sql }) => {
          if (!(await resetUnit(sql, unit, reset))) return false
          await forgetLosses(sql, unit)
          if (reset.dedupe === 'replay') await forgetHandled(sql, unit, reset.frontier)
          return true
        },
        (done) => done,
      ),
    )
  }

  async terminateFrozen(units: readonly Unit[], owner: string): Promise<number> {
    if (units.length === 0) return 0
    return this.#do(({ sql }) => terminateBackends(sql, units, owner))
  }

  async close(): Promise<void> {
    await this.#pool.close()
  }

  #do<T>(work: (session: PostgresSession) => Promise<T>): Promise<T> {
    return askedOf(this.#pool, "what is known of units' progress", work)
  }
}
