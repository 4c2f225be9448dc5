/**
 * Asks Postgres and Kafka about the units of a group. The order matters, since the group may be at work meanwhile: its
 * committed offsets first, which are never ahead of the rows; then the rows; then where the log begins and ends.
 */

import type { Options } from '../config/index.ts'
import { BatchReader } from '../batch/index.ts'
import {
  auditedRange,
  auditUnit,
  auditUntaken,
  recordCounter,
  type LogFacts,
  type RecordCounts,
  type Unit,
  type UnitAudit,
} from '../delivery/index.ts'
import {
  connectAdmin,
  connectGroupOffsets,
  connectLogReader,
  type LogReader,
  type PartitionOffsets,
} from '../kafka/index.ts'
import type { AuditStore, StoredUnit } from '../store/index.ts'
import { kafkaSettings } from './kafka-settings.ts'
import { topicPartitionKey, type TopicPartition } from '../topic-partition.ts'

export interface AuditedPartition {
  readonly unit: Unit
  /** Undefined: it was never taken. */
  readonly stored: StoredUnit | undefined
  readonly audit: UnitAudit
}

export interface AuditQuestion {
  readonly group: string
  readonly actor: string | undefined
  readonly topic: string | undefined
  /** Read the log, to know of offsets without a record. */
  readonly deep: boolean
  /** Told before each partition that is read. */
  readonly onRead: (unit: Unit, offsets: number) => void
}

/** Empty: there are no such units. */
export const auditGroup = async (
  store: AuditStore,
  options: Options,
  question: AuditQuestion,
): Promise<readonly AuditedPartition[]> => {
  const known = await unitsOf(store, question)
  if (known.length === 0) return []
  const settings = kafkaSettings(options)
  const partitions = await partitionsOf(options, [...new Set(known.map(({ unit }) => unit.topic))])
  const offsets = await connectGroupOffsets(settings, question.group)
  try {
    const before = byPartition(await offsets.of(partitions))
    const units = await unitsOf(store, question)
    const after = byPartition(await offsets.of(partitions))
    const reader = question.deep ? await connectLogReader(settings) : undefined
    try {
      const facts = (at: TopicPartition, records: RecordCounts | undefined): LogFacts | undefined => {
        const asked = after.get(topicPartitionKey(at))
        if (asked === undefined) return undefined
        const { low, high: end } = asked
        return { low, end, committed: before.get(topicPartitionKey(at))?.committed, records }
      }
      const audited: AuditedPartition[] = []
      for (const stored of units) {
        const { unit } = stored
        const records = reader && (await countRecords(reader, stored, facts(unit, undefined), question))
        audited.push({ unit, stored, audit: auditUnit(stored, facts(unit, records)) })
      }
      return [...audited, ...untaken(units, partitions, facts)].sort(byPlace)
    } finally {
      await reader?.close()
    }
  } finally {
    await offsets.close()
  }
}

const unitsOf = async (
  store: AuditStore,
  { group, actor, topic }: AuditQuestion,
): Promise<readonly StoredUnit[]> => {
  const units = await store.units(group)
  return units.filter(
    ({ unit }) =>
      (actor === undefined || unit.actor === actor) && (topic === undefined || unit.topic === topic),
  )
}

const partitionsOf = async (
  options: Options,
  topics: readonly string[],
): Promise<readonly TopicPartition[]> => {
  const admin = await connectAdmin(kafkaSettings(options))
  try {
    const partitions: TopicPartition[] = []
    for (const topic of topics) {
      const count = (await admin.partitionsOf(topic)) ?? 0
      for (let partition = 0; partition < count; partition += 1) partitions.push({ topic, partition })
    }
    return partitions
  } finally {
    await admin.close()
  }
}

const byPartition = (offsets: readonly PartitionOffsets[]): ReadonlyMap<string, PartitionOffsets> =>
  new Map(offsets.map((each) => [topicPartitionKey(each), each]))

const countRecords = async (
  reader: LogReader,
  stored: StoredUnit,
  log: LogFacts | undefined,
  { onRead }: AuditQuestion,
): Promise<RecordCounts | undefined> => {
  if (log === undefined) return undefined
  const counter = recordCounter(stored)
  const range = auditedRange(stored, log.low)
  if (range !== undefined) {
    onRead(stored.unit, range.to - range.from)
    await reader.read(stored.unit, range.from, Math.min(range.to, log.end), (batch) => {
      const records = new BatchReader(batch)
      while (records.next()) counter.add(records.offset, () => records.key())
    })
  }
  return counter.counts()
}

/** Partitions of an actor's topics that have no row, while others of the topic have one. */
const untaken = (
  units: readonly StoredUnit[],
  partitions: readonly TopicPartition[],
  facts: (at: TopicPartition, records: undefined) => LogFacts | undefined,
): readonly AuditedPartition[] => {
  const taken = new Set(units.map(({ unit }) => JSON.stringify([unit.actor, unit.topic, unit.partition])))
  const actors = new Map(
    units.map(({ unit: { group, actor, topic } }) => [
      JSON.stringify([actor, topic]),
      { group, actor, topic },
    ]),
  )
  return [...actors.values()].flatMap(({ group, actor, topic }) =>
    partitions.flatMap((at): AuditedPartition[] => {
      if (at.topic !== topic || taken.has(JSON.stringify([actor, topic, at.partition]))) return []
      const log = facts(at, undefined)
      return log === undefined
        ? []
        : [{ unit: { group, actor, ...at }, stored: undefined, audit: auditUntaken(log) }]
    }),
  )
}

const byPlace = ({ unit: a }: AuditedPartition, { unit: b }: AuditedPartition): number =>
  compare(a.actor, b.actor) || compare(a.topic, b.topic) || a.partition - b.partition

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
