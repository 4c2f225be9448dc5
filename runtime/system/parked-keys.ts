/**
 * The parked keys of a unit, in one epoch of its owner: what is due is put into its lane, commands are carried out, and
 * workers are told whether any key is parked at all. What is parked is in Postgres alone; nothing here is a truth of
 * its own.
 *
 * K1. Until the first look, and from then on while a key may be parked, workers ask about the keys of each batch. What
 *     a lane parks is told before the lane's next batch is given out, so none of them misses it.
 * K2. A key is in at most one batch in hand, and what was read while it was in one is not put into another: it may be
 *     settled by now.
 * K3. A command is carried out once: its answer is part of the transaction.
 */

import { laneOf, writeBatch } from '../batch/index.ts'
import type {
  ParkedCommand,
  ParkedRecord,
  ParkedWork,
  ParkingReport,
  ParkingSituation,
  ParkingStore,
  ParkingSurvey,
  SkippedRecord,
  Unit,
} from '../delivery/index.ts'
import type { LaneWork, PartitionActor } from '../partition/index.ts'
import { Lookout, type LookoutPorts } from './lookout.ts'

export interface ParkedKeysPorts extends LookoutPorts {
  readonly store: ParkingStore
  /** Something was put into a lane. */
  offered(): void
}

/** Of one look; of one batch of it, but for the rest of a key. A record waits for those of other keys in its batch. */
const mostKeys = 50
const mostRecordsPerKey = 20
const mostBytes = 1_048_576

/** How soon a command is seen, and what became due unnoticed. */
const lookEveryMs = 1_000

/** Batches that end together are looked after together. */
const soonMs = 5

/** A batch that settled nothing says nothing of when to try again. */
const nothingSettledMs = 200

const nobody: ParkingSurvey = { keys: 0, held: 0, records: 0, oldestAgeMs: 0 }

export class ParkedKeys {
  readonly #unit: Unit
  readonly #actor: PartitionActor
  readonly #lanes: number
  readonly #isKeyed: boolean
  readonly #ports: ParkedKeysPorts
  readonly #epoch: number
  readonly #lookout: Lookout
  /** Given to a lane, by its work. */
  readonly #works = new Map<number, ParkedWork>()
  /** K2. */
  readonly #inHand = new Set<string>()
  #survey = nobody
  #surveyedAtMs = -Infinity
  #mayBeParked = true
  /** Raised by whatever is parked. */
  #parkings = 0
  #commandsInHand = false

  constructor(unit: Unit, actor: PartitionActor, lanes: number, isKeyed: boolean, ports: ParkedKeysPorts) {
    this.#unit = unit
    this.#actor = actor
    this.#lanes = lanes
    this.#isKeyed = isKeyed
    this.#ports = ports
    this.#epoch = actor.epoch
    this.#lookout = new Lookout(ports, () => this.#lookOnce())
    this.#lookout.look()
  }

  get survey(): ParkingSurvey {
    return this.#survey
  }

  /** K1. For the task of a batch that was drained; undefined: no key is parked. */
  get situation(): ParkingSituation | undefined {
    return this.#mayBeParked ? this.#survey : undefined
  }

  /** For the task of a batch that was put aside here. */
  workOf({ workId }: LaneWork): ParkedWork | undefined {
    return this.#works.get(workId)
  }

  /** A batch was committed that meant something for parked keys. */
  told({ parked, settled, nextDueMs }: ParkingReport): void {
    if (parked > 0) {
      this.#mayBeParked = true
      this.#parkings += 1
    }
    const records = Math.max(0, this.#survey.records + parked - settled)
    this.#survey = { ...this.#survey, records }
    // Held ones are parked too, and nothing tells when.
    this.#lookout.lookIn(Math.min(nextDueMs ?? lookEveryMs, lookEveryMs))
  }

  /** A batch that was put aside here has ended. `afterMs`: what is left of it should wait so long. */
  ended({ workId }: LaneWork, report: ParkingReport | undefined, afterMs: number): void {
    const work = this.#works.get(workId)
    this.#works.delete(workId)
    for (const { parkingKey } of [...(work?.records ?? []), ...(work?.skipped ?? [])])
      this.#inHand.delete(parkingKey)
    if ((work?.answers.length ?? 0) > 0) this.#commandsInHand = false
    if (report !== undefined) this.told(report)
    this.#lookout.lookIn(Math.max(afterMs, report === undefined ? nothingSettledMs : soonMs))
  }

  /** The epoch is over. */
  end(): void {
    this.#lookout.end()
  }

  async #lookOnce(): Promise<void> {
    const { store } = this.#ports
    const now = this.#ports.monotonicMs()
    // Counting takes a while where many are parked: it is done now and then, and commands are looked for with it.
    if (now - this.#surveyedAtMs >= lookEveryMs) {
      this.#surveyedAtMs = now
      await this.#takeSurvey()
      if (this.#mayBeParked && !this.#commandsInHand) await this.#carryOut(await store.commands(this.#unit))
    }
    if (!this.#mayBeParked) return
    const dueInMs = await store.nextDueInMs(this.#unit)
    const inHand = [...this.#inHand]
    const room = mostKeys - inHand.length
    if (dueInMs === 0 && room > 0)
      this.#putAside(await store.due(this.#unit, room, mostRecordsPerKey, inHand))
    this.#lookout.lookIn(
      dueInMs === undefined || dueInMs === 0 ? lookEveryMs : Math.min(dueInMs, lookEveryMs),
    )
  }

  async #takeSurvey(): Promise<void> {
    const parkings = this.#parkings
    const survey = await this.#ports.store.survey(this.#unit)
    this.#survey = survey
    if (survey.keys === 0 && parkings === this.#parkings) this.#mayBeParked = false
  }

  #putAside(due: readonly ParkedRecord[]): void {
    const byLane = new Map<number, ParkedRecord[]>()
    for (const record of due) {
      const lane = this.#laneOf(record.original)
      const records = byLane.get(lane)
      if (records === undefined) byLane.set(lane, [record])
      else if (bytesOf(records) < mostBytes) records.push(record)
    }
    for (const [lane, records] of byLane) this.#give(lane, records, noCommands)
    if (byLane.size > 0) this.#ports.offered()
  }

  /** K3. Any lane will do: a key's rows are locked while they change, and the first of its queue is compared. */
  async #carryOut(commands: readonly ParkedCommand[]): Promise<void> {
    const released = new Set<string>()
    const skipped = new Map<string, SkippedRecord>()
    const answers: ParkedWork['answers'][number][] = []
    for (const { id, kind, parkingKey, offset, by } of commands) {
      // One at a time for a key: the next look sees what this one left.
      if (released.has(parkingKey) || skipped.has(parkingKey) || this.#inHand.has(parkingKey)) continue
      const [first] = await this.#ports.store.queue(this.#unit, parkingKey)
      if (kind === 'release') {
        released.add(parkingKey)
        answers.push({ id, answer: `released for ${by}` })
      } else if (first?.original.offset === offset && first !== undefined) {
        skipped.set(parkingKey, { parkingKey, offset: first.original.offset, inboxKey: first.inboxKey })
        answers.push({ id, answer: `skipped for ${by}` })
      } else {
        const at =
          first === undefined ? 'nothing is parked there' : `the first is at ${String(first.original.offset)}`
        answers.push({ id, answer: `not skipped: ${at}` })
      }
    }
    if (answers.length === 0) return
    this.#commandsInHand = true
    this.#give(0, [], { released: [...released], skipped: [...skipped.values()], answers })
    this.#ports.offered()
  }

  #give(lane: number, records: readonly ParkedRecord[], commands: Omit<ParkedWork, 'records'>): void {
    const inOrder = records.toSorted((a, b) => a.original.offset - b.original.offset)
    const workId = this.#actor.offerAside(this.#epoch, {
      lane,
      batch: writeBatch(inOrder.map(packed)),
      firstOffset: inOrder[0]?.original.offset ?? 0,
      lastOffset: inOrder.at(-1)?.original.offset ?? 0,
      records: inOrder.map(({ attempts }, index) => ({ index, attempt: attempts + 1 })),
    })
    if (workId === undefined) return
    const retried = inOrder.map(({ parkingKey, original: { offset }, inboxKey }) => ({
      parkingKey,
      offset,
      inInbox: inboxKey !== undefined,
    }))
    this.#works.set(workId, { records: retried, ...commands })
    for (const { parkingKey } of [...retried, ...commands.skipped]) this.#inHand.add(parkingKey)
  }

  #laneOf({ key, offset }: ParkedRecord['original']): number {
    if (this.#lanes === 1) return 0
    return laneOf(this.#isKeyed ? (key ?? undefined) : undefined, offset, this.#lanes)
  }
}

const noCommands = { released: [], skipped: [], answers: [] }

const packed = ({ original }: ParkedRecord): Parameters<typeof writeBatch>[0][number] => ({
  offset: original.offset,
  timestamp: original.timestamp,
  timestampType: original.timestamp < 0 ? 'none' : 'create',
  key: original.key ?? undefined,
  value: original.value ?? undefined,
  headers: original.headers.map(([name, value]) => [
    name,
    typeof value === 'string' ? Buffer.from(value) : value,
  ]),
})

const bytesOf = (records: readonly ParkedRecord[]): number =>
  records.reduce((sum, { original }) => sum + (original.value?.length ?? 0), 0)
