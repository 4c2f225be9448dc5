/** Which records of a chunk were handled before, or are in it twice, told by their idempotency keys. */

import type { ActorDefinition } from '../actor/index.ts'
import type { InboxHit, InboxKey } from '../delivery/effects.ts'
import { suppresses } from '../delivery/inbox-state.ts'
import { replayVerdict, type ReplayDedupe } from '../delivery/replay.ts'
import type { Unit } from '../delivery/unit.ts'
import type { BatchOutcome } from './batch-outcome.ts'
import { idempotencyKeyOf } from './idempotency-key.ts'
import type { RecordContext } from './record-context.ts'

/** A record whose key another record before it in the chunk has. */
export interface Twin {
  readonly record: RecordContext
  readonly first: RecordContext
}

export interface Sorted {
  /** The first of each key, and those that have none because telling it failed. */
  readonly firsts: readonly RecordContext[]
  readonly twins: readonly Twin[]
}

/** Tells every record its key. A key that can't be told is a failure of that record, at its turn. */
export const sortByKey = (records: readonly RecordContext[], actor: ActorDefinition): Sorted => {
  const firstOf = redriven(records, actor)
  const firsts: RecordContext[] = []
  const twins: Twin[] = []
  for (const record of records) {
    tellKey(record, actor)
    const name = record.inboxKey && nameOf(record.inboxKey)
    const first = name === undefined ? undefined : firstOf.get(name)
    if (first !== undefined && first !== record) {
      twins.push({ record, first })
      continue
    }
    if (name !== undefined) firstOf.set(name, record)
    firsts.push(record)
  }
  return { firsts, twins }
}

/** A redrive goes before strangers with its key: it alone may move what the inbox has of it. */
const redriven = (records: readonly RecordContext[], actor: ActorDefinition): Map<string, RecordContext> => {
  const firstOf = new Map<string, RecordContext>()
  for (const record of records) {
    if (record.redrive === undefined) continue
    tellKey(record, actor)
    const name = record.inboxKey && nameOf(record.inboxKey)
    if (name !== undefined && !firstOf.has(name)) firstOf.set(name, record)
  }
  return firstOf
}

/** Settles those that the store has seen; answers the others, and those that are the retry or redrive of what it has seen. */
export const withoutSeen = (
  firsts: readonly RecordContext[],
  hits: readonly InboxHit[],
  unit: Unit,
  outcome: BatchOutcome,
  isRetry: (record: RecordContext) => boolean,
  replay?: ReplayDedupe,
): readonly RecordContext[] => {
  if (hits.length === 0) return firsts
  const hitOf = new Map(hits.map((hit) => [nameOf(hit), hit]))
  return firsts.filter((record) => {
    const key = record.inboxKey
    const hit = key && hitOf.get(nameOf(key))
    if (key === undefined || hit === undefined) return true
    const samePlace =
      hit.topic === unit.topic && hit.partition === unit.partition && hit.offset === record.offset
    // First: what is tried again is found at its own place.
    if ((hit.outcome === 'parked' && isRetry(record)) || (!samePlace && isRedriveOf(record, hit))) {
      record.inboxRow = {
        state: hit.outcome === 'parked' ? 'parked' : 'dead',
        holder: hit.holder,
        isReplayed: false,
      }
      return true
    }
    if (replay !== undefined && isReplayed(replay, hit, samePlace)) {
      record.inboxRow = { state: hit.outcome, holder: hit.holder, isReplayed: true }
      return true
    }
    if (samePlace) outcome.redelivered(record, hit.outcome)
    else if (suppresses(hit.outcome)) outcome.duplicate(record, key)
    else outcome.duplicateOfUnsettled(record, key, hit)
    return false
  })
}

const isReplayed = (dedupe: ReplayDedupe, { outcome, holder }: InboxHit, isHere: boolean): boolean =>
  replayVerdict(dedupe, { outcome, isHere, isHeld: holder !== undefined }) === 'handle'

/** A dead row that no campaign has claimed was not in the index yet when the letter was redriven. */
const isRedriveOf = ({ redrive }: RecordContext, { outcome, holder }: InboxHit): boolean =>
  redrive !== undefined && outcome === 'dead' && (holder === undefined || holder === redrive)

/** A twin has nothing to do once its first is finished; else it waits with it, its attempt unchanged. */
export const settleTwins = (twins: readonly Twin[], outcome: BatchOutcome): void => {
  if (twins.length === 0) return
  const unfinished = new Set(outcome.unfinished.map(({ index }) => index))
  for (const { record, first } of twins) {
    if (record.inboxKey !== undefined && !unfinished.has(first.index))
      outcome.duplicate(record, record.inboxKey)
    else {
      outcome.left(record.index, record.attempt)
      record.close()
    }
  }
}

const tellKey = (record: RecordContext, actor: ActorDefinition): void => {
  // The row of a timer goes with its effects: that it fires once needs no inbox.
  if (record.timer !== undefined) return
  try {
    record.inboxKey = idempotencyKeyOf(record.event, record.identity(), actor)
  } catch (error) {
    record.failedBefore ??= { error }
  }
}

const nameOf = ({ tenant, key }: InboxKey): string => `${String(tenant.length)}:${tenant}${key}`
