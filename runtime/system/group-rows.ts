/**
 * The rows of a group's units: taken when a partition is assigned, told of frontiers, asked whether they are still ours.
 *
 * Q1. What is in quarantine stays there until somebody has raised the epoch of its row: that the log has grown in
 *     between, say, must not let it go on as if nothing had been.
 */

import type { ProgressStore, RememberedLoss, StartPolicies, Unit, UnitClaim } from '../delivery/index.ts'
import { TroupeError } from '../errors.ts'
import { Advances } from './advances.ts'
import type { PartitionRun } from './partition-run.ts'
import type { UnitRow } from './unit-row.ts'
import { UnitTakes, type TopicQuestions, type UnitTake } from './unit-takes.ts'

/** Where rows are. A process without Postgres has none. */
export interface RowPorts {
  readonly store: ProgressStore
  /** Of this life of the process: the one that its workers' sessions are registered under. */
  readonly owner: string
  readonly policies: Omit<StartPolicies, 'autoOffsetReset'>
}

/** How soon an owner at rest learns that its row was reset or taken. */
const lookEveryMs = 1_000

export class GroupRows {
  readonly #store: ProgressStore
  readonly #takes: UnitTakes
  readonly #advances: Advances
  readonly #monotonicMs: () => number
  #lookedAtMs = -Infinity
  #telling = false

  constructor(
    { store, owner, policies }: RowPorts,
    autoOffsetReset: StartPolicies['autoOffsetReset'],
    brokers: TopicQuestions,
    creditRecords: number,
    monotonicMs: () => number,
  ) {
    this.#store = store
    this.#takes = new UnitTakes({
      store,
      owner,
      policies: { ...policies, autoOffsetReset },
      brokers,
      creditRecords,
    })
    this.#advances = new Advances(store)
    this.#monotonicMs = monotonicMs
  }

  take(claims: readonly UnitClaim[]): Promise<readonly UnitTake[]> {
    return this.#takes.take(claims)
  }

  /** Throws POSTGRES_UNAVAILABLE. */
  async remember(unit: Unit, epoch: number, loss: RememberedLoss): Promise<void> {
    // Where the row is another's, its next statement tells.
    await this.#store.remember(unit, epoch, loss)
  }

  /**
   * Tells rows that are behind how far their units are, and now and then asks all of them. False, at once: the last time
   * is not over yet. Rejects with bugs only.
   */
  async tell(partitions: readonly PartitionRun[]): Promise<boolean> {
    if (this.#telling) return false
    this.#telling = true
    try {
      const isLook = this.#monotonicMs() - this.#lookedAtMs >= lookEveryMs
      if (isLook) this.#lookedAtMs = this.#monotonicMs()
      const rows = partitions.flatMap(({ units }) => units.map(({ row }) => row))
      await this.#advances.advance(isLook ? rows : rows.filter(({ isBehind }) => isBehind), false)
      if (isLook) await this.#lookAtQuarantined(partitions)
      return true
    } finally {
      this.#telling = false
    }
  }

  /** The last that rows are told before the partition is given back. Resolves when they have answered. */
  async giveBack(rows: readonly UnitRow[]): Promise<void> {
    await this.#advances.advance(rows, true)
  }

  /** Q1. */
  async #lookAtQuarantined(partitions: readonly PartitionRun[]): Promise<void> {
    const held = partitions.flatMap((run) =>
      run.units.flatMap((unit) => {
        const { standing } = unit.row
        return standing.kind === 'quarantined' && standing.epoch !== undefined
          ? [{ run, unit, epoch: standing.epoch }]
          : []
      }),
    )
    if (held.length === 0) return
    try {
      const reports = await this.#store.read(held.map(({ unit }) => unit.unit))
      held.forEach(({ run, unit, epoch }, nth) => {
        const { standing } = unit.row
        const isSame = standing.kind === 'quarantined' && standing.epoch === epoch
        if (isSame && reports[nth]?.epoch !== epoch) run.released(unit)
      })
    } catch (error) {
      if (!(error instanceof TroupeError && error.retryable)) throw error
    }
  }
}
