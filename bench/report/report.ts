/** What a benchmark has to say: kept as JSON with its samples, drawn from there as Markdown and charts. */

import type { LeftOut } from '../harness/rounds.ts'
import type { Row } from '../harness/sample.ts'

export interface Table {
  readonly title?: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface Bar {
  readonly label: string
  readonly value: number
  readonly min?: number
  readonly max?: number
}

export interface Chart {
  readonly title: string
  readonly unit: string
  readonly bars: readonly Bar[]
}

export interface Report {
  /** Its files' name, and its command. */
  readonly id: string
  readonly title: string
  readonly command: string
  readonly takenOn: string
  readonly machine: string
  readonly versions: Readonly<Record<string, string>>
  /** What was done, and what was left out of the clock. */
  readonly workload: string
  readonly tables: readonly Table[]
  readonly chart?: Chart
  readonly notes: readonly string[]
  readonly leftOut: readonly LeftOut[]
  /** One a contender. */
  readonly rows: readonly Row[]
  /** Whatever else was measured. */
  readonly samples?: unknown
}
