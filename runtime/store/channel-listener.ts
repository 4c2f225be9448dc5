/** A session that hears what is notified on a channel. Notices are lost while it is away: who listens also looks. */

import { unavailable } from './postgres-failure.ts'
import { PostgresSession, type SessionOptions } from './postgres-session.ts'

export interface ChannelListener {
  /** Resolves when nothing can be heard any more; never rejects. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

const dayMs = 86_400_000

/** `listen`: the statement. Throws POSTGRES_UNAVAILABLE. */
export const listenOn = async (
  options: SessionOptions,
  listen: (sql: PostgresSession['sql']) => Promise<unknown>,
  onNotify: (payload: string) => void,
): Promise<ChannelListener> => {
  const ended = Promise.withResolvers<void>()
  const session = await PostgresSession.open({
    ...options,
    applicationName: `${options.applicationName}-listen`,
    // Silence is what a listener hears most of the time.
    answerGraceMs: dayMs,
    onNotify,
    onLost: () => {
      ended.resolve()
    },
  })
  try {
    await listen(session.sql)
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
