/**
 * effects: 'postgres'. A batch's records are decoded first, so that one query tells which were handled before and one
 * more loads the states of their keys; then they are handled, their effects collected; dead letters are acknowledged;
 * and last the effects are applied in one short transaction, events for the outbox among them.
 *
 * E1. A record's effects are applied only with its inbox entry, in the same transaction.
 * E2. Events leave if and only if that transaction is committed: they are rows of it, which the unit's row numbers.
 *     Dead letters are acknowledged by Kafka before it: a crash between the two makes them again, at the same offset.
 *     Without progress there is nothing to number events: they go the way of dead letters, with the same ids again.
 * E3. A transaction that could not be had or not be committed is tried again without `receive`; one that conflicts
 *     with another batch's is undone and its records are handled again with what that batch has left. Neither uses
 *     up an attempt.
 * E4. With progress, the last transaction of a batch that leaves nothing unfinished tells the unit's row so, with the
 *     outcomes of all its records, also when it has no effects; every other one only shows its epoch. What the row
 *     does not take is given up (Fenced).
 * E5. What Postgres refuses (an author's own tracking, say) is found by handling the records one at a time: it fails
 *     the record it came from and leaves the others alone.
 */

import type { ApplyOutcome, EffectsStore, InteractiveTransaction } from '../delivery/effects.ts'
import { noOutcomes, sumOfCounts, type Progress } from '../delivery/index.ts'
import type { OutboxRow } from '../delivery/outbox.ts'
import { BatchOutcome } from './batch-outcome.ts'
import { isAway } from './conversation.ts'
import { settleTwins, sortByKey, withoutSeen } from './duplicates.ts'
import type { BatchWork } from './batch-work.ts'
import { callReceive } from './call-receive.ts'
import { Fenced } from './fenced.ts'
import { KeyedStates } from './keyed-states.ts'
import type { OutgoingOrder } from './outgoing-order.ts'
import type { RecordContext } from './record-context.ts'
import { RecordRun, type RunRules } from './record-run.ts'
import type { RecordSource } from './record-source.ts'
import { withinSavepoint } from './within-savepoint.ts'

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
  await outgoing.acknowledged(total.outgoing)

  const chunks = new Chunks(work, source, outgoing, total)
  let size = work.scope.actor.sql ? recordsPerTransaction : records.length
  let stopped = false
  // E4: a batch of which nothing is left to handle is finished, too.
  if (records.length === 0) await chunks.handle([], true)
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

class Chunks {
  readonly #work: BatchWork
  readonly #source: RecordSource
  readonly #outgoing: OutgoingOrder
  readonly #store: EffectsStore
  /** Of what is done so far. */
  readonly #total: BatchOutcome
  /** Keys with an unfinished record in an earlier chunk. */
  #blocked: ReadonlySet<string> = new Set()

  constructor(work: BatchWork, source: RecordSource, outgoing: OutgoingOrder, total: BatchOutcome) {
    this.#work = work
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
        if (applied.kind === 'conflict') continue // somebody handled its key meanwhile: it will be a duplicate
        if (applied.kind === 'fenced') throw new Fenced(applied)
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
      isLast ? this.#total : undefined,
    )
  }

  #ended({ blocked, outcome, stopped }: ChunkAttempt): ChunkEnd {
    this.#blocked = blocked
    return { kind: 'done', outcome, stopped }
  }

  /** Before it is handled once more. */
  anew(record: RecordContext): RecordContext {
    return record.anew(this.#source.again(record))
  }
}

/** Wraps what `apply` threw when it was neither away nor in conflict. */
class EffectsRefused extends Error {
  override readonly name = 'EffectsRefused'
}

/** One run of a chunk, from its duplicates to its transaction. */
class ChunkAttempt {
  readonly outcome: BatchOutcome
  readonly blocked: Set<string>
  stopped = false
  readonly #work: BatchWork
  readonly #store: EffectsStore
  readonly #outgoing: OutgoingOrder
  readonly #states = new KeyedStates()
  /** What the batch had done before its last chunk; undefined: this is not the last one. */
  readonly #before: BatchOutcome | undefined
  #transaction: InteractiveTransaction | undefined

  constructor(
    work: BatchWork,
    store: EffectsStore,
    outgoing: OutgoingOrder,
    blocked: Set<string>,
    before: BatchOutcome | undefined,
  ) {
    this.#work = work
    this.#before = before
    this.#store = store
    this.#outgoing = outgoing
    this.blocked = blocked
    this.outcome = new BatchOutcome(work.scope, work.circumstances)
  }

  async run(records: readonly RecordContext[]): Promise<ApplyOutcome> {
    const { scope } = this.#work
    const { firsts, twins } = sortByKey(records, scope.actor)
    const keys = firsts.flatMap(({ inboxKey }) => inboxKey ?? [])
    const hits = keys.length === 0 ? [] : await this.#patiently(() => this.#store.seen(scope.unit, keys))
    const unseen = withoutSeen(firsts, hits, scope.unit, this.outcome)
    await this.#loadStates(unseen)
    await this.#receive(unseen)
    settleTwins(twins, this.outcome)
    return this.#apply(await this.#outbox())
  }

  /** Gives up what was not applied. */
  async undo(): Promise<void> {
    const transaction = this.#transaction
    this.#transaction = undefined
    this.#work.scope.transaction = undefined
    // The connection may be what failed; the server undoes it then.
    await transaction?.rollback().catch(() => undefined)
  }

  async #loadStates(records: readonly RecordContext[]): Promise<void> {
    for (const record of records) {
      const { key, inboxKey } = record
      if (key !== undefined && inboxKey !== undefined) {
        record.slot = this.#states.slot({ tenant: inboxKey.tenant, key })
      }
    }
    const slots = this.#states.all()
    if (slots.length === 0) return
    const loaded = await this.#patiently(() => this.#store.loadStates(this.#work.scope.unit, slots))
    for (const [index, state] of loaded.entries()) slots[index]?.load(state)
  }

  async #receive(records: readonly RecordContext[]): Promise<void> {
    const { scope } = this.#work
    const { order, concurrency, sql } = scope.actor
    let call: RunRules['call'] = (record) => callReceive(scope, record)
    if (sql && records.length > 0) {
      const transaction = await this.#patiently(() => this.#store.begin())
      this.#transaction = transaction
      scope.transaction = transaction
      call = (record) => withinSavepoint(transaction, scope, record)
    }
    let at = 0
    const supply = {
      next: () => records[at++],
      leaveRest: () => {
        for (const { index, attempt } of records.slice(at)) this.outcome.left(index, attempt)
      },
    }
    const run = new RecordRun(
      scope,
      this.outcome,
      supply,
      { order, concurrency, keyed: order !== 'partition', call },
      this.blocked,
    )
    await this.#work.clock.timed('handleMs', () => run.run())
    this.stopped = run.stopped
  }

  /** E2. */
  async #outbox(): Promise<readonly OutboxRow[]> {
    const { outgoing } = this.outcome
    const isNumbered = this.#work.task.progress !== undefined
    await this.#outgoing.acknowledged(isNumbered ? outgoing.filter(({ kind }) => kind !== 'event') : outgoing)
    return isNumbered ? this.#outgoing.rows(outgoing) : []
  }

  async #apply(outbox: readonly OutboxRow[]): Promise<ApplyOutcome> {
    const { scope } = this.#work
    const { inbox, moves, duplicates, tracked } = this.outcome
    const states = this.#states.writes()
    const transaction = this.#transaction
    const progress = this.#progress()
    const isSilent = progress === undefined || progress.ranges.length === 0
    const keyCount = inbox.length + moves.length
    const effectCount = keyCount + duplicates.length + tracked.length + states.length + outbox.length
    if (!transaction && isSilent && effectCount === 0) {
      return { kind: 'applied' }
    }
    const effects = {
      unit: scope.unit,
      inbox,
      moves,
      duplicates,
      states,
      tracked,
      applyTracked: scope.actor.applyTracked,
      ...(progress && { progress, outbox }),
    }
    const startMs = this.#work.circumstances.now()
    try {
      const applied = transaction
        ? await this.#work.clock.timed('storeMs', () => this.#store.apply(effects, transaction))
        : await this.#patiently(() => this.#store.apply(effects))
      if (applied.kind === 'applied' || applied.kind === 'already-done') {
        this.outcome.stored({ startMs, endMs: this.#work.circumstances.now() })
        this.#transaction = undefined
        scope.transaction = undefined
      }
      return applied
    } catch (error) {
      if (scope.discarded || isAway('postgres', error)) throw error
      throw new EffectsRefused('Postgres did not take the effects', { cause: error })
    }
  }

  /** E4. */
  #progress(): Progress | undefined {
    const { progress, isPart } = this.#work.task
    if (progress === undefined) return undefined
    const before = this.#before
    const isEnd = !isPart && before?.unfinished.length === 0 && this.outcome.unfinished.length === 0
    if (!isEnd) return { ...progress, ranges: [], counts: noOutcomes() }
    return { ...progress, counts: [before.counts, this.outcome.counts].reduce(sumOfCounts, progress.counts) }
  }

  #patiently<T>(attempt: () => Promise<T>): Promise<T> {
    const { clock, conversation } = this.#work
    return clock.timed('storeMs', () => conversation.patiently('postgres', attempt))
  }
}
