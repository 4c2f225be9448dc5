/**
 * Takes units: a new epoch of each one's row, then where it starts. All that ask at the same time are answered by one
 * statement and one question a broker.
 *
 * T1. One round at a time, so that no unit is taken twice at once.
 * T2. Kafka is asked after the row was taken: what an owner before finished meanwhile is then below the log's end, and
 *     what it committed is at most what it had written to the row.
 * T3. What this process itself let go of uncleanly ended a thread at most: suspect are only those records that were when
 *     it took the unit from another one. What was parked then is suspect for as long as this process has the unit, also
 *     where all of the log is done: nothing tells whether it was tried since.
 */

import {
  startOf,
  type Ledger,
  type OffsetRanges,
  type PartitionLog,
  type ProgressStore,
  type RememberedLoss,
  type StartDecision,
  type StartEvent,
  type StartPolicies,
  type TakenUnit,
  type UnitClaim,
  type UnitHold,
} from '../delivery/index.ts'
import { TroupeError } from '../errors.ts'
import { suspectsOf } from '../supervision/index.ts'
import type { GroupConsumer } from '../kafka/index.ts'
import {
  topicPartitionKey,
  type Offset,
  type TopicPartition,
  type TopicPartitionKey,
} from '../topic-partition.ts'

/** What brokers are asked of a topic when its partitions are taken. */
export interface TopicQuestions extends Pick<GroupConsumer, 'topicIds'> {
  offsets(
    kind: 'committed' | 'begin' | 'end',
    partitions: readonly TopicPartition[],
  ): ReturnType<GroupConsumer['offsets']>
}

export interface TakePorts {
  readonly store: ProgressStore
  /** Of this life of the process. */
  readonly owner: string
  readonly policies: StartPolicies
  /** What an owner before may have had in hand. */
  readonly creditRecords: number
  readonly brokers: TopicQuestions
}

export type UnitTake =
  | {
      readonly kind: 'begun'
      readonly epoch: number
      readonly offset: Offset
      readonly ledger: Ledger
      readonly events: readonly StartEvent[]
      /** Offsets that may have ended the process that owned it before. */
      readonly suspects: OffsetRanges
      /** So may records and timers that wait in Postgres, of offsets below. */
      readonly asideSuspectBelow: Offset
      /** Attempts of its records that ended a worker, of whichever owner. */
      readonly losses: readonly RememberedLoss[]
      /** Where units of its group begin that have no row: at the committed offset, where it is still in the log. */
      readonly groupStart: Offset
    }
  | { readonly kind: 'quarantined'; readonly epoch: number; readonly message: string }
  /** Somebody else took it in between. */
  | { readonly kind: 'taken-away' }

interface Request {
  readonly claims: readonly UnitClaim[]
  readonly answer: PromiseWithResolvers<readonly UnitTake[]>
}

export class UnitTakes {
  readonly #ports: TakePorts
  /** T3. Unit → records of it below may have ended an owner before this process. */
  readonly #suspectBelow = new Map<string, Offset>()
  /** T3. The same of what is put aside: the log's end when the unit was taken. */
  readonly #asideSuspectBelow = new Map<string, Offset>()
  #waiting: Request[] = []
  #rounds: Promise<void> | undefined

  constructor(ports: TakePorts) {
    this.#ports = ports
  }

  /** In the order of the claims. Throws POSTGRES_UNAVAILABLE and KAFKA_UNAVAILABLE: nothing may be begun then. */
  take(claims: readonly UnitClaim[]): Promise<readonly UnitTake[]> {
    const answer = Promise.withResolvers<readonly UnitTake[]>()
    this.#waiting.push({ claims, answer })
    this.#rounds ??= this.#goRound()
    return answer.promise
  }

  /** T1. */
  async #goRound(): Promise<void> {
    // Partitions that were assigned together ask one after the other, in the same turn.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const requests = this.#waiting
      this.#waiting = []
      try {
        const takes = await this.#takeAll(requests.flatMap(({ claims }) => claims))
        let at = 0
        for (const { claims, answer } of requests) answer.resolve(takes.slice(at, (at += claims.length)))
      } catch (error) {
        for (const { answer } of requests) answer.reject(error)
      }
    }
    this.#rounds = undefined
  }

  async #takeAll(claims: readonly UnitClaim[]): Promise<readonly UnitTake[]> {
    const { store, owner, policies } = this.#ports
    const taken = await store.take(claims, owner)
    // T3. From now on the row says that we were its owner before, also where the rest of this fails.
    for (const { unit, previousOwner, wasClean } of taken)
      if (previousOwner !== undefined && previousOwner !== owner)
        for (const below of [this.#suspectBelow, this.#asideSuspectBelow])
          below.set(nameOf(unit), wasClean ? 0 : Infinity)
    // What the owner before left in a transaction may hold locks, and must not commit after we have looked.
    const left = taken.filter(({ wasClean, previousOwner }) => !wasClean && previousOwner !== undefined)
    if (left.length > 0) {
      await store.terminateFrozen(
        left.map(({ unit }) => unit),
        owner,
      )
    }
    const losses = await store.remembered(taken.map(({ unit }) => unit))
    const logs = await this.#logsOf(claims.map(({ unit: { topic, partition } }) => ({ topic, partition })))
    const decided = taken.map((row, nth) => {
      const log = logs.get(topicPartitionKey(row.unit))
      const lanes = claims[nth]?.lanes
      if (log === undefined || lanes === undefined)
        throw new RangeError('a unit was taken that nobody claimed')
      return { row, log, losses: losses[nth] ?? [], decision: startOf(row, lanes, log, policies) }
    })
    const starts = decided.filter(isStart)
    const begun = await store.begin(
      starts.map(
        ({
          row: { unit, epoch },
          log: { topicId },
          decision: { offset, account, groupAheadTo, events },
        }) => ({
          unit,
          epoch,
          offset,
          topicId,
          account,
          groupAheadTo,
          events,
        }),
      ),
    )
    await store.hold(decided.flatMap(holdOf))
    const stillOurs = new Set(starts.filter((_, nth) => begun[nth]).map(({ row }) => row))
    return decided.map(({ row, log, losses, decision }): UnitTake => {
      if (decision.kind === 'quarantine')
        return { kind: 'quarantined', epoch: row.epoch, message: decision.message }
      if (!stillOurs.has(row)) return { kind: 'taken-away' }
      const { offset, ledger, account, events } = decision
      return {
        kind: 'begun',
        epoch: row.epoch,
        offset,
        ledger,
        events,
        suspects: this.#suspectsOf(row, ledger, log.end),
        asideSuspectBelow: this.#asideSuspects(row, log.end),
        // Those of another log are of other records.
        losses: account === 'anew' ? [] : losses,
        groupStart: groupStart(log, policies.autoOffsetReset),
      }
    })
  }

  /** T3. */
  #suspectsOf(row: TakenUnit, ledger: Ledger, end: Offset): OffsetRanges {
    const name = nameOf(row.unit)
    const below = Math.min(this.#suspectBelow.get(name) ?? 0, end)
    const suspects = suspectsOf(ledger, below <= ledger.frontier, this.#ports.creditRecords, below)
    this.#suspectBelow.set(name, suspects.at(-1)?.to ?? 0)
    return suspects
  }

  /** T3. */
  #asideSuspects({ unit }: TakenUnit, end: Offset): Offset {
    const name = nameOf(unit)
    const below = Math.min(this.#asideSuspectBelow.get(name) ?? 0, end)
    this.#asideSuspectBelow.set(name, below)
    return below
  }

  async #ask(
    ...[kind, places]: Parameters<TopicQuestions['offsets']>
  ): Promise<readonly (Offset | undefined)[]> {
    try {
      return await this.#ports.brokers.offsets(kind, places)
    } catch (error) {
      throw notKnownYet(error)
    }
  }

  async #topicIds(places: readonly TopicPartition[]): Promise<ReadonlyMap<string, string | undefined>> {
    const topics = [...new Set(places.map(({ topic }) => topic))]
    const ids = await this.#ports.brokers.topicIds(topics)
    return new Map(topics.map((topic, nth) => [topic, ids[nth]]))
  }

  /** T2. One question after the other: each holds a thread that drains need too. */
  async #logsOf(all: readonly TopicPartition[]): Promise<ReadonlyMap<TopicPartitionKey, PartitionLog>> {
    const places = [...new Map(all.map((at) => [topicPartitionKey(at), at])).values()]
    const ids = await this.#topicIds(places)
    const committed = await this.#ask('committed', places)
    const lows = await this.#ask('begin', places)
    const ends = await this.#ask('end', places)
    return new Map(
      places.map((at, nth) => {
        const [low, end] = [lows[nth], ends[nth]]
        // Taken for an empty log it would look as if the frontier were beyond its end.
        if (low === undefined || end === undefined) {
          const name = `${at.topic}/${String(at.partition)}`
          throw new TroupeError('KAFKA_UNAVAILABLE', `no broker says where ${name} begins and ends`)
        }
        const log = { committed: committed[nth], low, end, topicId: ids.get(at.topic) }
        return [topicPartitionKey(at), log]
      }),
    )
  }
}

const groupStart = (
  { committed, low, end }: PartitionLog,
  reset: StartPolicies['autoOffsetReset'],
): Offset => {
  if (committed !== undefined && committed >= low && committed <= end) return committed
  return reset === 'earliest' ? low : end
}

/** Partitions that were added a moment ago are not known to every broker, nor to this client, when they are assigned. */
const notKnownYet = (error: unknown): unknown =>
  error instanceof TroupeError && error.code === 'TOPIC_MISSING'
    ? new TroupeError('KAFKA_UNAVAILABLE', `an assigned partition is not known yet: ${error.message}`, {
        cause: error,
      })
    : error

/** Only a reset ends that of a log that was cut, also when the log has grown past the place: it is remembered as it was. */
const holdOf = ({ row: { unit, epoch, cut }, decision }: Decided): readonly UnitHold[] => {
  if (decision.kind !== 'quarantine' || cut !== undefined) return []
  const { reason, range } = decision
  return [{ unit, epoch, reason, range }]
}

interface Decided<D extends StartDecision = StartDecision> {
  readonly row: TakenUnit
  readonly losses: readonly RememberedLoss[]
  readonly log: PartitionLog
  readonly decision: D
}

const isStart = (decided: Decided): decided is Decided<Extract<StartDecision, { kind: 'start' }>> =>
  decided.decision.kind === 'start'

const nameOf = ({ actor, topic, partition }: TakenUnit['unit']): string =>
  JSON.stringify([actor, topic, partition])
