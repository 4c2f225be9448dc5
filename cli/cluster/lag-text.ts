/** Lag as people and programs read it. */

import type { PartitionView } from '../../control-plane/read-model/operator/partition-view.ts'
import { durationText } from '../duration-text.ts'
import { printable, textTable } from '../text-table.ts'

export const needsSomebody = ({ hold, status }: PartitionView): boolean =>
  hold === 'UNHELD' || status.units.some(({ quarantine }) => typeof quarantine === 'string')

export const lagText = (partitions: readonly PartitionView[]): string => {
  if (partitions.length === 0)
    return 'no partitions: no process of such a group has reported any within a day'
  const known = partitions.flatMap(({ status }) => status.lagRecords ?? [])
  const ages = partitions.flatMap(({ status }) => status.lagMs ?? [])
  return [
    `${String(partitions.length)} partitions, ${String(known.reduce((sum, lag) => sum + lag, 0))} records behind, ` +
      `the oldest ${ages.length === 0 ? 'of unknown age' : durationText(Math.max(...ages))}` +
      (known.length === partitions.length
        ? ''
        : `; of ${String(partitions.length - known.length)} it is not known`),
    '',
    textTable(
      ['GROUP', 'PARTITION', 'FRONTIER', 'END', 'LAG', 'AGE', 'PROCESS', 'STATE'],
      partitions.map(({ groupName, status, hold, told }) => [
        groupName,
        `${status.topic}/${String(status.partition)}`,
        numberText(status.frontier),
        numberText(status.end),
        numberText(status.lagRecords),
        status.lagMs === null ? '?' : durationText(status.lagMs),
        hold === 'UNHELD' ? 'nobody' : told.id,
        stateText(hold, status.units),
      ]),
    ),
  ].join('\n')
}

const numberText = (value: number | null): string => (value === null ? '?' : String(value))

/** Units that run and wait for nothing are not worth a word. */
const stateText = (hold: PartitionView['hold'], units: PartitionView['status']['units']): string => {
  const told = units.flatMap(({ actor, lifecycle, quarantine, waitingFor, parked }) => {
    const what = [
      ...(typeof quarantine === 'string'
        ? [`in quarantine: ${quarantine}`]
        : lifecycle === 'running'
          ? []
          : [lifecycle]),
      ...(waitingFor === null ? [] : [`waits for ${waitingFor}`]),
      ...(parked && parked.keys > 0 ? [`${String(parked.keys)} keys parked`] : []),
    ]
    return what.length === 0 ? [] : [`${actor} ${what.join(', ')}`]
  })
  return printable([...(hold === 'CONTESTED' ? ['claimed by several'] : []), ...told].join('; '))
}

export const lagJson = (readAt: Date, partitions: readonly PartitionView[]): object => ({
  readAt,
  partitions: partitions.map(({ groupName, status, hold, told }) => ({
    group: groupName,
    ...status,
    hold,
    process: hold === 'UNHELD' ? null : told.id,
    asOf: told.lastBeat,
  })),
})
