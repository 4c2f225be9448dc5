/** What a simulated unit is made of, and the records of its log. */

import type { FailureKind } from '../../../runtime/supervision/index.ts'

export class Violation extends Error {
  override readonly name = 'Violation'
}

export const must = (holds: boolean, violated: string): void => {
  if (!holds) throw new Violation(violated)
}

export const fates = [
  ...(['fine', 'fine', 'fine', 'fine', 'fine', 'fine', 'fails', 'fails', 'exhausts', 'refused'] as const),
  ...(['aborts', 'aborts when parked', 'ends its thread', 'ends its thread once'] as const),
] as const

export interface SimulatedRecord {
  readonly offset: number
  readonly key: number
  readonly fate: (typeof fates)[number]
  runs: number
  /** The epoch in which it ended an owner at full speed. */
  killedIn: number | undefined
  settled: 'done' | 'dead' | 'rejected' | undefined
}

/** What became of a record, and for what. */
export interface Settled {
  readonly record: SimulatedRecord
  readonly as: NonNullable<SimulatedRecord['settled']>
  readonly attempt: number
  readonly kind: FailureKind | undefined
}

export const policy = {
  mode: 'park',
  attempts: 3,
  backoff: 'fixed',
  firstDelayMs: 10,
  maxDelayMs: 10,
} as const
export const unit = { group: 'g', actor: 'a', topic: 't', partition: 0 }
