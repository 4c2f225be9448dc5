/** Does the outbox leave? A question for those who write into it: its relays are processes of their own. */

import { operatorPool, type OperatorStoreOptions } from './operator-pool.ts'
import { unavailable } from './postgres-failure.ts'

export interface OutboxWatch {
  /** How long the oldest row has waited while no relay lives; undefined: one does, or nothing waits. Throws POSTGRES_UNAVAILABLE. */
  waitsWithoutRelayMs(): Promise<number | undefined>
  close(): Promise<void>
}

/** Opens no connection yet; one at most. */
export const openOutboxWatch = (options: OperatorStoreOptions): OutboxWatch => {
  const pool = operatorPool({ ...options, maxConnections: 1 }, 'outbox-watch')
  return {
    waitsWithoutRelayMs: async () => {
      try {
        const [row] = await pool.with(
          ({ sql }) => sql<{ readonly age_ms: number }>`
            select (extract(epoch from clock_timestamp() - written_at) * 1000)::float8 as age_ms from troupe.outbox
            where not exists (select from troupe.outbox_relays where expires_at > clock_timestamp())
            order by position limit 1`,
        )
        return row && Math.max(0, Math.round(row.age_ms))
      } catch (error) {
        throw unavailable(error)
      }
    },
    close: () => pool.close(),
  }
}
