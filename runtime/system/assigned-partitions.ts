/** The partitions that a group has given this process, each with a unit for every actor that receives from its topic. */

import type { DrainLimits, Drained, GroupConsumer, SourceEvent } from '../kafka/index.ts'
import type { Unit } from '../delivery/index.ts'
import { topicPartitionKey, type TopicPartition, type TopicPartitionKey } from '../topic-partition.ts'
import type { GroupRows } from './group-rows.ts'
import type { KafkaTransactions } from './kafka-transactions.ts'
import { versionOf, type LoadedActor } from './loaded-actor.ts'
import { PartitionRun, type DrainBounds } from './partition-run.ts'
import { UnitRun, type UnitLimits, type UnitPorts } from './unit-run.ts'
import { UnitTransactions } from './unit-transactions.ts'

export interface AssignedPorts {
  readonly group: string
  readonly actors: readonly LoadedActor[]
  readonly limits: DrainBounds & UnitLimits
  readonly units: UnitPorts
  /** Those of the group, once it has joined. */
  readonly source: () => Pick<GroupConsumer, 'drain' | 'rewind'>
  /** Undefined: no unit has a row. */
  readonly rows: () => GroupRows | undefined
  /** An operator wants it to stand still. */
  readonly isPaused: (unit: Unit) => boolean
  /** Undefined: no unit's effects are in Kafka. */
  readonly transactions: () => KafkaTransactions | undefined
  readonly event: (at: TopicPartition, event: SourceEvent) => void
  readonly failed: (error: unknown) => void
}

export class AssignedPartitions {
  readonly #ports: AssignedPorts
  readonly #runs = new Map<TopicPartitionKey, PartitionRun>()
  /** Of this process; each assignment and each rewind takes the next. */
  #lastEpoch = 0

  constructor(ports: AssignedPorts) {
    this.#ports = ports
  }

  get all(): readonly PartitionRun[] {
    return [...this.#runs.values()]
  }

  get units(): readonly UnitRun[] {
    return this.all.flatMap(({ units }) => units)
  }

  get(at: TopicPartition): PartitionRun | undefined {
    return this.#runs.get(topicPartitionKey(at))
  }

  of(partitions: readonly TopicPartition[]): readonly PartitionRun[] {
    return partitions.flatMap((at) => this.get(at) ?? [])
  }

  add(at: TopicPartition): PartitionRun {
    const { limits, units: unitPorts, source, rows, event, failed } = this.#ports
    const run = new PartitionRun(
      at,
      (of) => this.#unitsOf(of),
      limits,
      {
        drain: (drained) => this.#drain(at, drained),
        rewind: (offset) => source().rewind(at, offset),
        take: (claims) => rows()?.take(claims) ?? Promise.resolve([]),
        pause: unitPorts.pause,
        random: () => unitPorts.random(),
        event: (of) => event(at, of),
        failed,
      },
      () => this.#nextEpoch(),
    )
    this.#runs.set(topicPartitionKey(at), run)
    return run
  }

  /** It is gone: what still runs for it is given up. */
  async forget(run: PartitionRun): Promise<void> {
    if (this.get(run.at) === run) this.#runs.delete(topicPartitionKey(run.at))
    await run.revoke()
  }

  #unitsOf(run: PartitionRun): readonly UnitRun[] {
    const { group, actors, limits, units: ports, rows, isPaused } = this.#ports
    const transactions = this.#ports.transactions()
    const { topic, partition } = run.at
    return actors
      .filter(({ topics }) => topics.includes(topic))
      .map((actor) => {
        const loaded = versionOf(actor, partition)
        const unit: UnitRun = new UnitRun(
          loaded,
          { group, actor: loaded.definition.name, topic, partition },
          this.#nextEpoch(),
          limits,
          ports,
          {
            progressed: () => run.progressed(),
            lost: (afterMs) => run.lost(unit, afterMs),
            quarantined: () => run.quarantined(unit),
            fenced: (afterMs) => run.fenced(unit, afterMs),
            attemptLost: async (epoch, loss) => await rows()?.remember(unit.unit, epoch, loss),
          },
          rows() !== undefined && loaded.definition.effects === 'postgres',
          loaded.definition.effects === 'kafka' && transactions !== undefined
            ? new UnitTransactions(run.at, transactions)
            : undefined,
        )
        if (isPaused(unit.unit)) unit.pause()
        return unit
      })
  }

  async #drain(at: TopicPartition, limits: DrainLimits): Promise<Drained> {
    const { group, units, source } = this.#ports
    const began = units.monotonicMs()
    const drained = await source().drain(at, limits)
    if (drained.count > 0)
      units.telemetry.meters.stage({ group }, 'fetch', (units.monotonicMs() - began) / 1_000)
    return drained
  }

  #nextEpoch(): number {
    return (this.#lastEpoch += 1)
  }
}
