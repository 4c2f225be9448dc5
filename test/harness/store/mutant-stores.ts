/**
 * Stores that lack one of the things which keep effects from happening twice. A check that they pass proves nothing,
 * so every such check is shown to fail on them.
 */

import type { EffectsStore, Progress, Unit } from '../../../runtime/delivery/index.ts'
import {
  openEffectsStoreWith,
  safetyStatements,
  type EffectsStoreOptions,
  type SafetyStatements,
} from '../../../runtime/store/effects-store.ts'
import type { PostgresSession } from '../../../runtime/store/postgres-session.ts'
import { readRow } from '../../../runtime/store/progress-statements.ts'

export const mutants = {
  /** Whatever epoch a row has is taken for its own. */
  'fence off': {
    ...safetyStatements,
    commit: async (session, unit, progress, outbox) =>
      safetyStatements.commit(
        session,
        unit,
        progress && { ...progress, epoch: await epochOf(session, unit, progress) },
        outbox,
      ),
  },
  /** What was done is neither noted nor asked. */
  'ledger off': {
    ...safetyStatements,
    commit: (session, unit, progress, outbox) =>
      safetyStatements.commit(session, unit, progress && { ...progress, ranges: [] }, outbox),
  },
  /** Keys are neither noted nor asked. */
  'inbox off': { ...safetyStatements, insertInbox: () => Promise.resolve(true) },
} as const satisfies Record<string, SafetyStatements>

export type Mutant = keyof typeof mutants

export const openMutantStore = (options: EffectsStoreOptions, mutant: Mutant): EffectsStore =>
  openEffectsStoreWith(options, mutants[mutant])

const epochOf = async (session: PostgresSession, unit: Unit, progress: Progress): Promise<number> =>
  (await readRow(session.sql, unit))?.epoch ?? progress.epoch
