/**
 * Attempts that ended their worker, as a unit's owners tell each other: a record that ends one again and again has its
 * attempts in all, however many processes they were made in.
 */

import type { Offset } from '../topic-partition.ts'

/** How a worker ends over a record, or is ended. */
export const lossKinds = ['worker-lost', 'worker-out-of-memory', 'worker-stuck', 'process-abort'] as const
export type LossKind = (typeof lossKinds)[number]

export interface RememberedLoss {
  readonly offset: Offset
  /** The number of the attempt, 1 for the first. */
  readonly attempt: number
  readonly kind: LossKind
  /** For people. */
  readonly reason: string
}

/** As it was written, by this version or another: one that knows more ways to end has written an end all the same. */
export const lossKindOf = (text: string): LossKind => lossKinds.find((kind) => kind === text) ?? 'worker-lost'
