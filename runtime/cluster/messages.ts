/**
 * What passes between the primary of a node and its consumer processes, over node's channel:
 *
 *   message := { troupe: 1, kind, … }
 *
 * Both are of the same build, but after a rolling restart onto newer files: a kind or a version that is not known is
 * passed over. Whoever else writes to the channel (node:cluster, libraries) has no `troupe`.
 */

import type { Liveness, Readiness } from '../control/index.ts'

const version = 1

/** How a consumer process fares. */
export interface Look {
  readonly live: Liveness
  readonly ready: readonly Readiness[]
  readonly rssBytes: number
}

/** From the primary; `ask` comes back with the answer. */
export type ToProcess =
  | { readonly kind: 'look'; readonly ask: number }
  | { readonly kind: 'metrics'; readonly ask: number }
  /** The answer to a `restart`; `begun`: with this one. */
  | { readonly kind: 'restarting'; readonly begun: boolean }

/** From a consumer process. */
export type ToPrimary =
  /** It is through its start. */
  | { readonly kind: 'running' }
  /** It goes on to end by itself; `reason` is a sentence for people. */
  | { readonly kind: 'ending'; readonly reason: string }
  /** The record that ended its predecessor is known and set aside. */
  | { readonly kind: 'cause-found' }
  /** An operator wants all processes of the node replaced. */
  | { readonly kind: 'restart' }
  | ({ readonly kind: 'looked'; readonly ask: number } & Look)
  /** In Prometheus' text format. */
  | { readonly kind: 'measured'; readonly ask: number; readonly text: string }

export type OnTheWire<M> = M & { readonly troupe: typeof version }

export const written = <M extends ToProcess | ToPrimary>(message: M): OnTheWire<M> => ({
  troupe: version,
  ...message,
})

export const readToProcess = (message: unknown): ToProcess | undefined =>
  read<ToProcess>(message, { look: true, metrics: true, restarting: true })

export const readToPrimary = (message: unknown): ToPrimary | undefined =>
  read<ToPrimary>(message, {
    running: true,
    ending: true,
    'cause-found': true,
    restart: true,
    looked: true,
    measured: true,
  })

const read = <M extends { readonly kind: string }>(
  message: unknown,
  kinds: Readonly<Record<M['kind'], true>>,
): M | undefined => {
  if (typeof message !== 'object' || message === null) return undefined
  const { troupe, kind } = message as { readonly troupe?: unknown; readonly kind?: unknown }
  if (troupe !== version || typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) return undefined
  return message as M
}
