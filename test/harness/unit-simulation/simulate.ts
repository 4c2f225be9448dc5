/**
 * A deterministic life of one unit with many owners: records that fail, are refused, end their thread or their process;
 * owners that are killed, fenced, or go in order, with other numbers of lanes. What decides is the real thing: start rule,
 * fence, ledger, directives, suspects, parked keys. The same numbers give the same run.
 *
 * After every commit: each record has its effect once, behind all before it of its key; only an owner of the present epoch
 * commits; nobody is blamed who did nothing. No owner runs at full speed what ended one before it. In the end all is settled.
 */

import { refusalOf } from '../../../runtime/delivery/fence.ts'
import {
  emptyLedger,
  isDone,
  newlyDone,
  withDone,
  withLanes,
  type Ledger,
} from '../../../runtime/delivery/ledger.ts'
import { noOutcomes } from '../../../runtime/delivery/outcome.ts'
import { defaultStartPolicies, startOf } from '../../../runtime/delivery/start.ts'
import type { BatchEffects } from '../../../runtime/delivery/index.ts'
import { memoryParkingStore } from '../../../runtime/store/memory-parking-store.ts'
import { failureOfChild, Suspects, suspectsOf, type Loss } from '../../../runtime/supervision/index.ts'
import { SimulatedLog } from './simulated-log.ts'
import { SimulatedRun } from './simulated-run.ts'
import { must, policy, unit, Violation, type SimulatedRecord } from './simulated-unit.ts'

/** By the low bits of a step; the rest of it decides how. */
const actions = [
  ...(['append', 'append', 'take', 'take', 'steal', 'drain', 'drain', 'drain', 'drain'] as const),
  ...(['work', 'work', 'work', 'work', 'work', 'work', 'work', 'work', 'work', 'aside', 'aside'] as const),
  ...([
    'aside',
    'tick',
    'tick',
    'kill',
    'give back',
    'give back',
    'commit and die',
    'stale',
    'stale',
  ] as const),
  ...(['end from outside', 'release', 'drain'] as const),
] as const
type Action = (typeof actions)[number]

interface Work {
  readonly lane: number
  readonly from: number
  readonly to: number
  readonly records: readonly SimulatedRecord[]
  /** offset → the number of its next attempt; absent: the first. Of what is not finished here. */
  readonly attempts: Map<number, number>
  readonly finished: Set<number>
}

interface Owner {
  readonly epoch: number
  readonly lanes: number
  /** As it was taken. */
  readonly ledger: Ledger
  readonly suspectBelow: number
  readonly asideSuspectBelow: number
  readonly suspects: Suspects
  position: number
  works: Work[]
}

const budget = { restarts: 1_000_000, withinMs: 1 }
const credit = 8

/** Throws Violation. */
export const simulate = async (logSeed: number, steps: readonly number[]): Promise<void> => {
  const world = new World(logSeed)
  for (const step of steps) await world.act(actions[step % 32] ?? 'work', step >>> 5)
  await world.bringToRest()
}

class World {
  #now = 0
  #threads = 0
  readonly #log: SimulatedLog
  readonly #parking = memoryParkingStore(() => this.#now)
  readonly #row = { epoch: 0, lanes: 1, clean: true, ledger: undefined as Ledger | undefined }
  #owner: Owner | undefined
  #stale: Owner[] = []

  constructor(seed: number) {
    this.#log = new SimulatedLog(seed)
  }

  async act(action: Action, how: number): Promise<void> {
    const owner = this.#owner
    switch (action) {
      case 'append':
        for (let n = how % 4; n >= 0 && this.#log.end < 40; n -= 1) this.#log.append()
        break
      case 'take':
        if (owner === undefined) this.#take(1 + (how % 3))
        break
      case 'steal':
        if (owner && how % 4 === 0) this.#stale.push(owner)
        if (owner && how % 4 === 0) this.#take(1 + (how % 3))
        break
      case 'drain':
        if (owner) this.#drain(owner, 1 + (how % 4))
        break
      case 'work':
        if (owner) this.#work(owner, how, 'live')
        break
      case 'commit and die':
        if (owner && how % 2 === 0) this.#work(owner, how, 'die')
        break
      case 'end from outside':
        if (owner) this.#work(owner, how, 'child is killed')
        break
      case 'stale': {
        const stale = this.#stale[how % Math.max(this.#stale.length, 1)]
        if (stale) this.#work(stale, how >>> 2, 'live')
        break
      }
      case 'aside':
        if (owner) await this.#aside(owner, how)
        break
      case 'tick':
        this.#now += how % 8
        break
      case 'kill':
        if (how % 4 === 0) this.#owner = undefined
        break
      case 'give back':
        if (owner?.works.length === 0) this.#giveBack(owner)
        break
      case 'release':
        if (how % 4 === 0) await this.#releaseHeld()
        break
      default:
        action satisfies never
    }
  }

  async bringToRest(): Promise<void> {
    this.#stale = []
    for (let round = 0; round < 300; round += 1) {
      this.#now += 20
      if (!this.#owner) this.#take(1 + (round % 3))
      for (const step of [0, 1, 2, 3]) {
        if (this.#owner) this.#drain(this.#owner, 4)
        if (this.#owner) this.#work(this.#owner, step, 'live')
        if (this.#owner) await this.#aside(this.#owner, step)
      }
      await this.#releaseHeld()
      if (await this.#isAtRest()) return
    }
    const left = this.#log.unsettled
    throw new Violation(
      `it stands still: ${JSON.stringify({ left, row: this.#row, works: this.#owner?.works })}`,
    )
  }

  async #isAtRest(): Promise<boolean> {
    const { records } = await this.#parking.survey(unit)
    return this.#log.unsettled.length === 0 && records === 0 && this.#row.ledger?.frontier === this.#log.end
  }

  #take(lanes: number): void {
    const wasClean = this.#row.clean
    const ledger = this.#row.ledger && withLanes(this.#row.ledger, lanes)
    Object.assign(this.#row, { epoch: this.#row.epoch + 1, clean: false, lanes, ledger })
    const log = { committed: undefined, low: 0, end: this.#log.end, topicId: 't' }
    const decision = startOf(
      this.#row.epoch === 1 ? undefined : { ledger, topicId: 't' },
      lanes,
      log,
      defaultStartPolicies,
    )
    if (decision.kind !== 'start') throw new Violation(`it does not start: ${decision.message}`)
    must(decision.offset === (ledger?.frontier ?? 0), 'it starts elsewhere than where it stood')
    this.#row.ledger = ledger ?? emptyLedger(lanes, 0)
    const suspects = suspectsOf(decision.ledger, wasClean, credit, log.end)
    this.#owner = {
      epoch: this.#row.epoch,
      lanes,
      ledger: decision.ledger,
      suspectBelow: suspects.at(-1)?.to ?? 0,
      asideSuspectBelow: wasClean ? 0 : log.end,
      suspects: new Suspects(policy, budget),
      position: decision.offset,
      works: [],
    }
  }

  #drain(owner: Owner, most: number): void {
    const held =
      owner.works.length === 0 ? 0 : owner.position - Math.min(...owner.works.map(({ from }) => from))
    const to = Math.min(this.#log.end, owner.position + Math.min(most, credit - held))
    if (to <= owner.position) return
    for (let lane = 0; lane < owner.lanes; lane += 1) {
      const records = this.#log
        .between(owner.position, to)
        .filter(({ key, offset }) => key % owner.lanes === lane && !isDone(owner.ledger, lane, offset))
      const work = {
        lane,
        from: owner.position,
        to,
        records,
        attempts: new Map(),
        finished: new Set<number>(),
      }
      owner.works.push(work)
    }
    owner.position = to
  }

  #giveBack(owner: Owner): void {
    this.#owner = undefined
    if (this.#row.epoch === owner.epoch)
      this.#row.clean =
        owner.suspectBelow <= (this.#row.ledger?.frontier ?? 0) && owner.asideSuspectBelow === 0
  }

  #work(owner: Owner, how: number, end: 'live' | 'die' | 'child is killed'): void {
    const lane = how % owner.lanes
    const work = owner.works.find((each) => each.lane === lane)
    if (work === undefined) return
    const due = work.records.filter(({ offset }) => !work.finished.has(offset))
    const isCautious = (due[0]?.offset ?? work.from) < owner.suspectBelow
    if (end === 'child is killed') {
      const blames = failureOfChild({ kind: 'signal', signal: 'SIGKILL' }) !== undefined
      if (isCautious && blames && due[0])
        owner.suspects.lost(this.#loss('process-abort', due), this.#at(false))
      return
    }
    const run = new SimulatedRun(this.#parking, undefined)
    const ended = this.#runPart(owner, due, (offset) => work.attempts.get(offset) ?? 1, isCautious, run)
    if (ended) return
    for (const record of run.finished) work.finished.add(record.offset)
    for (const [offset, attempt] of run.unfinished) work.attempts.set(offset, attempt)
    const isWhole = work.records.every(({ offset }) => work.finished.has(offset))
    const others = owner.works.filter((each) => each !== work || !isWhole)
    const frontier = Math.min(owner.position, ...others.map(({ from }) => from))
    const ranges = isWhole ? newlyDone(owner.ledger, lane, work) : []
    if (!this.#commit(owner, lane, ranges, frontier, run)) return
    if (isWhole) owner.works = others
    if (end === 'die' && this.#owner === owner) this.#owner = undefined
  }

  async #aside(owner: Owner, how: number): Promise<void> {
    const due = await this.#parking.due(unit, 1 + (how % 3), 2)
    const byOffset = due.toSorted((a, b) => a.original.offset - b.original.offset)
    const [first] = byOffset
    if (first === undefined) return
    const isCautious = first.original.offset < owner.asideSuspectBelow
    const run = new SimulatedRun(this.#parking, byOffset)
    const records = byOffset.flatMap(({ original }) => this.#log.at(original.offset) ?? [])
    const attempts = new Map(byOffset.map(({ original, attempts }) => [original.offset, attempts + 1]))
    const ended = this.#runPart(owner, records, (offset) => attempts.get(offset) ?? 1, isCautious, run)
    if (!ended) this.#commit(owner, 0, [], this.#row.ledger?.frontier ?? 0, run)
  }

  /** True: it did not come to its end, and nothing of it is kept. */
  #runPart(
    owner: Owner,
    due: readonly SimulatedRecord[],
    attemptOf: (offset: number) => number,
    isCautious: boolean,
    run: SimulatedRun,
  ): boolean {
    const indexed = due.map(({ offset }, index) => ({ index, offset, attempt: attemptOf(offset) }))
    const part = owner.suspects.nextPart(indexed)
    const records = part.records.flatMap(({ index, attempt, lost }) => {
      const record = due[index]
      return record === undefined ? [] : [{ record, index, attempt, lost }]
    })
    run.begin(records.map(({ record }) => record))
    for (const { record, index, attempt, lost } of records) {
      if (run.waits(record, index, attempt)) continue
      if (lost !== undefined) {
        run.failed(record, index, attempt, lost.kind)
        continue
      }
      must(
        isCautious || record.killedIn === undefined || owner.epoch <= record.killedIn,
        'what ended an owner runs at full speed again',
      )
      record.runs += 1
      const end = endOf(record, attempt)
      if (end === undefined) {
        run.handled(record, index, attempt)
        continue
      }
      if (end === 'process-abort' && !isCautious) {
        record.killedIn = this.#row.epoch
        if (this.#owner === owner) this.#owner = undefined
        this.#stale = this.#stale.filter((each) => each !== owner)
        return true
      }
      if (end === 'process-abort')
        must(failureOfChild({ kind: 'signal', signal: 'SIGABRT' }) === end, 'the end of a child says nothing')
      // A thread that ends may have had several under way.
      const suspects =
        end === 'worker-lost' && records.length > 1 ? due.filter((each) => isNear(each, record)) : [record]
      owner.suspects.passed(this.#row.ledger?.frontier ?? 0)
      owner.suspects.lost(this.#loss(end, suspects, attemptOf), this.#at(run.isAside))
      return true
    }
    if (part.alone !== undefined) owner.suspects.settled(part.alone, run.unfinished.get(part.alone))
    return false
  }

  #at(isAside: boolean) {
    return { nowMs: this.#now, times: 1, jitter: 1, isAside }
  }

  #loss(
    kind: Loss['kind'],
    of: readonly SimulatedRecord[],
    attemptOf: (offset: number) => number = firstAttempt,
  ): Loss {
    const suspects = of.map(({ offset }) => ({ offset, attempt: attemptOf(offset) }))
    return { kind, reason: 'it ended', thread: (this.#threads += 1), suspects, suspectsInAll: of.length }
  }

  /** False: the row did not take it, and the owner is none any more. */
  #commit(
    owner: Owner,
    lane: number,
    ranges: ReturnType<typeof newlyDone>,
    frontier: number,
    run: SimulatedRun,
  ): boolean {
    const effects = { unit, ...run.parkingEffects() } as unknown as BatchEffects
    const refusal = refusalOf(this.#row, { epoch: owner.epoch, lane, ranges, frontier, counts: noOutcomes() })
    if (refusal !== undefined || !this.#parking.fits(effects)) {
      if (this.#owner === owner && refusal !== undefined) this.#owner = undefined
      this.#stale = this.#stale.filter((each) => each !== owner)
      return false
    }
    must(owner.epoch === this.#row.epoch, 'an owner of before commits')
    for (const settled of run.settled) this.#log.settle(settled)
    this.#parking.apply(effects)
    if (this.#row.ledger) this.#row.ledger = withDone(this.#row.ledger, lane, ranges, frontier)
    return true
  }

  async #releaseHeld(): Promise<void> {
    const all = await this.#parking.load(unit)
    if (all.kind !== 'all') return
    const released = [...all.keys.values()].filter(({ held }) => held).map(({ parkingKey }) => parkingKey)
    this.#parking.apply({ unit, released } as unknown as BatchEffects)
  }
}

const firstAttempt = (): number => 1

const isNear = (a: SimulatedRecord, b: SimulatedRecord): boolean => Math.abs(a.offset - b.offset) <= 2

const endOf = (
  { fate, runs }: SimulatedRecord,
  attempt: number,
): 'process-abort' | 'worker-lost' | undefined => {
  if (fate === 'aborts' || (fate === 'aborts when parked' && attempt > 1)) return 'process-abort'
  return fate === 'ends its thread' || (fate === 'ends its thread once' && runs === 1)
    ? 'worker-lost'
    : undefined
}
