/** Rows of contenders as a table: rates, what they are against one of them, what they use. */

import type { Row } from '../harness/sample.ts'
import { numberText } from './bar-chart.ts'
import type { Table } from './report.ts'

export const tableOf = (rows: readonly Row[], base: string): Table => {
  const of = rows.find(({ id }) => id === base)?.recordsPerSecond.median ?? NaN
  return {
    columns: [
      'contender',
      'records/s: min',
      'median',
      'max',
      `× ${base}`,
      'CPU s per million',
      'peak RSS, MB',
    ],
    rows: rows.map(({ id, recordsPerSecond: { min, median, max }, cpuSecondsPerMillion, peakRssMb }) => [
      id,
      numberText(min),
      numberText(median),
      numberText(max),
      (median / of).toFixed(3),
      cpuSecondsPerMillion.toFixed(2),
      String(peakRssMb),
    ]),
  }
}

export interface Target {
  readonly peer: string
  /** Ours over the peer's, medians of one run. */
  readonly atLeast: number
}

/** Peers that were not measured are not in it. */
export const reachedTable = (rows: readonly Row[], ours: string, targets: readonly Target[]): Table => {
  const rate = (id: string): number => rows.find((row) => row.id === id)?.recordsPerSecond.median ?? NaN
  return {
    title: `${ours} against`,
    columns: ['peer', 'ratio', 'to reach', 'reached'],
    rows: targets
      .map(({ peer, atLeast }) => ({ peer, atLeast, ratio: rate(ours) / rate(peer) }))
      .filter(({ ratio }) => !Number.isNaN(ratio))
      .map(({ peer, atLeast, ratio }) => [
        peer,
        `${ratio.toFixed(2)} ×`,
        `${atLeast} ×`,
        ratio >= atLeast ? 'yes' : 'no',
      ]),
  }
}
