/**
 * One consumer group of this process: its consumer, and a partition run for every partition it is assigned. It
 * commits frontiers by a timer, and drains, commits and gives back what is revoked, in that order.
 */

import type { GroupStatus } from '../control/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import {
  GroupConsumer,
  type ConsumerListener,
  type ConsumerSettings,
  type Drained,
  type DrainLimits,
  type SourceEvent,
} from '../kafka/index.ts'
import type { Log } from '../telemetry/index.ts'
import {
  topicPartitionKey,
  type Offset,
  type TopicPartition,
  type TopicPartitionKey,
  type TopicPartitionOffset,
} from '../topic-partition.ts'
import type { LoadedActor } from './loaded-actor.ts'
import { lookAtOffsets } from './look-at-offsets.ts'
import { PartitionRun, type DrainBounds } from './partition-run.ts'
import { UnitRun, type UnitLimits, type UnitPorts } from './unit-run.ts'

/** What a group run needs of its consumer. */
export type GroupMember = Pick<
  GroupConsumer,
  'subscribe' | 'drain' | 'rewind' | 'commit' | 'close' | 'offsets' | 'sincePollMs'
>
export type Join = (settings: ConsumerSettings, listener: ConsumerListener) => Promise<GroupMember>

export interface GroupSettings extends DrainBounds, UnitLimits {
  readonly consumer: ConsumerSettings
  readonly commitIntervalMs: number
  readonly drainTimeoutMs: number
}

/** How often an error of the connection is worth a warning. */
const repeatedAfterMs = 10_000

export class GroupRun implements ConsumerListener {
  readonly #actors: readonly LoadedActor[]
  readonly #settings: GroupSettings
  readonly #ports: UnitPorts
  readonly #log: Log
  readonly #partitions = new Map<TopicPartitionKey, PartitionRun>()
  /** Of this process; each assignment and each rewind takes the next. */
  #lastEpoch = 0
  #consumer: GroupMember | undefined
  #commitTimer: NodeJS.Timeout | undefined
  /** The group has given us our part, which may be nothing, and has not taken it away. */
  #joined = false
  #stopping = false
  /** librdkafka's code → when it was logged as a warning. */
  readonly #warnedAt = new Map<number, number>()

  get name(): string {
    return this.#settings.consumer.groupId
  }

  private constructor(actors: readonly LoadedActor[], settings: GroupSettings, ports: UnitPorts) {
    this.#actors = actors
    this.#settings = settings
    this.#ports = ports
    this.#log = ports.log.child({ group: settings.consumer.groupId })
  }

  /** Joins the group. Throws KAFKA_UNAVAILABLE when no broker answers. */
  static async start(
    actors: readonly LoadedActor[],
    settings: GroupSettings,
    ports: UnitPorts,
    join: Join = (consumer, listener) => GroupConsumer.connect(consumer, listener),
  ): Promise<GroupRun> {
    const run = new GroupRun(actors, settings, ports)
    run.#consumer = await join(settings.consumer, run)
    try {
      run.#consumer.subscribe([...new Set(actors.flatMap(({ topics }) => topics))])
    } catch (error) {
      await run.stop()
      throw error
    }
    run.#commitTimer = setInterval(() => run.#commitFrontiers(), settings.commitIntervalMs)
    return run
  }

  /** Assigned now, with where each stands; for status reports and the start log. */
  assignments(): readonly (TopicPartition & { readonly frontier: Offset | undefined })[] {
    return [...this.#partitions.values()].map((run) => ({ ...run.at, frontier: run.frontier() }))
  }

  status(nowMs: number): GroupStatus {
    return {
      name: this.name,
      joined: this.#joined,
      assignments: [...this.#partitions.values()].map((run) => run.status(nowMs)),
    }
  }

  get joined(): boolean {
    return this.#joined
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
      await lookAtOffsets(this.#consumer, [...this.#partitions.values()], startFrom, now)
    } catch (error) {
      this.#log.debug(`ends of partitions are not known: ${messageOf(error)}`)
    }
  }

  /** Leaves the group: drains, commits, gives back, disconnects. Always ends (delivery, stopping). */
  async stop(): Promise<void> {
    clearInterval(this.#commitTimer)
    this.#joined = false
    this.#stopping = true
    await this.#consumer?.close()
    // Nothing is left of a group that was left in order; of one that was cut off, what runs ends here.
    await Promise.all([...this.#partitions.values()].map((run) => this.#forget(run)))
  }

  assigned(partitions: readonly TopicPartition[]): Promise<readonly (Offset | undefined)[]> {
    // A revoke that failed midway may have left one behind.
    for (const run of this.#runsOf(partitions)) this.#forgetLater(run)
    for (const at of partitions) this.#partitions.set(topicPartitionKey(at), this.#partitionRun(at))
    this.#joined = true
    this.#ports.telemetry.meters.rebalance(this.name, 'assigned')
    this.#log.info('partitions assigned', { partitions: partitions.map(topicPartitionKey) })
    return Promise.resolve(partitions.map(() => undefined))
  }

  async revoked(partitions: readonly TopicPartition[]): Promise<readonly TopicPartitionOffset[]> {
    const enough = new AbortController()
    const drained = new AbortController()
    void this.#ports.pause(this.#settings.drainTimeoutMs, drained.signal).then((passed) => {
      if (passed) enough.abort()
    })
    try {
      const offsets = await Promise.all(
        this.#runsOf(partitions).map(async (run) => {
          const offset = await run.drain(enough.signal)
          await this.#forget(run)
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
    for (const run of this.#runsOf(partitions)) this.#forgetLater(run)
  }

  wake(at: TopicPartition): void {
    this.#partitions.get(topicPartitionKey(at))?.wake()
  }

  event(at: TopicPartition | undefined, event: SourceEvent): void {
    if (event.kind !== 'error') return
    // librdkafka says the same ten times a second while a broker is away.
    const now = this.#ports.monotonicMs()
    const isRepeated = now - (this.#warnedAt.get(event.code) ?? -Infinity) < repeatedAfterMs
    if (!isRepeated) this.#warnedAt.set(event.code, now)
    this.#log[isRepeated ? 'debug' : 'warn'](`Kafka: ${event.message}`, { ...at, code: event.code })
    this.#ports.sightings.see({ code: `KAFKA ${String(event.code)}`, message: event.message, ...at })
  }

  committed(tookMs: number): void {
    this.#stage('commit', tookMs)
  }

  fatal(error: TroupeError): void {
    this.#ports.fatal(error)
  }

  #partitionRun(at: TopicPartition): PartitionRun {
    const { topic, partition } = at
    const { groupId: group } = this.#settings.consumer
    const units = (run: PartitionRun): readonly UnitRun[] =>
      this.#actors
        .filter(({ topics }) => topics.includes(topic))
        .map((loaded) => {
          const unit: UnitRun = new UnitRun(
            loaded,
            { group, actor: loaded.definition.name, topic, partition },
            this.#nextEpoch(),
            this.#settings,
            this.#ports,
            { progressed: () => run.progressed(), lost: (afterMs) => run.lost(unit, afterMs) },
          )
          return unit
        })
    return new PartitionRun(
      at,
      units,
      this.#settings,
      {
        drain: (limits) => this.#drain(at, limits),
        rewind: (offset) => this.#connected.rewind(at, offset),
        pause: this.#ports.pause,
        event: (event) => this.event(at, event),
        failed: (error) => this.#failed(error),
      },
      () => this.#nextEpoch(),
    )
  }

  async #drain(at: TopicPartition, limits: DrainLimits): Promise<Drained> {
    const began = this.#ports.monotonicMs()
    const drained = await this.#connected.drain(at, limits)
    if (drained.count > 0) this.#stage('fetch', this.#ports.monotonicMs() - began)
    return drained
  }

  #stage(stage: 'fetch' | 'commit', tookMs: number): void {
    this.#ports.telemetry.meters.stage({ group: this.name }, stage, tookMs / 1_000)
  }

  get #connected(): GroupMember {
    if (this.#consumer === undefined)
      throw new TroupeError('BUG', 'a partition was assigned before its consumer connected')
    return this.#consumer
  }

  #nextEpoch(): number {
    return (this.#lastEpoch += 1)
  }

  #runsOf(partitions: readonly TopicPartition[]): readonly PartitionRun[] {
    return partitions.flatMap((at) => this.#partitions.get(topicPartitionKey(at)) ?? [])
  }

  async #forget(run: PartitionRun): Promise<void> {
    this.#partitions.delete(topicPartitionKey(run.at))
    await run.revoke()
  }

  #forgetLater(run: PartitionRun): void {
    this.#forget(run).catch((error: unknown) => this.#failed(error))
  }

  #commitFrontiers(): void {
    const offsets: TopicPartitionOffset[] = []
    for (const run of this.#partitions.values()) {
      const offset = run.takeCommittable()
      if (offset !== undefined) offsets.push({ ...run.at, offset })
    }
    // Also with nothing new: one that was refused, by a rebalance under way, is sent again with this call.
    this.#consumer?.commit(offsets)
  }

  #failed(error: unknown): void {
    this.#ports.fatal(
      error instanceof TroupeError
        ? error
        : new TroupeError('BUG', `a partition failed: ${String(error)}`, { cause: error }),
    )
  }
}
