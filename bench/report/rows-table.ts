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
