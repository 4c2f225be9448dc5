/**
 * Subscriptions as bells: what rings says that something has changed, and the page asks what. So a page is the same whether
 * it is told or asks by itself, and goes on where WebSockets do not get through.
 */

import { createClient, type Client } from 'graphql-ws'
import { useEffect, useState } from 'preact/hooks'

import { keptKey, type Question } from './ask.ts'

/** live: told at once; polling: asks by itself; away: nobody answers. */
export type Connection = 'live' | 'polling' | 'away'

const state = { isSocketOpen: false, isAnswered: true }
const listeners = new Set<() => void>()

const connection = (): Connection => {
  if (!state.isAnswered) return 'away'
  return state.isSocketOpen ? 'live' : 'polling'
}

const change = (changed: Partial<typeof state>): void => {
  const before = connection()
  Object.assign(state, changed)
  if (connection() !== before) for (const tell of listeners) tell()
}

/** Told by every question. */
export const tellAnswered = (isAnswered: boolean): void => change({ isAnswered })

export const isLive = (): boolean => state.isSocketOpen

export const useConnection = (): Connection => {
  const [now, setNow] = useState(connection)
  useEffect(() => {
    const tell = (): void => setNow(connection())
    listeners.add(tell)
    tell()
    return () => {
      listeners.delete(tell)
    }
  }, [])
  return now
}

const longestWaitMs = 10_000
const afterRefusalMs = 5_000
/** From one page to the next the socket is kept. */
const keptMs = 3_000

let client: Client | undefined

const socketUrl = (): string => `${location.origin.replace(/^http/, 'ws')}/subscriptions`

const open = (): Client =>
  (client ??= createClient({
    url: socketUrl,
    connectionParams: () => ({ authorization: `Bearer ${keptKey() ?? ''}` }),
    lazyCloseTimeout: keptMs,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: (attempt) =>
      new Promise((resolve) => setTimeout(resolve, Math.min(longestWaitMs, 500 * 2 ** attempt))),
    on: {
      connected: () => change({ isSocketOpen: true }),
      closed: () => change({ isSocketOpen: false }),
    },
  }))

/** Another key is another socket. */
export const hangUp = (): void => {
  void client?.dispose()
  client = undefined
}

/** `hear` each message's data, until the answer is called. */
export const listen = ({ query, variables }: Question, hear: (data: unknown) => void): (() => void) => {
  let leave: () => void = () => undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const subscribe = (): void => {
    leave = open().subscribe(
      { query, variables: { ...variables } },
      {
        next: ({ data }) => hear(data),
        // Refused, or ended for reading too slowly: the page asks by itself meanwhile.
        error: () => (timer = setTimeout(subscribe, afterRefusalMs)),
        complete: () => undefined,
      },
    )
  }
  subscribe()
  return () => {
    clearTimeout(timer)
    leave()
  }
}

/** Of groups: their lag, their partitions, what becomes of their records. */
export const bellOfGroups: Question = { query: 'subscription { lagChanged { name } }' }

export const bellOfGroup = (group: string): Question => ({
  query: 'subscription($group: String) { lagChanged(group: $group) { name } }',
  variables: { group },
})

export const bellOfCommand = (id: string): Question => ({
  query: 'subscription($id: ID!) { commandProgress(id: $id) { id } }',
  variables: { id },
})
