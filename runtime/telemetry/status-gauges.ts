/** A status report as the gauges that are drawn from it: only what it tells, so that what is gone from it is gone. */

import type {
  AssignmentStatus,
  OutboxStatus,
  ParkedStatus,
  StatusReport,
  UnitStatus,
} from '../control/index.ts'
import type { MetricName } from './metric-table.ts'

export interface GaugeReading {
  readonly metric: MetricName
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export const gaugeReadings = (report: StatusReport): readonly GaugeReading[] => [
  ...report.groups.flatMap(({ name, assignments }) => [
    { metric: 'assigned', labels: { group: name }, value: assignments.length } as const,
    ...assignments.flatMap((assignment) => [
      ...ofPartition(name, assignment),
      ...assignment.units.flatMap((unit) => ofUnit(name, assignment, unit)),
    ]),
  ]),
  ...report.health.workers.map(
    ({ threadId, busy }) =>
      ({ metric: 'workerUtilization', labels: { thread: String(threadId) }, value: busy }) as const,
  ),
  ...report.readiness.map(
    ({ name, ready }) => ({ metric: 'ready', labels: { check: name }, value: ready ? 1 : 0 }) as const,
  ),
  ...(report.outbox === undefined ? [] : ofOutbox(report.outbox)),
]

const ofPartition = (group: string, assignment: AssignmentStatus): readonly GaugeReading[] => {
  const { topic, partition, position, frontier, end, lagRecords, lagMs } = assignment
  const labels = { group, topic, partition: String(partition) }
  return [
    ...known('position', labels, position),
    ...known('frontier', labels, frontier),
    ...known('end', labels, end),
    ...known('lagRecords', labels, lagRecords),
    ...known('lagSeconds', labels, seconds(lagMs)),
  ]
}

const ofUnit = (
  group: string,
  { topic, partition }: AssignmentStatus,
  unit: UnitStatus,
): readonly GaugeReading[] => {
  const labels = { group, actor: unit.actor, topic, partition: String(partition) }
  return [
    { metric: 'creditUsedRecords', labels, value: unit.unfinishedRecords },
    { metric: 'creditLeftRecords', labels, value: unit.creditRecords },
    { metric: 'creditUsedBytes', labels, value: unit.unfinishedBytes },
    { metric: 'creditLeftBytes', labels, value: unit.creditBytes },
    ...(unit.waitingFor === null
      ? []
      : [{ metric: 'waiting', labels: { ...labels, dependency: unit.waitingFor }, value: 1 } as const]),
    ...(unit.parked ? ofParked(labels, unit.parked) : []),
  ]
}

const ofParked = (
  labels: GaugeReading['labels'],
  { keys, held, records, oldestAgeMs }: ParkedStatus,
): readonly GaugeReading[] => [
  { metric: 'parkedKeys', labels: { ...labels, state: 'waiting' }, value: keys - held },
  { metric: 'parkedKeys', labels: { ...labels, state: 'held' }, value: held },
  { metric: 'parkedRecords', labels, value: records },
  { metric: 'parkedAge', labels, value: oldestAgeMs / 1_000 },
]

const ofOutbox = ({ slices, parked, heldBackMs }: OutboxStatus): readonly GaugeReading[] => {
  const states = new Map<string, number>()
  for (const { state } of slices) states.set(state, (states.get(state) ?? 0) + 1)
  return [
    ...slices.flatMap(({ slice, records, ageMs }) => {
      const labels = { slice: String(slice) }
      return [...known('outboxBacklog', labels, records), ...known('outboxAge', labels, seconds(ageMs))]
    }),
    ...[...states].map(([state, value]) => ({ metric: 'outboxSlices', labels: { state }, value }) as const),
    ...known('outboxParked', {}, parked),
    ...known('outboxHeldBack', {}, seconds(heldBackMs)),
  ]
}

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1_000)

/** What is not known is not shown. */
const known = (
  metric: MetricName,
  labels: GaugeReading['labels'],
  value: number | null,
): readonly GaugeReading[] => (value === null ? [] : [{ metric, labels, value }])
