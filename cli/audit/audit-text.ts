/** An audit as people and programs read it. */

import { noOutcomes, outcomeNames, type OffsetRange, type Unit } from '../../runtime/delivery/index.ts'
import { printable, textTable, timeText } from '../text-table.ts'
import type { AuditedPartition } from '../../runtime/system/group-audit.ts'

export const isClean = (partitions: readonly AuditedPartition[]): boolean =>
  partitions.every(({ audit }) => audit.findings.length === 0)

export const auditText = (group: string, partitions: readonly AuditedPartition[]): string => {
  const withFindings = partitions.filter(({ audit }) => audit.findings.length > 0).length
  return [
    `group ${printable(group)}: ${String(partitions.length)} units, ${withFindings === 0 ? 'every offset is accounted for' : `${String(withFindings)} with findings`}`,
    '',
    table(partitions),
    ...section(
      'events',
      partitions.flatMap(({ unit, stored }) =>
        (stored?.history ?? []).map(
          ({ kind, from, to, by, atMs }) =>
            `${timeText(atMs)}  ${nameOf(unit)}  ${kind} ${from === undefined ? '' : `from ${String(from)} `}to ${String(to)}, by ${by}`,
        ),
      ),
    ),
    ...section(
      'findings',
      partitions.flatMap(({ unit, audit }) =>
        audit.findings.map(
          ({ range, message }) => `${nameOf(unit)}${range ? ` ${rangeText(range)}` : ''}: ${message}`,
        ),
      ),
    ),
    ...section(
      'notes',
      partitions.flatMap(({ unit, audit }) => audit.notes.map((note) => `${nameOf(unit)}: ${note}`)),
    ),
  ].join('\n')
}

/** Of the outcomes those that anything had. */
const table = (partitions: readonly AuditedPartition[]): string => {
  const names = outcomeNames.filter((name) =>
    partitions.some(({ stored }) => (stored?.counts[name] ?? 0) > 0),
  )
  return textTable(
    [
      'ACTOR',
      'PARTITION',
      'ACCOUNTED',
      ...names.map((name) => name.toUpperCase()),
      'PASSED OVER',
      'ABSENT',
      'BEHIND',
      '',
    ],
    partitions.map(({ unit, stored, audit }) => [
      unit.actor,
      `${unit.topic}/${String(unit.partition)}`,
      audit.accounted ? rangeText(audit.accounted) : '–',
      ...names.map((name) => String(stored?.counts[name] ?? 0)),
      String(audit.passedOver),
      audit.absent === undefined ? '?' : String(audit.absent),
      String(audit.behind),
      audit.findings.length === 0 ? 'clean' : audit.findings.map(({ kind }) => kind).join(', '),
    ]),
  )
}

export const auditJson = (group: string, partitions: readonly AuditedPartition[]): object => ({
  group,
  clean: isClean(partitions),
  units: partitions.map(({ unit: { actor, topic, partition }, stored, audit }) => ({
    actor,
    topic,
    partition,
    counts: stored?.counts ?? noOutcomes(),
    ...audit,
    accounted: audit.accounted ?? null,
    absent: audit.absent ?? null,
    events: stored?.history ?? [],
  })),
})

const nameOf = ({ actor, topic, partition }: Unit): string =>
  printable(`${actor} ${topic}/${String(partition)}`)

const rangeText = ({ from, to }: OffsetRange): string => `[${String(from)},${String(to)})`

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${printable(line)}`)]
