/** What a test is told by a subscription of the operators' API, as an operator would be. */

import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'

export interface Subscribed<T> {
  /** In the order it came. */
  readonly told: T[]
  readonly errors: unknown[]
  /** What it ended with; undefined: in order. */
  readonly ended: Promise<unknown>
  end(): Promise<void>
}

export interface SubscriptionOptions {
  /** Of the API: `http://host:port`. Asked anew at each connection. */
  readonly url: () => string
  readonly key: string
  readonly query: string
  /** How often it connects again. */
  readonly retries?: number
}

/** `T`: of the one field that is asked for. */
export const subscribed = <T>({ url, key, query, retries = 0 }: SubscriptionOptions): Subscribed<T> => {
  const client = createClient({
    url: () => `${url().replace('http:', 'ws:')}/subscriptions`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${key}` },
    retryAttempts: retries,
    shouldRetry: () => true,
    retryWait: () => Promise.resolve(),
  })
  const told: T[] = []
  const errors: unknown[] = []
  const ended = Promise.withResolvers<unknown>()
  client.subscribe<Record<string, T>>(
    { query },
    {
      next: ({ data, errors: some }) => {
        told.push(...Object.values(data ?? {}))
        errors.push(...(some ?? []))
      },
      error: (error) => {
        ended.resolve(error)
      },
      complete: () => {
        ended.resolve(undefined)
      },
    },
  )
  return { told, errors, ended: ended.promise, end: async () => client.dispose() }
}
