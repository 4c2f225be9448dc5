/**
 * A consumer group of one process without broker, threads and clock: logs in memory, workers that answer what a test
 * makes them answer, and waits that end when a test says so.
 */

import { defineActor, eventType, type ActorDefinition } from '../../runtime/actor/index.ts'
import { BatchReader, writeBatch } from '../../runtime/batch/index.ts'
import {
  includes,
  noOutcomes,
  type OutcomeCounts,
  type OutgoingRecord,
  type Refusal,
  type Unit,
} from '../../runtime/delivery/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import type { ConsumerListener, Drained, DrainLimits, OffsetKind } from '../../runtime/kafka/index.ts'
import type { HandleTask, TaskResult, UnfinishedRecord, WorkerTask } from '../../runtime/pool/index.ts'
import {
  GroupRun,
  type GroupMember,
  type GroupPorts,
  type GroupSettings,
} from '../../runtime/system/group-run.ts'
import type { RowPorts } from '../../runtime/system/group-rows.ts'
import { ErrorSightings } from '../../runtime/system/error-sightings.ts'
import type { LoadedActor } from '../../runtime/system/loaded-actor.ts'
import type { Pause } from '../../runtime/system/pause.ts'
import { Tally } from '../../runtime/system/tally.ts'
import type { MemoryProgressStore } from '../../runtime/store/index.ts'
import { noTelemetry, type Log } from '../../runtime/telemetry/index.ts'
import type { TopicPartition, TopicPartitionOffset } from '../../runtime/topic-partition.ts'

/** Everything that follows from what was done so far has happened: nothing here waits for more than a promise. */
export const settled = (): Promise<void> =>
  new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

export class Waits {
  readonly open: { readonly ms: number; readonly pass: () => void }[] = []

  readonly pause: Pause = (ms, signal) =>
    new Promise((resolve) => {
      const end = (passed: boolean) => (): void => {
        const at = this.open.indexOf(wait)
        if (at >= 0) this.open.splice(at, 1)
        resolve(passed)
      }
      const wait = { ms, pass: end(true) }
      if (signal.aborted) {
        resolve(false)
        return
      }
      this.open.push(wait)
      signal.addEventListener('abort', end(false), { once: true })
    })

  /** Lengths of the open ones. */
  get lengths(): readonly number[] {
    return this.open.map(({ ms }) => ms)
  }

  async passAll(): Promise<void> {
    for (const wait of [...this.open]) wait.pass()
    await settled()
  }

  async pass(ms: number): Promise<void> {
    const wait = this.open.find((candidate) => candidate.ms === ms)
    if (wait === undefined) throw new Error(`nobody waits ${ms} ms, but ${this.lengths.join(', ')}`)
    wait.pass()
    await settled()
  }
}

const noTimes = { decodeMs: 0, handleMs: 0, storeMs: 0 }

/** All that a batch holds. */
export const offsetsIn = (batch: ArrayBuffer): readonly number[] => {
  const reader = new BatchReader(batch)
  return Array.from({ length: reader.count }, () => {
    reader.next()
    return reader.offset
  })
}

const batchOf = (offsets: readonly number[]): ArrayBuffer =>
  writeBatch(
    offsets.map((offset) => ({
      offset,
      timestamp: -1,
      timestampType: 'none',
      key: undefined,
      value: undefined,
      headers: [],
    })),
  )

/** Of the records to handle: a batch holds them. */
export const offsetsOf = ({ batch, firstOffset = 0, records, done = [] }: HandleTask): readonly number[] => {
  const all = offsetsIn(batch)
  if (records !== undefined) return records.map(({ index }) => all[index] ?? Number.NaN)
  return all.filter((offset) => offset >= firstOffset && !includes(done, offset))
}

const countsOf = (task: HandleTask): OutcomeCounts => ({ ...noOutcomes(), applied: offsetsOf(task).length })

/** What a worker's transaction does with the row of its unit; undefined: it took the batch, or there is none. */
type CommitRow = (task: HandleTask, counts: OutcomeCounts) => Refusal | undefined

/** A task in a worker's hands. */
export class Job {
  readonly task: WorkerTask
  /** What the conversation began with. */
  readonly begun: HandleTask | undefined
  readonly #settle: PromiseWithResolvers<TaskResult>
  readonly #commit: CommitRow
  ended = false

  constructor(
    task: WorkerTask,
    begun: HandleTask | undefined,
    settle: PromiseWithResolvers<TaskResult>,
    commit: CommitRow,
  ) {
    this.task = task
    this.begun = begun
    this.#settle = settle
    this.#commit = commit
  }

  get handle(): Extract<WorkerTask, { kind: 'handle' }> {
    if (this.task.kind !== 'handle') throw new Error(`this task is ${this.task.kind}`)
    return this.task
  }

  async answers(result: TaskResult): Promise<void> {
    this.ended = true
    this.#settle.resolve(result)
    await settled()
  }

  async dies(of: Error = new TroupeError('WORKER_LOST', 'the thread died')): Promise<void> {
    this.ended = true
    this.#settle.reject(of)
    await settled()
  }

  /** The records to handle. */
  get offsets(): readonly number[] {
    return offsetsOf(this.handle)
  }

  /** Its effects are committed, or refused; nobody hears of it. */
  commitsUnheard(): void {
    if (this.begun !== undefined) this.#commit(this.begun, countsOf(this.begun))
  }

  /** Its effects are committed, with what its unit's row is told; or that row does not take it. */
  done(): Promise<void> {
    const counts = this.begun === undefined ? { ...noOutcomes(), applied: 1 } : countsOf(this.begun)
    const refusal = this.begun && this.#commit(this.begun, counts)
    if (refusal?.kind === 'fenced') return this.answers(refusal)
    return this.answers({
      kind: 'handled',
      counts,
      retries: 0,
      unfinished: [],
      failures: [],
      times: noTimes,
    })
  }

  retries(...unfinished: readonly UnfinishedRecord[]): Promise<void> {
    const batch = this.task.kind === 'handle' ? this.task.batch : new ArrayBuffer(8)
    const given = this.begun === undefined ? 0 : offsetsOf(this.begun).length
    return this.answers({
      kind: 'handled',
      counts: { ...noOutcomes(), applied: Math.max(0, given - unfinished.length) },
      retries: 0,
      unfinished,
      failures: [],
      times: noTimes,
      batch,
    })
  }

  produces(token = 1): Promise<void> {
    const outgoing: readonly OutgoingRecord[] = [
      { topic: 'out', key: null, value: Buffer.of(1), headers: [] },
    ]
    return this.answers({ kind: 'produce', token, outgoing })
  }

  waits(token = 1): Promise<void> {
    return this.answers({ kind: 'waiting', for: 'registry', reason: 'it is away', token })
  }
}

export class Workers {
  readonly #commit: CommitRow
  /** token → what the conversation began with. */
  readonly #begun = new Map<number, HandleTask>()
  readonly #jobs: { job: Job; unit: Unit | undefined; epoch: number }[] = []
  readonly discards: { readonly unit: Unit; readonly epoch: number }[] = []
  /** What the next discards do instead of answering. */
  discarding: (() => Promise<void>) | undefined
  readonly forgotten: string[] = []

  constructor(commit: CommitRow = () => undefined) {
    this.#commit = commit
  }

  /** Also those that were given up: what they had begun with Postgres may still end. */
  get all(): readonly Job[] {
    return this.#jobs.map(({ job }) => job)
  }

  /** In a worker's hands now. */
  get jobs(): readonly Job[] {
    return this.#jobs.map(({ job }) => job).filter(({ ended }) => !ended)
  }

  run(task: WorkerTask): Promise<TaskResult> {
    const settle = Promise.withResolvers<TaskResult>()
    const begun =
      task.kind === 'handle' ? task : task.kind === 'resume' ? this.#begun.get(task.token) : undefined
    const job = new Job(task, begun, settle, this.#commit)
    this.#jobs.push({
      job,
      unit: task.kind === 'handle' ? task.unit : undefined,
      epoch: task.kind === 'handle' ? task.epoch : 0,
    })
    return settle.promise.then((result) => {
      if ('token' in result && begun !== undefined) this.#begun.set(result.token, begun)
      return result
    })
  }

  async discard(unit: Unit, epoch: number): Promise<void> {
    this.discards.push({ unit, epoch })
    await this.discarding?.()
    for (const { job, unit: of, epoch: since } of this.#jobs) {
      const meant =
        of === undefined || (of.actor === unit.actor && of.partition === unit.partition && since <= epoch)
      if (meant && !job.ended) void job.answers({ kind: 'discarded' })
    }
  }
}

/** One topic, `orders`; records are their offsets, and a record's lane is its offset modulo the number of lanes. */
export class MemberInMemory implements GroupMember {
  readonly committed: TopicPartitionOffset[] = []
  readonly rewinds: TopicPartitionOffset[] = []
  readonly #ends = new Map<number, number>()
  readonly #positions = new Map<number, number>()
  listener: ConsumerListener | undefined
  closed = false

  subscribe(): void {
    // There is one topic.
  }

  append(partition: number, count: number): void {
    this.#ends.set(partition, (this.#ends.get(partition) ?? 0) + count)
    this.listener?.wake({ topic: 'orders', partition })
  }

  startAt(partition: number, offset: number): void {
    this.#positions.set(partition, offset)
  }

  async drain({ partition }: TopicPartition, limits: DrainLimits): Promise<Drained> {
    await Promise.resolve()
    const from = this.#positions.get(partition) ?? 0
    const end = this.#ends.get(partition) ?? 0
    const to = Math.min(end, from + limits.records)
    this.#positions.set(partition, to)
    const offsets = Array.from({ length: to - from }, (_, i) => from + i)
    return {
      count: offsets.length,
      bytes: offsets.length,
      nextOffset: offsets.length > 0 ? to : undefined,
      views: limits.lanes.map((lanes) =>
        [...Map.groupBy(offsets, (offset) => offset % lanes)].map(([lane, own]) => ({
          lane,
          count: own.length,
          bytes: own.length,
          firstOffset: own[0] ?? 0,
          lastOffset: own.at(-1) ?? 0,
          batch: batchOf(own),
        })),
      ),
      events: [],
      more: to < end,
    }
  }

  async rewind(at: TopicPartition, offset: number): Promise<boolean> {
    this.rewinds.push({ ...at, offset })
    await Promise.resolve()
    this.#positions.set(at.partition, offset)
    this.listener?.wake(at)
    return true
  }

  commit(offsets: readonly TopicPartitionOffset[]): void {
    this.committed.push(...offsets)
  }

  sincePollMs = 0

  /** Instead of where logs begin and end: `undefined` for each partition, or an error. */
  unknown: 'nothing' | Error | undefined

  sendOffsetsTo(): never {
    throw new Error('there are no transactions in memory')
  }

  /** Of all topics; undefined: the broker has none. */
  topicId: string | undefined

  topicIds(topics: readonly string[]): Promise<readonly (string | undefined)[]> {
    return Promise.resolve(topics.map(() => this.topicId))
  }

  offsets(kind: OffsetKind, partitions: readonly TopicPartition[]): Promise<readonly (number | undefined)[]> {
    if (kind !== 'committed' && this.unknown !== undefined)
      return this.unknown === 'nothing'
        ? Promise.resolve(partitions.map(() => undefined))
        : Promise.reject(this.unknown)
    return Promise.resolve(
      partitions.map(({ partition }) => {
        if (kind === 'end') return this.#ends.get(partition) ?? 0
        return kind === 'begin' ? 0 : this.committed.findLast((at) => at.partition === partition)?.offset
      }),
    )
  }

  async close(): Promise<void> {
    this.closed = true
    await Promise.resolve()
  }
}

const anyEvent = eventType('shop.order.placed', {
  type: 'record',
  name: 'placed',
  namespace: 'shop.order',
  fields: [],
})

export const actorNamed = (
  name: string,
  order: ActorDefinition['order'] = 'key',
  lanes = 2,
  effects: 'none' | 'postgres' = 'none',
): LoadedActor => ({
  definition: defineActor({
    name,
    receives: { 'shop.*': anyEvent },
    order,
    effects,
    receive: () => undefined,
  }),
  url: `memory:${name}`,
  group: 'shop',
  topics: ['orders'],
  lanes,
})

export interface InMemoryGroup {
  readonly run: GroupRun
  readonly member: MemberInMemory
  readonly workers: Workers
  readonly waits: Waits
  readonly fatal: TroupeError[]
  readonly produced: PromiseWithResolvers<void>[]
  readonly lines: LogLine[]
  /** Where the source begins follows from the answer; undefined: where the member stands. */
  assign(...partitions: number[]): Promise<void>
  /** The time, for what looks at a clock. */
  clock: { nowMs: number }
  revoke(...partitions: number[]): Promise<readonly TopicPartitionOffset[]>
  /** Of a partition, as an operator sees it. */
  frontier(partition: number): number | undefined
}

export interface LogLine {
  readonly level: string
  readonly message: string
  readonly fields: unknown
}

/** Rows in a store that others may share. */
export interface MemoryRows extends Partial<Omit<RowPorts, 'store'>> {
  readonly store: MemoryProgressStore
  /** A row took what this task had sent: its effects are committed. */
  readonly onCommit?: (task: HandleTask) => void
}

export const groupInMemory = async (
  actors: readonly LoadedActor[],
  settings: Partial<GroupSettings> = {},
  rows?: MemoryRows,
): Promise<InMemoryGroup> => {
  const member = new MemberInMemory()
  const workers = new Workers((task, counts) => {
    const refusal = task.progress && rows?.store.commit(task.unit, { ...task.progress, counts })
    if (task.progress && refusal === undefined) rows?.onCommit?.(task)
    return refusal
  })
  const clock = { nowMs: 0 }
  const lines: LogLine[] = []
  const waits = new Waits()
  const fatal: TroupeError[] = []
  const produced: PromiseWithResolvers<void>[] = []
  const told =
    (level: string) =>
    (message: string, fields?: unknown): void =>
      void lines.push({ level, message, fields })
  const log: Log = {
    debug: told('debug'),
    info: told('info'),
    warn: told('warn'),
    error: told('error'),
    child: () => log,
  }
  const ports: GroupPorts = {
    run: (task) => workers.run(task),
    forget: (affinity) => void workers.forgotten.push(affinity),
    discard: (unit, epoch) => workers.discard(unit, epoch),
    produceAll: () => {
      const acknowledged = Promise.withResolvers<void>()
      produced.push(acknowledged)
      return acknowledged.promise
    },
    pause: waits.pause,
    tally: new Tally(),
    telemetry: noTelemetry,
    monotonicMs: () => clock.nowMs,
    epochMs: () => 0,
    sightings: new ErrorSightings(() => 0),
    causeFound: () => undefined,
    log,
    random: () => 1,
    fatal: (error) => void fatal.push(error),
    ...(rows && {
      rows: {
        owner: 'memory',
        policies: { onRetentionLoss: 'quarantine', onPostgresBehind: 'replay' },
        ...rows,
      },
    }),
  }
  const run = await GroupRun.start(
    actors,
    {
      consumer: { brokers: '', clientId: '', groupId: 'shop', startFrom: 'earliest' },
      batchRecords: 4,
      batchBytes: 1_000,
      keptBatchBytes: 0,
      creditRecords: 8,
      creditBytes: 1_000,
      commitIntervalMs: 5,
      drainTimeoutMs: 25_000,
      ...settings,
    },
    ports,
    (_, listener) => {
      member.listener = listener
      return Promise.resolve(member)
    },
  )
  const at = (partitions: readonly number[]): readonly TopicPartition[] =>
    partitions.map((partition) => ({ topic: 'orders', partition }))
  return {
    run,
    member,
    workers,
    waits,
    fatal,
    produced,
    lines,
    clock,
    assign: async (...partitions) => {
      const offsets = await run.assigned(at(partitions))
      partitions.forEach((partition, nth) => {
        const offset = offsets[nth]
        if (offset !== undefined) member.startAt(partition, offset)
      })
      for (const partition of at(partitions)) run.wake(partition)
      await settled()
    },
    revoke: (...partitions) => run.revoked(at(partitions)),
    frontier: (partition) => run.assignments().find((of) => of.partition === partition)?.frontier,
  }
}
