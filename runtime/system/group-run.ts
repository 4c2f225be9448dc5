/**
 * One consumer group of this process: its consumer, and a partition run for every partition it is assigned. It
 * commits frontiers by a timer, and drains, commits and gives back what is revoked, in that order.
 *
 * G1. An offset goes into the rows of its units first, and to Kafka when it is there: Kafka ahead of a row is taken for
 *     a loss of Postgres by the next owner.
 * G2. A rebalance waits for rows and for Postgres a little, never until they are there: units whose rows could not be
 *     taken wait, and the group goes on.
 */

import type { GroupStatus } from '../control/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import {
  GroupConsumer,
  type ConsumerListener,
  type ConsumerSettings,
  type SourceEvent,
} from '../kafka/index.ts'
import type { Unit } from '../delivery/index.ts'
import type { Log } from '../telemetry/index.ts'
import {
  topicPartitionKey,
  type Offset,
  type TopicPartition,
  type TopicPartitionOffset,
} from '../topic-partition.ts'
import { AssignedPartitions } from './assigned-partitions.ts'
import { GroupSteering, neverPaused, type IsPaused } from './commands/group-steering.ts'
import { transactionsOf, type KafkaTransactions, type TransactionPorts } from './kafka-transactions.ts'
import type { LoadedActor } from './loaded-actor.ts'
import { GroupRows, type RowPorts } from './group-rows.ts'
import { KafkaErrors } from './kafka-errors.ts'
import { lookAtOffsets } from './look-at-offsets.ts'
import type { DrainBounds, PartitionRun } from './partition-run.ts'
import { TopicsMadeAnew } from './topics-made-anew.ts'
import type { UnitLimits, UnitPorts } from './unit-run.ts'

/** What a group run needs of its consumer. */
export type GroupMember = Pick<
  GroupConsumer,
  | 'subscribe'
  | 'drain'
  | 'rewind'
  | 'commit'
  | 'close'
  | 'offsets'
  | 'topicIds'
  | 'sendOffsetsTo'
  | 'sincePollMs'
>
export type Join = (settings: ConsumerSettings, listener: ConsumerListener) => Promise<GroupMember>

export interface GroupPorts extends UnitPorts {
  /** Absent: there is no Postgres, and no unit has a row. */
  readonly rows?: RowPorts | undefined
  /** Absent: nothing ever is. */
  readonly isPaused?: IsPaused | undefined
  /** For actors with effects: 'kafka'. Throws as TransactionalProducer.connect. */
  readonly connectTransactional?: (group: string) => ReturnType<TransactionPorts['connect']>
}

export interface GroupSettings extends DrainBounds, UnitLimits {
  readonly consumer: ConsumerSettings
  readonly commitIntervalMs: number
  readonly drainTimeoutMs: number
}

/** G2. Kafka is asked meanwhile, and Postgres is told of all partitions at once. */
const takeWaitMs = 5_000
const giveBackWaitMs = 3_000

export class GroupRun implements ConsumerListener {
  readonly #settings: GroupSettings
  readonly #ports: GroupPorts
  readonly #log: Log
  readonly #partitions: AssignedPartitions
  readonly #topics: TopicsMadeAnew
  readonly steering: GroupSteering
  #consumer: GroupMember | undefined
  #rows: GroupRows | undefined
  #transactions: KafkaTransactions | undefined
  #commitTimer: NodeJS.Timeout | undefined
  /** The group has given us our part, which may be nothing, and has not taken it away. */
  #joined = false
  #stopping = false
  readonly #errors: KafkaErrors

  get name(): string {
    return this.#settings.consumer.groupId
  }

  private constructor(actors: readonly LoadedActor[], settings: GroupSettings, ports: GroupPorts) {
    this.#settings = settings
    this.#ports = ports
    this.#log = ports.log.child({ group: settings.consumer.groupId })
    this.#errors = new KafkaErrors(this.#log, ports)
    this.#topics = new TopicsMadeAnew(settings.consumer.startFrom, {
      brokers: () => (this.#stopping ? undefined : this.#consumer),
      runs: () => this.#partitions.all,
      unknown: (why) => this.#log.debug(`ids of topics are not known: ${why}`),
    })
    this.#partitions = new AssignedPartitions({
      group: settings.consumer.groupId,
      actors,
      limits: settings,
      units: ports,
      source: () => this.#connected,
      rows: () => this.#rows,
      isPaused: ports.isPaused ?? neverPaused,
      transactions: () => this.#transactions,
      event: (at, event) => this.event(at, event),
      failed: (error) => this.#failed(error),
    })
    this.steering = new GroupSteering(this.#partitions, ports.isPaused ?? neverPaused)
  }

  /** Joins the group. Throws KAFKA_UNAVAILABLE when no broker answers. */
  static async start(
    actors: readonly LoadedActor[],
    settings: GroupSettings,
    ports: GroupPorts,
    join: Join = (consumer, listener) => GroupConsumer.connect(consumer, listener),
  ): Promise<GroupRun> {
    const run = new GroupRun(actors, settings, ports)
    const consumer = await join(settings.consumer, run)
    run.#consumer = consumer
    const { connectTransactional, pause } = ports
    run.#transactions =
      connectTransactional &&
      transactionsOf(actors, {
        connect: () => connectTransactional(run.name),
        consumer,
        pause,
        random: () => ports.random(),
        fatal: (error) => {
          ports.fatal(error)
        },
        log: run.#log,
      })
    run.#rows =
      ports.rows &&
      new GroupRows(ports.rows, settings.consumer.startFrom, consumer, settings.creditRecords, () =>
        ports.monotonicMs(),
      )
    const topics = [...new Set(actors.flatMap((actor) => actor.topics))]
    try {
      consumer.subscribe(topics)
    } catch (error) {
      await run.stop()
      throw error
    }
    run.#commitTimer = setInterval(() => void run.#commitFrontiers(), settings.commitIntervalMs)
    run.#topics.begin()
    // A cluster that knows no ids is found out while the group is joined, and not when rows wait for the answer.
    if (run.#rows !== undefined) consumer.topicIds(topics).catch(() => undefined)
    return run
  }

  /** Assigned now, with where each stands; for status reports and the start log. */
  assignments(): readonly (TopicPartition & { readonly frontier: Offset | undefined })[] {
    return this.#partitions.all.map((run) => ({ ...run.at, frontier: run.frontier() }))
  }

  status(nowMs: number): GroupStatus {
    return {
      name: this.name,
      joined: this.#joined,
      assignments: this.#partitions.all.map((run) => run.status(nowMs)),
    }
  }

  /** Takes a unit out of the quarantine it is in since its workers kept ending. False: it is not here, or not in one. */
  resume(unit: Unit): boolean {
    const run = this.#partitions.get(unit)
    const held = run?.units.find((of) => of.unit.actor === unit.actor)
    return run !== undefined && held !== undefined && run.resume(held)
  }

  get joined(): boolean {
    return this.#joined
  }

  /** Units of it that wait for their rows, and what is away. */
  waitingForRows(): { readonly units: number; readonly dependency: string } | undefined {
    const waiting = this.#partitions.units.filter(
      ({ row, troubles }) => row.standing.kind === 'taking' && troubles.waitingFor !== null,
    )
    const dependency = waiting[0]?.troubles.waitingFor
    return dependency ? { units: waiting.length, dependency } : undefined
  }

  /** How long ago its consumer was polled last; 0 before it connected and when it is told to stop. */
  get sincePollMs(): number {
    return this.#stopping ? 0 : (this.#consumer?.sincePollMs ?? 0)
  }

  /** Never rejects: what brokers don't answer stays as it was. `now`: ms since the epoch. */
  async lookAtOffsets(now: () => number): Promise<void> {
    if (this.#consumer === undefined || this.#stopping) return
    const { startFrom } = this.#settings.consumer
    try {
      await lookAtOffsets(this.#consumer, this.#partitions.all, startFrom, now)
    } catch (error) {
      this.#log.debug(`ends of partitions are not known: ${messageOf(error)}`)
    }
  }

  offsets(...question: Parameters<GroupMember['offsets']>): ReturnType<GroupMember['offsets']> {
    return this.#connected.offsets(...question)
  }

  /** Leaves the group: drains, commits, gives back, disconnects. Always ends (delivery, stopping). */
  async stop(): Promise<void> {
    clearInterval(this.#commitTimer)
    this.#topics.end()
    this.#joined = false
    this.#stopping = true
    await this.#consumer?.close()
    await this.#transactions?.close()
    // Nothing is left of a group that was left in order; of one that was cut off, what runs ends here.
    await Promise.all(this.#partitions.all.map((run) => this.#partitions.forget(run)))
  }

  async assigned(partitions: readonly TopicPartition[]): Promise<readonly (Offset | undefined)[]> {
    // A revoke that failed midway may have left one behind.
    for (const run of this.#partitions.of(partitions)) this.#forgetLater(run)
    const runs = partitions.map((at) => this.#partitions.add(at))
    this.#joined = true
    this.#ports.telemetry.meters.rebalance(this.name, 'assigned')
    this.#log.info('partitions assigned', { partitions: partitions.map(topicPartitionKey) })
    const beginning = runs.filter(({ mustBegin }) => mustBegin).map((run) => run.begin())
    if (beginning.length > 0) await this.#within(takeWaitMs, Promise.all(beginning))
    return runs.map((run) => run.assignedAt())
  }

  async revoked(partitions: readonly TopicPartition[]): Promise<readonly TopicPartitionOffset[]> {
    const enough = new AbortController()
    const drained = new AbortController()
    void this.#ports.pause(this.#settings.drainTimeoutMs, drained.signal).then((passed) => {
      if (passed) enough.abort()
    })
    try {
      const offsets = await Promise.all(
        this.#partitions.of(partitions).map(async (run) => {
          await run.drain(enough.signal)
          await this.#giveBackRows(run)
          const offset = run.committable()
          await this.#partitions.forget(run)
          return offset === undefined ? [] : [{ ...run.at, offset }]
        }),
      )
      this.#ports.telemetry.meters.rebalance(this.name, 'revoked')
      this.#log.info('partitions revoked', {
        partitions: partitions.map(topicPartitionKey),
        drainedInTime: !enough.signal.aborted,
      })
      return offsets.flat()
    } finally {
      drained.abort()
    }
  }

  lost(partitions: readonly TopicPartition[]): void {
    this.#joined = false
    this.#ports.telemetry.meters.rebalance(this.name, 'lost')
    this.#log.warn(
      'partitions lost: the group gave them to others; what was in flight may be handled twice',
      {
        partitions: partitions.map(topicPartitionKey),
      },
    )
    for (const run of this.#partitions.of(partitions)) this.#forgetLater(run)
  }

  wake(at: TopicPartition): void {
    this.#partitions.get(at)?.wake()
  }

  event(at: TopicPartition | undefined, event: SourceEvent): void {
    if (event.kind === 'error') this.#errors.tell(at, event)
  }

  committed(tookMs: number): void {
    this.#ports.telemetry.meters.stage({ group: this.name }, 'commit', tookMs / 1_000)
  }

  fatal(error: TroupeError): void {
    this.#ports.fatal(error)
  }

  get #connected(): GroupMember {
    if (this.#consumer === undefined)
      throw new TroupeError('BUG', 'a partition was assigned before its consumer connected')
    return this.#consumer
  }

  #forgetLater(run: PartitionRun): void {
    this.#partitions.forget(run).catch((error: unknown) => this.#failed(error))
  }

  /** G1. What the rows have already is committed at once, and again when they have answered. */
  async #commitFrontiers(): Promise<void> {
    this.#commit()
    if (this.#rows === undefined) return
    try {
      if (await this.#rows.tell(this.#partitions.all)) this.#commit()
    } catch (error) {
      this.#failed(error)
    }
  }

  #commit(): void {
    if (this.#stopping) return
    const offsets: TopicPartitionOffset[] = []
    for (const run of this.#partitions.all) {
      const offset = run.takeCommittable()
      if (offset !== undefined) offsets.push({ ...run.at, offset })
    }
    // Also with nothing new: one that was refused, by a rebalance under way, is sent again with this call.
    this.#consumer?.commit(offsets)
  }

  async #giveBackRows(run: PartitionRun): Promise<void> {
    const rows = run.units.map(({ row }) => row).filter(({ standing }) => standing.kind === 'at-work')
    if (rows.length === 0 || this.#rows === undefined) return
    const told = [this.#rows.giveBack(rows), ...run.units.map((unit) => unit.remembered())]
    await this.#within(giveBackWaitMs, Promise.all(told))
  }

  /** Resolves when it is done, or not in time; it goes on then. */
  async #within(ms: number, work: Promise<unknown>): Promise<void> {
    const done = new AbortController()
    await Promise.race([
      work.catch((error: unknown) => {
        this.#failed(error)
      }),
      this.#ports.pause(ms, done.signal),
    ])
    done.abort()
  }

  #failed(error: unknown): void {
    this.#ports.fatal(
      error instanceof TroupeError
        ? error
        : new TroupeError('BUG', `a partition failed: ${String(error)}`, { cause: error }),
    )
  }
}
