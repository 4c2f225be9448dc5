/**
 * The partition actor: one actor's way through one assigned partition. It decides what may be drained, what is given
 * to a worker next and what may be committed; adapters do it. It holds no clock, no thread and no broker.
 *
 * P1  The frontier never passes an unfinished record, and never goes back within an epoch.
 * P2  Work is given out once in an epoch; again only after `retryLater` and `release`, with the list of what is left.
 * P3  What belongs to an earlier epoch changes nothing: neither a completion nor a drain that was under way.
 * P4  Order per lane: the mailbox's M1 and M2.
 * P5  Memory: what is held stays within the credit (credit.ts).
 * P6  What waits in a lane is given out as one work when its turn comes, so that batches are as long as work takes.
 */

import { TroupeError } from '../errors.ts'
import type { Offset } from '../topic-partition.ts'
import { Credit, noAllowance, type Allowance } from './credit.ts'
import { checkDelivery, checkLane, checkOptions, misused } from './check.ts'
import { Frontier } from './frontier.ts'
import { nextLifecycle, type Lifecycle } from './lifecycle.ts'
import { Mailbox } from './mailbox/mailbox.ts'
import { defaultMaxOpenBatches, type PartitionActorOptions } from './options.ts'
import type { AsideWork, HeldWork, LaneBatch, LaneWork, UnfinishedRecord } from './work.ts'

export class PartitionActor {
  readonly #options: PartitionActorOptions
  #lifecycle: Lifecycle = 'assigned'
  #epoch: number
  #mailbox: Mailbox
  #credit: Credit
  #frontier: Frontier
  /** Everything that was delivered and is not finished. */
  #held = new Map<number, HeldWork>()
  /** lane → where its latest work ends; a lane without any begins where the way began. */
  #covered: Offset[] = []
  #begin: Offset | undefined
  #lastWorkId = 0
  #dispatched = 0

  /** Throws PARTITION_MISUSED when a bound is not a whole number above zero. */
  constructor(options: PartitionActorOptions) {
    checkOptions(options)
    this.#options = options
    this.#epoch = options.epoch
    this.#mailbox = this.#newMailbox()
    this.#credit = new Credit(options)
    this.#frontier = new Frontier(options.position)
    this.#begin = options.position
  }

  get lifecycle(): Lifecycle {
    return this.#lifecycle
  }

  get epoch(): number {
    return this.#epoch
  }

  /** The offset after the last one delivered; undefined until it is known. */
  get position(): Offset | undefined {
    return this.#frontier.position
  }

  /** No work is in a worker's hands. */
  get idle(): boolean {
    return this.#dispatched === 0
  }

  /** Batches given out and not yet answered. */
  get dispatched(): number {
    return this.#dispatched
  }

  /** Delivered and not finished: in the mailbox, given out, or waiting for a retry. */
  get unfinishedRecords(): number {
    return this.#credit.records
  }

  get unfinishedBytes(): number {
    return this.#credit.bytes
  }

  /** What the next drain may bring; zeros: do not drain. Start it with `epoch` in hand, `deliver` asks for it. */
  credit(): Allowance {
    if (this.#lifecycle !== 'running') return noAllowance
    const maxOpen = this.#options.maxOpenBatches ?? defaultMaxOpenBatches
    return this.#frontier.openBatches < maxOpen ? this.#credit.left() : noAllowance
  }

  /**
   * What a drain brought, and the offset after the last one it read (undefined: it read nothing). `epoch` is the one
   * that held when the drain began. False: not taken, because the epoch is over or the partition is being given back.
   * Records below the position are passed over: they were delivered before, and the source was rewound for another's
   * sake. Throws PARTITION_MISUSED when the views cannot be, or exceed the credit.
   */
  deliver(epoch: number, views: readonly LaneBatch[], nextOffset: Offset | undefined): boolean {
    // P3: records drained before a rewind would leave a hole behind them if they were taken after it.
    if (epoch !== this.#epoch) return false
    if (this.#lifecycle === 'draining' || this.#lifecycle === 'revoked') return false
    if (this.#lifecycle === 'assigned') {
      throw new TroupeError(
        'PARTITION_MISUSED',
        'records were delivered to a partition actor before it was started',
      )
    }
    if (nextOffset === undefined && views.length === 0) return true
    checkDelivery(views, nextOffset, this.#options.lanes, this.#options.maxRecords - this.#credit.records)
    const position = this.#frontier.position ?? 0
    // The frontier wants work in the order of first offsets; lanes of one drain overlap.
    for (const view of views.toSorted((a, b) => a.firstOffset - b.firstOffset)) {
      if (view.lastOffset >= position) this.#accept(view, Math.max(view.firstOffset, position), nextOffset)
    }
    this.#frontier.advancePosition(nextOffset)
    return true
  }

  /**
   * Work of a lane that was not delivered: it takes its turn there, costs no credit and holds no frontier. Its id;
   * undefined: not taken, because the epoch is over or nothing is dispatched any more. It cannot be `retryLater`.
   */
  offerAside(
    epoch: number,
    { lane, batch, records, firstOffset, lastOffset }: AsideWork,
  ): number | undefined {
    if (epoch !== this.#epoch || this.#lifecycle !== 'running') return undefined
    checkLane(lane, this.#options.lanes)
    const workId = (this.#lastWorkId += 1)
    const place = { firstOffset, lastOffset, range: { from: 0, to: 0 }, isWhole: false }
    const work: HeldWork = {
      ...{ workId, lane, count: records.length, bytes: batch.byteLength, ...place, isAside: true },
      ...{ state: 'queued', batch, records, oldest: undefined },
    }
    this.#held.set(workId, work)
    this.#mailbox.putAside(work)
    return workId
  }

  /** A lane has nothing to do, or soon has not: false where a drain would only lengthen what waits (P6). */
  get wantsMore(): boolean {
    return this.#mailbox.wantsMore
  }

  /** The next work to dispatch; undefined: nothing may be dispatched now. */
  take(): LaneWork | undefined {
    if (this.#lifecycle !== 'running') return undefined
    const work = this.#mailbox.take()
    if (work?.batch === undefined) return undefined
    const { workId, lane, count, bytes, firstOffset, lastOffset, batch, records, range, isAside } = work
    work.state = 'dispatched'
    work.batch = undefined
    this.#dispatched += 1
    const place = { epoch: this.#epoch, lane, firstOffset, lastOffset, range, isAside }
    return { workId, count, bytes, batch, records, ...place }
  }

  /** Every record of the work is finished. False: of another epoch, or not given out; nothing was changed (P3). */
  complete(epoch: number, workId: number): boolean {
    const work = this.#inState('dispatched', epoch, workId)
    if (work === undefined) return false
    work.state = 'finished'
    this.#dispatched -= 1
    this.#held.delete(workId)
    if (!work.isAside) this.#credit.giveBack(work.count, work.bytes)
    this.#mailbox.finished(work)
    return true
  }

  /**
   * Some records are to be tried again after a wait; their lane stays blocked (order `none`: holds up nothing else).
   * `unfinished` undefined: nothing was handled, the work is to be given out as it was. `batch` is the work's buffer,
   * handed back; where it is lost, `rewind`. False as for `complete`.
   */
  retryLater(
    epoch: number,
    workId: number,
    unfinished: readonly UnfinishedRecord[] | undefined,
    batch: ArrayBuffer,
  ): boolean {
    const work = this.#inState('dispatched', epoch, workId)
    if (work === undefined) return false
    if (work.isAside) misused('work that was put aside is to be tried again: complete it instead')
    if (unfinished?.length === 0) {
      throw new TroupeError(
        'PARTITION_MISUSED',
        'work to be tried again names no unfinished record: complete it instead',
      )
    }
    work.state = 'waiting'
    work.batch = batch
    work.records = unfinished ?? work.records
    if (unfinished !== undefined) {
      const first = unfinished.reduce((least, { index }) => Math.min(least, index), Infinity)
      work.oldest = this.#options.stampOf?.(batch, work.firstOffset, first)
    }
    this.#dispatched -= 1
    this.#mailbox.waits(work)
    return true
  }

  /** The wait is over: `take` gives the work again. False: of another epoch, or not waiting. */
  release(epoch: number, workId: number): boolean {
    const work = this.#inState('waiting', epoch, workId)
    if (work === undefined) return false
    this.#mailbox.putBack(work)
    return true
  }

  /** Its epoch and position are known: it may drain and dispatch. */
  start(): void {
    if (this.#lifecycle === 'paused') this.#refuse('start', 'resume it instead')
    this.#go('running')
  }

  pause(): void {
    this.#go('paused')
  }

  resume(): void {
    if (this.#lifecycle === 'assigned') this.#refuse('resume', 'start it instead')
    this.#go('running')
  }

  /** The partition will be given back: nothing more is dispatched. Wait until `idle`, commit the frontier, `revoke`. */
  drain(): void {
    this.#go('draining')
  }

  /** The partition is no longer ours: everything held is dropped, and there is nothing to commit any more. */
  revoke(): void {
    this.#go('revoked')
    this.#dropHeld(undefined)
  }

  /**
   * Everything held is dropped, what is in flight counts no more, and the way begins again at `offset` in a new epoch:
   * a buffer was lost with its worker, or a fence took the unit away and it was taken again. Move the source there
   * too, and begin no drain before it has moved. `offset` beyond the frontier skips records: the caller answers for it.
   */
  rewind(epoch: number, offset: Offset): void {
    if (this.#lifecycle === 'revoked') this.#refuse('rewind', 'it ended')
    if (!Number.isSafeInteger(epoch) || epoch <= this.#epoch) {
      throw new TroupeError(
        'PARTITION_MISUSED',
        `epoch ${String(epoch)} does not follow epoch ${String(this.#epoch)}`,
      )
    }
    if (!Number.isSafeInteger(offset) || offset < 0) {
      throw new TroupeError(
        'PARTITION_MISUSED',
        `a partition actor cannot rewind to offset ${String(offset)}`,
      )
    }
    this.#epoch = epoch
    this.#dropHeld(offset)
  }

  /** The offset to commit (P1); undefined when there is none: nothing is known yet, or the partition is gone. */
  frontier(): Offset | undefined {
    return this.#lifecycle === 'revoked' ? undefined : this.#frontier.committable()
  }

  /**
   * When the first record was made that was delivered and is not finished, by its timestamp, in ms since the epoch.
   * undefined: nothing is unfinished, or that record has no timestamp.
   */
  oldestUnfinishedAtMs(): number | undefined {
    return this.#frontier.oldestUnfinished()?.timestampMs
  }

  #accept(view: LaneBatch, firstOffset: Offset, nextOffset: Offset): void {
    const { lane, count, bytes, lastOffset, batch } = view
    const workId = (this.#lastWorkId += 1)
    const work: HeldWork = {
      workId,
      lane,
      count,
      bytes,
      firstOffset,
      lastOffset,
      isWhole: firstOffset === view.firstOffset,
      range: { from: this.#covered[lane] ?? this.#begin ?? firstOffset, to: nextOffset },
      isAside: false,
      state: 'queued',
      batch,
      records: undefined,
      // Below the position are records that were finished before.
      oldest: this.#options.stampOf?.(batch, firstOffset, 0),
    }
    this.#covered[lane] = nextOffset
    this.#held.set(workId, work)
    this.#credit.spend(count, bytes)
    this.#frontier.add(work)
    this.#mailbox.put(work)
  }

  #newMailbox(): Mailbox {
    const { order, lanes, joining } = this.#options
    return new Mailbox(order, lanes, joining, ({ workId }) => this.#held.delete(workId))
  }

  #inState(state: HeldWork['state'], epoch: number, workId: number): HeldWork | undefined {
    if (epoch !== this.#epoch) return undefined
    const work = this.#held.get(workId)
    return work?.state === state ? work : undefined
  }

  #dropHeld(position: Offset | undefined): void {
    this.#mailbox = this.#newMailbox()
    this.#credit = new Credit(this.#options)
    this.#frontier = new Frontier(position)
    this.#held = new Map()
    this.#covered = []
    this.#begin = position
    this.#dispatched = 0
  }

  #go(to: Lifecycle): void {
    this.#lifecycle = nextLifecycle(this.#lifecycle, to)
  }

  #refuse(what: string, instead: string): never {
    throw new TroupeError(
      'TRANSITION_UNLISTED',
      `cannot ${what} a partition actor that is ${this.#lifecycle}: ${instead}`,
    )
  }
}
