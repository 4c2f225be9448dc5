/** Many live subscriptions, one package each: how long after its row is committed each watcher is told. */

import { createClient } from 'graphql-ws'
import type { Sql } from 'postgres'
import { WebSocket } from 'ws'
import { spreadOf } from '../harness/sample.ts'
import { tenant, trackingIdOf, type Listening } from './shop.ts'

export interface WatchSample {
  readonly subscriptions: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

const subscription = 'subscription ($id: ID!) { package(trackingId: $id) { trackingId state } }'
/** A socket has 20 at most. */
const perSocket = 20
const longestMs = 60_000

export const watchPackages = async (
  { url, authorizations: [authorization] }: Listening,
  sql: Sql,
  subscriptions: number,
): Promise<WatchSample> => {
  const known = new Set<string>()
  const toldAt = new Map<string, number>()
  const all = Promise.withResolvers<void>()
  const allKnown = Promise.withResolvers<void>()
  const fail = (error: unknown): void => {
    const failure = error instanceof Error ? error : new Error(JSON.stringify(error))
    allKnown.reject(failure)
    all.reject(failure)
  }
  const late = setTimeout(fail, longestMs, new Error(`${known.size} know, ${toldAt.size} were told`))
  const sockets = Array.from({ length: Math.ceil(subscriptions / perSocket) }, () =>
    createClient({
      url: `${url.replace('http:', 'ws:')}/subscriptions`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
      retryAttempts: 0,
    }),
  )
  const ids = Array.from({ length: subscriptions }, (_, i) => trackingIdOf(i * 10))
  for (const [nth, id] of ids.entries()) {
    const socket = sockets[nth % sockets.length]
    socket?.subscribe<{ readonly package: { readonly state: string } }>(
      { query: subscription, variables: { id } },
      {
        next: ({ data, errors }) => {
          if (errors !== undefined) fail(errors)
          if (known.size < subscriptions) {
            known.add(id)
            if (known.size === subscriptions) allKnown.resolve()
          } else if (data?.package.state === 'DELIVERED') {
            toldAt.set(id, performance.now())
            if (toldAt.size === subscriptions) all.resolve()
          }
        },
        error: fail,
        complete: () => undefined,
      },
    )
  }
  await allKnown.promise
  await sql`
    update tracking.packages set state = 'DELIVERED', state_since = now(), updated_at = now()
    where tenant = ${tenant} and tracking_id in ${sql(ids)}`
  const committedAt = performance.now()
  await all.promise
  clearTimeout(late)
  const ms = [...toldAt.values()].map((at) => Math.max(0, at - committedAt)).toSorted((a, b) => a - b)
  for (const socket of sockets) await socket.dispose()
  const at = (share: number): number =>
    Math.round((ms[Math.min(ms.length - 1, Math.floor(ms.length * share))] ?? NaN) * 10) / 10
  return { subscriptions, p50Ms: Math.round(spreadOf(ms).median * 10) / 10, p99Ms: at(0.99), maxMs: at(1) }
}
