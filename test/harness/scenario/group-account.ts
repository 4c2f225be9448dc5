/** The account of a trial's group: its units' rows against the log, as `troupe audit --deep` has it; and its reset. */

import type { Test } from 'tap'
import { auditGroup, type AuditedPartition } from '../../../runtime/system/group-audit.ts'
import { resolveOptions, type Options } from '../../../runtime/config/index.ts'
import type { Unit, UnitEvent, UnitReset } from '../../../runtime/delivery/index.ts'
import { openAuditStore, openProgressStore, type AuditStore } from '../../../runtime/store/index.ts'
import { waitUntil } from '../wait-until.ts'
import type { Trial } from './trial.ts'

export class GroupAccount {
  readonly #options: Options
  readonly #group: string
  readonly #store: AuditStore
  readonly #progress: ReturnType<typeof openProgressStore>

  static open(t: Test, trial: Trial, url: string): GroupAccount {
    const account = new GroupAccount(trial, url)
    t.teardown(() => account.#close())
    return account
  }

  private constructor({ brokers, group }: Trial, url: string) {
    this.#options = resolveOptions({}, { KAFKA_BROKERS: brokers, DATABASE_URL: url })
    this.#group = group
    this.#store = openAuditStore({ url })
    this.#progress = openProgressStore({ url })
  }

  /** In the order of partitions. The log is read. */
  audit(): Promise<readonly AuditedPartition[]> {
    return auditGroup(this.#store, this.#options, {
      group: this.#group,
      actor: undefined,
      topic: undefined,
      deep: true,
      onRead: () => undefined,
    })
  }

  /** Every unit has begun, in a later epoch than that, and stands at the end of its log. */
  async untilCaughtUp(after: readonly AuditedPartition[] = []): Promise<readonly AuditedPartition[]> {
    const before = new Map(after.map(({ unit, stored }) => [unit.partition, stored?.epoch ?? 0]))
    let audited: readonly AuditedPartition[] = []
    await waitUntil(
      'every unit is at the end of its log',
      async () => {
        audited = await this.audit()
        return (
          audited.length > 0 &&
          audited.every(
            ({ unit, stored, audit }) =>
              audit.behind === 0 && (stored?.epoch ?? 0) > (before.get(unit.partition) ?? 0),
          )
        )
      },
      { progress: () => audited.reduce((sum, { stored }) => sum + (stored?.ledger?.frontier ?? 0), 0) },
    )
    return audited
  }

  reset(unit: Unit, reset: UnitReset): Promise<boolean> {
    return this.#progress.reset(unit, reset)
  }

  async #close(): Promise<void> {
    await Promise.all([this.#store.close(), this.#progress.close()])
  }
}

/** Where it stood; undefined: it was never begun. */
export const frontierOf = ({ stored }: AuditedPartition): number => stored?.ledger?.frontier ?? 0

/** What was told of a unit's offsets since its account began, in words. */
export const toldOf = ({ stored }: AuditedPartition): readonly string[] =>
  (stored?.events ?? []).map(({ kind, from, to }: UnitEvent) => `${kind} ${String(from ?? '')}→${String(to)}`)

/** Nothing is unaccounted for, in words. */
export const findingsOf = (audited: readonly AuditedPartition[]): readonly string[] =>
  audited.flatMap(({ unit, audit }) =>
    audit.findings.map(({ message }) => `${String(unit.partition)}: ${message}`),
  )
