/** Shows a report, and keeps it where it is wanted. */

import { writeFile } from 'node:fs/promises'
import type { Report } from './report.ts'
import { writeResults } from './write-results.ts'

export interface Keeping {
  readonly jsonFile: string | undefined
  /** In bench/results and bench/RESULTS.md. */
  readonly keepResults: boolean
}

export const keepReport = async (report: Report, { jsonFile, keepResults }: Keeping): Promise<void> => {
  for (const { title, columns, rows } of report.tables) {
    const lines = [columns, ...rows].map((cells) =>
      cells.map((cell, nth) => cell.padEnd(nth === 0 ? 34 : 18)).join(''),
    )
    console.log(['', ...(title === undefined ? [] : [title]), ...lines].join('\n'))
  }
  if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify(report, null, 2)}\n`)
  if (keepResults) writeResults(report)
}
