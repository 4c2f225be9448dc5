/**
 * effects: 'postgres'. A batch's records are decoded first, so that one query tells which were handled before and one
 * more loads the states of their keys; then they are handled, their effects collected; and last the effects are
 * applied in one short transaction, events and dead letters for the outbox among them.
 *
 * E1. A record's effects are applied only with its inbox entry, in the same transaction.
 * E2. Events and dead letters leave if and only if that transaction is committed: they are rows of it, which the unit's
 *     row numbers. Those of records that cannot be read go with the first one of their batch. Only what a transaction has
 *     no room for is acknowledged by Kafka before it: a crash between the two makes it again. So is all of it without
 *     progress, since there is nothing to number it.
 * E3. A transaction that could not be had or not be committed is tried again without `receive`; one that conflicts
 *     with another batch's is undone and its records are handled again with what that batch has left. Neither uses
 *     up an attempt.
 * E4. With progress, the last transaction of a batch that leaves nothing unfinished tells the unit's row so, with the
 *     outcomes of all its records, also when it has no effects; every other one only shows its epoch. What the row
 *     does not take is given up (Fenced).
 * E5. What Postgres refuses (an author's own tracking, say) is found by handling the records one at a time: it fails
 *     the record it came from and leaves the others alone.
 */

import type { ApplyOutcome, EffectsStore } from '../delivery/effects.ts'
import { BatchOutcome } from './batch-outcome.ts'
import type { BatchWork } from './batch-work.ts'
import { ChunkAttempt, EffectsRefused, type PassedOver } from './chunk-attempt.ts'
import { isAway } from './conversation.ts'
import { Fenced } from './fenced.ts'
import { partedByRoom } from './letters-ahead.ts'
import type { Outgoing } from './outgoing.ts'
import type { OutgoingOrder } from './outgoing-order.ts'
import type { RecordContext } from './record-context.ts'
import type { RecordSource } from './record-source.ts'

/** More savepoints than this in one transaction make it slow. */
const recordsPerTransaction = 50

/** After so many conflicts in a row the main thread is asked to wait a little. */
const conflictsInARow = 5

type ChunkEnd =
  | { readonly kind: 'done'; readonly outcome: BatchOutcome; readonly stopped: boolean }
  /** Postgres does not take the effects; of which record is not known yet. */
  | { readonly kind: 'refused' }

export const handleWithEffects = async (
  work: BatchWork,
  source: RecordSource,
  outgoing: OutgoingOrder,
): Promise<BatchOutcome> => {
  const total = new BatchOutcome(work.scope, work.circumstances)
  const records: RecordContext[] = []
  const began = work.clock.now()
  for (let record = source.next(total); record; record = source.next(total)) records.push(record.capture())
  work.clock.decodeMs = work.clock.now() - began
  const { ahead, within } =
    work.task.progress === undefined ? { ahead: total.outgoing, within: [] } : partedByRoom(total.outgoing)
  await outgoing.acknowledged(ahead)

  const chunks = new Chunks(work, source, outgoing, total, passedOver(work, records, total), within)
  let size = work.scope.actor.sql ? recordsPerTransaction : records.length
  let stopped = false
  // E4: a batch of which nothing is left to handle is finished, too.
  if (records.length === 0) {
    const end = await chunks.handle([], true)
    if (end.kind === 'done') total.include(end.outcome)
  }
  for (let at = 0; at < records.length;) {
    const chunk = records.slice(at, at + size)
    if (stopped) {
      for (const { index, attempt } of chunk) total.left(index, attempt)
      at += chunk.length
      continue
    }
    const end = await chunks.handle(chunk, at + chunk.length === records.length)
    if (end.kind === 'refused') {
      size = 1
      records.splice(at, chunk.length, ...chunk.map((record) => chunks.anew(record)))
      continue
    }
    total.include(end.outcome)
    stopped = end.stopped
    at += chunk.length
  }
  return total
}

const passedOver = (
  { task }: BatchWork,
  records: readonly RecordContext[],
  { counts }: BatchOutcome,
): PassedOver => {
  const given = new Set(records.map(({ index }) => index))
  const due = new Set(task.records?.map(({ index }) => index))
  return {
    records: (task.retry?.records ?? []).filter((_, index) => due.has(index) && !given.has(index)),
    replayed: (task.replay?.offsets ?? []).filter((_, index) => due.has(index) && !given.has(index)),
    counts: { ...counts },
  }
}

const isForTheOwner = (on: Extract<ApplyOutcome, { kind: 'conflict' }>['on']): boolean =>
  on === 'parked' || on === 'timer' || on === 'replay'

class Chunks {
  readonly #work: BatchWork
  readonly #source: RecordSource
  readonly #outgoing: OutgoingOrder
  readonly #store: EffectsStore
  /** Of what is done so far. */
  readonly #total: BatchOutcome
  readonly #passedOver: PassedOver
  /** Of records that were given up before any was handled: for the next transaction. */
  #waiting: readonly Outgoing[]
  /** Keys with an unfinished record in an earlier chunk. */
  #blocked: ReadonlySet<string> = new Set()

  constructor(
    work: BatchWork,
    source: RecordSource,
    outgoing: OutgoingOrder,
    total: BatchOutcome,
    passedOver: PassedOver,
    waiting: readonly Outgoing[],
  ) {
    this.#work = work
    this.#waiting = waiting
    this.#passedOver = passedOver
    this.#total = total
    this.#source = source
    this.#outgoing = outgoing
    this.#store = work.store()
  }

  /** Until its effects are committed. `isLast`: no chunk comes after it. Throws Fenced. */
  async handle(chunk: readonly RecordContext[], isLast: boolean): Promise<ChunkEnd> {
    const { conversation, scope } = this.#work
    for (let round = 1; ; round++) {
      const records = round === 1 ? chunk : chunk.map((record) => this.anew(record))
      const attempt = this.#attempt(isLast)
      let applied: ApplyOutcome
      try {
        applied = await attempt.run(records)
      } catch (error) {
        await attempt.undo()
        if (isAway('postgres', error)) {
          await conversation.waitFor('postgres', error)
          continue
        }
        if (!(error instanceof EffectsRefused)) throw error
        const [record] = records
        if (record === undefined || records.length > 1) return { kind: 'refused' }
        return this.#refusedFor(record, isLast, error.cause)
      }
      if (applied.kind === 'applied' || applied.kind === 'already-done') return this.#ended(attempt)
      await attempt.undo()
      if (applied.kind === 'fenced') throw new Fenced(applied)
      // By this very batch, if the answer to its COMMIT was lost: the owner looks what is left of it.
      if (isForTheOwner(applied.on))
        return { kind: 'done', outcome: this.#attempt(isLast).outcome, stopped: true }
      if (round % conflictsInARow === 0) {
        const reason = `other batches keep writing the same ${applied.on === 'inbox' ? 'idempotency keys' : 'states'} as ${scope.unit.actor}`
        await conversation.ask({ kind: 'waiting', for: 'postgres', reason })
      }
    }
  }

  /** E5: the failure is the record's; what is still written is that it is dead, if it is. */
  async #refusedFor(record: RecordContext, isLast: boolean, error: unknown): Promise<ChunkEnd> {
    for (;;) {
      const attempt = this.#attempt(isLast)
      const failed = this.anew(record)
      failed.failedBefore = { error }
      try {
        const applied = await attempt.run([failed])
        if (applied.kind === 'fenced') throw new Fenced(applied)
        if (applied.kind === 'conflict') {
          await attempt.undo()
          if (isForTheOwner(applied.on))
            return { kind: 'done', outcome: this.#attempt(isLast).outcome, stopped: true }
          continue // somebody handled its key meanwhile: it will be a duplicate
        }
        return this.#ended(attempt)
      } catch (again) {
        await attempt.undo()
        if (!isAway('postgres', again)) throw again instanceof EffectsRefused ? again.cause : again
        await this.#work.conversation.waitFor('postgres', again)
      }
    }
  }

  #attempt(isLast: boolean): ChunkAttempt {
    const blocked = new Set(this.#blocked)
    return new ChunkAttempt(
      this.#work,
      this.#store,
      this.#outgoing,
      blocked,
      isLast ? { total: this.#total, passedOver: this.#passedOver } : undefined,
      this.#work.task.parked !== undefined || this.#total.report.parked > 0,
      this.#waiting,
    )
  }

  #ended({ blocked, outcome, stopped }: ChunkAttempt): ChunkEnd {
    this.#blocked = blocked
    this.#waiting = []
    return { kind: 'done', outcome, stopped }
  }

  /** Before it is handled once more. */
  anew(record: RecordContext): RecordContext {
    return record.anew(this.#source.again(record))
  }
}
