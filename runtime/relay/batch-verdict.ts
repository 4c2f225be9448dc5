/**
 * What follows from a batch that was not sent. Nothing of it is on the topic. Pure.
 *
 * BV1. A record is put aside only for a refusal that is its own: told before it left, or sent alone. Brokers refuse a
 *      request with all its records; then half as many are tried, from the same beginning.
 * BV2. A topic that is missing or forbidden waits with all its records; the other topics of the slice go on.
 * BV3. All other failures pass: the same batch is sent again.
 */

import type { PendingRecord, RefusedRecord } from '../delivery/outbox.ts'
import { TroupeError } from '../errors.ts'

export interface RecordRefusal {
  /** Which record of the batch. */
  readonly index: number
  readonly error: TroupeError
  /** It is this record's own fault. */
  readonly certain: boolean
}

export type BatchVerdict =
  | { readonly kind: 'hold'; readonly topics: readonly HeldTopic[] }
  | { readonly kind: 'park'; readonly refused: readonly RefusedRecord[] }
  | { readonly kind: 'narrow'; readonly records: number }
  | { readonly kind: 'again'; readonly error: TroupeError }

export interface HeldTopic {
  readonly topic: string
  readonly error: TroupeError
}

export const batchVerdict = (
  batch: readonly PendingRecord[],
  refusals: readonly RecordRefusal[],
): BatchVerdict => {
  const topics = new Map<string, TroupeError>()
  const ownFault: RefusedRecord[] = []
  let isRefused = false
  for (const { index, error, certain } of refusals) {
    const record = batch[index]
    if (record === undefined) continue
    if (isOfTopic(error)) topics.set(record.record.topic, error)
    if (error.code !== 'PRODUCE_REFUSED') continue
    isRefused = true
    if (certain || batch.length === 1)
      ownFault.push({ position: record.position, code: error.code, message: error.message })
  }
  if (topics.size > 0)
    return { kind: 'hold', topics: [...topics].map(([topic, error]) => ({ topic, error })) }
  if (ownFault.length > 0) return { kind: 'park', refused: ownFault }
  if (isRefused) return { kind: 'narrow', records: Math.max(1, Math.floor(batch.length / 2)) }
  return { kind: 'again', error: refusals[0]?.error ?? unexplained }
}

const isOfTopic = ({ code }: TroupeError): boolean =>
  code === 'TOPIC_MISSING' || code === 'KAFKA_UNAUTHORIZED'

const unexplained = new TroupeError('PRODUCE_FAILED', 'the transaction was aborted, and nobody said why')
