/** A channel that is listened to until somebody says stop, over whatever sessions that takes. */

import { listenOn } from './channel-listener.ts'
import type { PostgresSession } from './postgres-session.ts'
import { operatorSessions } from './operator-pool.ts'

export interface HearingOptions {
  readonly url: string
  /** As pg_stat_activity shows it, before `-listen`. */
  readonly applicationName: string
  /** The statement. */
  readonly listen: (sql: PostgresSession['sql']) => Promise<unknown>
  readonly onNotify: (payload: string) => void
  /** From now on all is heard; what was notified before may have been missed. Also each time after a session was lost. */
  readonly onBegin: () => void
}

export interface Hearing {
  close(): Promise<void>
}

const againAfterMs = 1_000

export const hear = ({ url, applicationName, listen, onNotify, onBegin }: HearingOptions): Hearing => {
  const closing = Promise.withResolvers<void>()
  const state = { closed: false }
  const pause = async (): Promise<void> => {
    let timer: NodeJS.Timeout | undefined
    await Promise.race([
      closing.promise,
      new Promise<void>((resolve) => (timer = setTimeout(resolve, againAfterMs))),
    ])
    clearTimeout(timer)
  }
  const once = async (): Promise<void> => {
    const listener = await listenOn(operatorSessions({ url, applicationName }, 'control'), listen, onNotify)
    try {
      if (state.closed) return
      onBegin()
      await Promise.race([listener.ended, closing.promise])
    } finally {
      await listener.close()
    }
  }
  const run = async (): Promise<void> => {
    while (!state.closed) {
      // Away: readiness says so.
      await once().catch(() => undefined)
      await pause()
    }
  }
  const ended = run()
  return {
    close: async () => {
      state.closed = true
      closing.resolve()
      await ended
    },
  }
}
