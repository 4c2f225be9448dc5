/**
 * What the end of a worker thread says about the tasks that it had in hand.
 *
 * D1. A record whose code ran on the thread ended it. Where none ran, any of those may have whose promises were awaited.
 * D2. A task none of whose records are suspect lost its work through another's fault, or nobody knows through whose.
 */

import { messageOf, TroupeError } from '../errors.ts'
import type { Loss, LossKind } from '../supervision/index.ts'
import { namedIn, type NamedRecord } from './under-way.ts'

export interface ThreadDeath {
  readonly thread: number
  readonly kind: LossKind
  readonly reason: string
  /** D1. By the memory of the task that named them; empty: nobody knows. */
  readonly suspects: ReadonlyMap<SharedArrayBuffer, readonly NamedRecord[]>
}

/** `memories`: of all tasks that the thread had in hand. */
export const deathOf = (
  thread: number,
  error: unknown,
  memories: readonly SharedArrayBuffer[],
  stuck: string | undefined,
): ThreadDeath => {
  const named = memories.map((memory) => ({ memory, ...namedIn(memory) }))
  const running = named.flatMap(({ memory, onThread }) => (onThread ? [[memory, [onThread]] as const] : []))
  const awaited = named.flatMap(({ memory, awaited }) =>
    awaited.length > 0 ? [[memory, awaited] as const] : [],
  )
  const suspects = new Map(running.length > 0 ? running : awaited)
  if (stuck !== undefined) return { thread, kind: 'worker-stuck', reason: stuck, suspects }
  const kind = isOutOfMemory(error) ? 'worker-out-of-memory' : 'worker-lost'
  return { thread, kind, reason: `the worker thread ended: ${messageOf(error)}`, suspects }
}

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'

/** What it means for one task. */
export const lossOf = (
  { kind, reason, thread, suspects }: ThreadDeath,
  memory: SharedArrayBuffer | undefined,
): Loss => ({
  kind,
  reason,
  thread,
  suspects: (memory && suspects.get(memory)) ?? [],
  suspectsInAll: [...suspects.values()].reduce((sum, { length }) => sum + length, 0),
})

/** WORKER_LOST, with what is known of it. */
export class WorkerLost extends TroupeError {
  readonly loss: Loss

  constructor(message: string, loss: Loss, options?: { readonly cause?: unknown }) {
    super('WORKER_LOST', message, options)
    this.loss = loss
  }
}
