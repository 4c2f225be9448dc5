/**
 * The replays of a unit, one after the other, in one epoch of its owner: a part of the past is read, put aside into a lane
 * batch by batch, and what is done of it is read back from Postgres, which alone knows. Rules: runtime/delivery/replay.ts.
 *
 * UR1. One batch is in hand. What is done is known from the row before another is put aside: what was lost with a worker, or
 *      answered too late, is found out there.
 * UR2. All of a replay goes through one lane: its records keep their order among each other, as far as their key has one.
 */

import { writeBatch } from '../../batch/index.ts'
import {
  hopelessReplay,
  includes,
  type Replay,
  type ReplayStore,
  type ReplayWork,
  type Unit,
} from '../../delivery/index.ts'
import type { LaneWork, PartitionActor } from '../../partition/index.ts'
import type { RecordAttempt, UnfinishedRecord } from '../../pool/index.ts'
import type { Offset } from '../../topic-partition.ts'
import { TroupeError } from '../../errors.ts'
import { Lookout, type LookoutPorts } from '../lookout.ts'
import type { ReplayBoard } from './replay-board.ts'
import type { LogRecord, ReplayLog } from './replay-log.ts'

export interface ReplaySources {
  readonly board: ReplayBoard
  readonly store: ReplayStore
  readonly log: Pick<ReplayLog, 'read'>
}

export interface UnitReplaysPorts extends LookoutPorts, ReplaySources {
  /** Something was put into a lane. */
  offered(): void
  gaveUp(id: number, why: string): void
}

/** Of one batch. */
const mostRecords = 500
const mostBytes = 1_048_576

/** UR2. */
const lane = 0

/** The unit is paused, or gives back. */
const notTakenMs = 1_000

/** What was read of a replay and is not known to be done. */
interface Ahead {
  readonly id: number
  records: readonly LogRecord[]
  /** Everything below was read. */
  to: Offset
  /** Since the row was told last. */
  gone: number
  /** Of records that failed. */
  readonly attempts: Map<Offset, number>
}

interface InHand {
  readonly workId: number
  readonly work: ReplayWork
  readonly dueMs: number
}

export class UnitReplays {
  readonly #unit: Unit
  readonly #actor: PartitionActor
  readonly #ports: UnitReplaysPorts
  readonly #epoch: number
  readonly #lookout: Lookout
  readonly #unwatch: () => void
  #ahead: Ahead | undefined
  /** UR1. */
  #inHand: InHand | undefined
  /** RP6: what was given out in this epoch has told of itself. */
  #isSound = false

  constructor(unit: Unit, actor: PartitionActor, ports: UnitReplaysPorts) {
    this.#unit = unit
    this.#actor = actor
    this.#ports = ports
    this.#epoch = actor.epoch
    this.#lookout = new Lookout(ports, () => this.#lookOnce())
    this.#unwatch = ports.board.watch(() => {
      this.#lookout.look()
    })
    this.#lookout.look()
  }

  /** For the task of a batch that was put aside here. */
  workOf({ workId }: LaneWork): ReplayWork | undefined {
    return this.#inHand?.workId === workId ? this.#inHand.work : undefined
  }

  /** A batch that was put aside here has ended. `afterMs`: what is left of it should wait so long. */
  ended(
    { workId }: LaneWork,
    unfinished: readonly Pick<UnfinishedRecord, 'index' | 'attempt'>[],
    afterMs: number,
  ): void {
    const inHand = this.#inHand
    if (inHand?.workId !== workId) return
    for (const { index, attempt } of unfinished) {
      const offset = inHand.work.offsets[index]
      if (offset !== undefined) this.#ahead?.attempts.set(offset, attempt)
    }
    this.#inHand = undefined
    this.#isSound = true
    this.#lookout.lookIn(Math.max(afterMs, inHand.dueMs - this.#ports.monotonicMs(), 0))
  }

  /** The epoch is over. */
  end(): void {
    this.#unwatch()
    this.#lookout.end()
  }

  async #lookOnce(): Promise<void> {
    if (this.#inHand !== undefined) return // UR1
    const { board, store } = this.#ports
    const id = board.of(this.#unit)
    if (id === undefined) {
      this.#ahead = undefined
      return
    }
    const replay = await store.replay(id)
    if (replay?.state !== 'running') {
      board.drop(id)
      this.#lookout.lookIn(0)
      return
    }
    const ahead = await this.#aheadOf(replay).catch((error: unknown) => this.#unreadable(id, error))
    if (ahead === undefined) return
    const next = ahead.records[0]?.offset ?? ahead.to
    if (next > replay.nextOffset || next === replay.range.to) {
      await store.advance(id, replay.nextOffset, next, ahead.gone)
      ahead.gone = 0
    }
    if (ahead.records.length === 0) this.#lookout.lookIn(0)
    else await this.#putAside(replay, ahead)
  }

  /** What of it is not done, read where nothing is left of what was. */
  async #aheadOf({ id, range, nextOffset, done }: Replay): Promise<Ahead> {
    const isDue = ({ offset }: LogRecord): boolean => offset >= nextOffset && !includes(done, offset)
    if (this.#ahead?.id !== id)
      this.#ahead = { id, records: [], to: nextOffset, gone: 0, attempts: new Map() }
    const ahead = this.#ahead
    ahead.records = ahead.records.filter(isDue)
    if (ahead.records.length > 0 || ahead.to >= range.to) return ahead
    const { records, end, gone } = await this.#ports.log.read(this.#unit, ahead.to, range.to)
    ahead.records = records.filter(isDue)
    ahead.to = end
    ahead.gone += gone
    ahead.attempts.clear()
    return ahead
  }

  /** Kafka is away, or it refuses what was asked: that is no reason to end the process. */
  async #unreadable(id: number, error: unknown): Promise<undefined> {
    if (!(error instanceof TroupeError) || error.retryable || error.code === 'BUG') throw error
    await this.#giveUp(id, error.message)
    this.#lookout.lookIn(0)
  }

  async #giveUp(id: number, why: string): Promise<void> {
    await this.#ports.store.giveUp(id, why)
    this.#ports.gaveUp(id, why)
  }

  async #putAside(replay: Replay, ahead: Ahead): Promise<void> {
    const { id, dedupe, ratePerS } = replay
    const batch = firstOf(ahead.records, Math.min(mostRecords, Math.max(1, Math.floor(ratePerS / 5))))
    const tries = await this.#ports.store.beginBatch(id, this.#isSound)
    const hopeless = hopelessReplay(tries ?? 0, replay.nextOffset)
    if (tries === undefined || hopeless !== undefined) {
      if (hopeless !== undefined) await this.#giveUp(id, hopeless)
      this.#lookout.lookIn(0)
      return
    }
    const offsets = batch.map(({ offset }) => offset)
    const workId = this.#actor.offerAside(this.#epoch, {
      lane,
      batch: writeBatch(batch),
      firstOffset: offsets[0] ?? 0,
      lastOffset: offsets.at(-1) ?? 0,
      records: offsets.map((offset, index) => attemptAt(index, ahead.attempts.get(offset))),
    })
    if (workId === undefined) {
      this.#isSound = true
      this.#lookout.lookIn(notTakenMs)
      return
    }
    this.#isSound = false
    const dueMs = this.#ports.monotonicMs() + (1_000 * batch.length) / ratePerS
    this.#inHand = { workId, work: { id, dedupe, offsets }, dueMs }
    this.#ports.offered()
  }
}

const attemptAt = (index: number, attempt = 1): RecordAttempt => ({ index, attempt })

const firstOf = (records: readonly LogRecord[], most: number): readonly LogRecord[] => {
  let bytes = 0
  const enough = records.findIndex(({ key, value }, nth) => {
    bytes += (key?.length ?? 0) + (value?.length ?? 0)
    return nth > 0 && bytes > mostBytes
  })
  return records.slice(0, enough === -1 ? most : Math.min(most, enough))
}
