/** The record under the cursor, as it came through a retry topic: what is its own, and where it came from at first. */

import type { BatchReader } from '../batch/index.ts'
import { isRetryTopic, retriedHop, retryTarget, type RetriedHop, type Unit } from '../delivery/index.ts'
import { TroupeError } from '../errors.ts'
import { CursorHeaders } from './record-headers.ts'

export type RetriedRecord =
  | { readonly kind: 'due'; readonly hop: RetriedHop; readonly headers: CursorHeaders }
  | { readonly kind: 'waits'; readonly forMs: number }
  /** Of another actor of the group. */
  | { readonly kind: 'not-ours' }
  | { readonly kind: 'foreign'; readonly error: TroupeError }

/** Timers hold no longer delay: it is looked at again then. */
const longestWaitMs = 2 ** 31 - 1

export type ReadRetried = (reader: BatchReader, nowMs: number) => RetriedRecord

/** Undefined: the unit's topic is none. */
export const retriedRecords = (unit: Unit): ReadRetried | undefined => {
  if (!isRetryTopic(unit.topic, unit.group)) return undefined
  const target = retryTarget(unit)
  return (reader, nowMs) => {
    const hop = retriedHop(reader.headers())
    if (hop === undefined) return { kind: 'foreign', error: foreign(unit.topic) }
    if (hop.to !== target) return { kind: 'not-ours' }
    const forMs = hop.dueAtMs - nowMs
    if (forMs > 0) return { kind: 'waits', forMs: Math.min(Math.ceil(forMs), longestWaitMs) }
    const own = hop.headers.map(
      ([name, value]) => [name, value === null ? null : Buffer.from(value as Uint8Array)] as const,
    )
    return { kind: 'due', hop, headers: new CursorHeaders(reader, own) }
  }
}

const foreign = (topic: string): TroupeError =>
  new TroupeError(
    'RECORD_UNDECODABLE',
    `its headers do not say whose attempt it waits for: only Troupe writes into ${topic}`,
  )
