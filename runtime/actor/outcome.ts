/** What `receive` returns about a record. Nothing returned means commit; a throw means retry. */

export type Outcome =
  | { readonly kind: 'commit' }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number }
  | { readonly kind: 'reject'; readonly reason: string }

const committed: Outcome = { kind: 'commit' }

/** The record is done. */
export const commit = (): Outcome => committed

/** Try again, after `afterMs` if given, else after the policy's backoff. Counts as an attempt. */
export const retry = (reason: string, options: { readonly afterMs?: number } = {}): Outcome => ({
  kind: 'retry',
  reason,
  ...options,
})

/** No attempt will ever succeed: the record goes to the dead-letter topic with this reason. */
export const reject = (reason: string): Outcome => ({ kind: 'reject', reason })
