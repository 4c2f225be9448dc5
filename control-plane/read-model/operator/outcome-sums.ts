/** Outcomes added up: counts of all processes that are shown, rates of the live ones. */

import type { OutcomeStatus } from '../../../runtime/control/index.ts'
import type { ProcessView } from './process-view.ts'

export interface OutcomesView {
  readonly applied: number
  readonly duplicate: number
  readonly redelivered: number
  readonly rejected: number
  readonly undecodable: number
  readonly exhausted: number
  readonly skipped: number
  readonly total: number
  readonly retries: number
  readonly perSecond: number
}

export interface ToldOutcome extends OutcomeStatus {
  readonly process: ProcessView
}

const outcomes = [
  'applied',
  'duplicate',
  'redelivered',
  'rejected',
  'undecodable',
  'exhausted',
  'skipped',
] as const satisfies readonly (keyof OutcomeStatus['counts'])[]

export const toldOutcomes = (processes: readonly ProcessView[]): readonly ToldOutcome[] =>
  processes.flatMap((process) => (process.report?.outcomes ?? []).map((told) => ({ ...told, process })))

export const sumOfOutcomes = (told: readonly ToldOutcome[]): OutcomesView => {
  const sums = Object.fromEntries(
    outcomes.map((outcome) => [outcome, told.reduce((sum, { counts }) => sum + countOf(counts[outcome]), 0)]),
  ) as Record<(typeof outcomes)[number], number>
  return {
    ...sums,
    total: outcomes.reduce((sum, outcome) => sum + sums[outcome], 0),
    retries: told.reduce((sum, { retries }) => sum + retries, 0),
    perSecond: told.reduce((sum, { process, perSecond }) => sum + (process.live ? perSecond : 0), 0),
  }
}

/** A process of an earlier version may not count an outcome that we do. */
const countOf = (count: unknown): number => (Number.isSafeInteger(count) ? (count as number) : 0)
