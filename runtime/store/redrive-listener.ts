/** A session that hears when campaigns have something to do. Notices are lost while it is away: who listens also looks. */

import type { RedriveListener } from '../delivery/index.ts'
import { unavailable } from './postgres-failure.ts'
import { PostgresSession, type SessionOptions } from './postgres-session.ts'

const dayMs = 86_400_000

export const listenForCampaigns = async (
  options: SessionOptions,
  wake: () => void,
): Promise<RedriveListener> => {
  const ended = Promise.withResolvers<void>()
  const session = await PostgresSession.open({
    ...options,
    applicationName: `${options.applicationName}-listen`,
    // Silence is what a listener hears most of the time.
    answerGraceMs: dayMs,
    onNotify: wake,
    onLost: () => ended.resolve(),
  })
  try {
    await session.sql`listen troupe_redrive`
  } catch (error) {
    await session.close()
    throw unavailable(error)
  }
  return {
    ended: ended.promise,
    close: async () => {
      await session.close()
      ended.resolve()
    },
  }
}
