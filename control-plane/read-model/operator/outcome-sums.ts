/** Outcomes added up: counts of all processes that are shown, rates of the live ones. */

import type { OutcomeStatus, StageCosts } from '../../../runtime/control/index.ts'
import type { ProcessView } from './process-view.ts'

export interface OutcomesView {
  readonly applied: number
  readonly duplicate: number
  readonly redelivered: number
  readonly rejected: number
  readonly undecodable: number
  readonly exhausted: number
  readonly skipped: number
  readonly parked: number
  readonly total: number
  readonly retries: number
  readonly perSecond: number
  /** Records a second, by outcome; of live processes. */
  readonly rates: Readonly<Record<Outcome, number>>
  readonly stages: readonly StageView[]
}

export interface StageView {
  readonly stage: string
  /** Since the processes began. */
  readonly totalMs: number
  /** ms a second, of live processes. */
  readonly msPerSecond: number
}

export interface ToldOutcome extends OutcomeStatus {
  readonly process: ProcessView
}

type Outcome = keyof OutcomeStatus['counts']

const outcomes = [
  'applied',
  'duplicate',
  'redelivered',
  'rejected',
  'undecodable',
  'exhausted',
  'skipped',
  'parked',
] as const satisfies readonly Outcome[]

/** A parked record has another outcome later, which counts it. */
const final = outcomes.filter((outcome) => outcome !== 'parked')

export const toldOutcomes = (processes: readonly ProcessView[]): readonly ToldOutcome[] =>
  processes.flatMap((process) => (process.report?.outcomes ?? []).map((told) => ({ ...told, process })))

export const sumOfOutcomes = (told: readonly ToldOutcome[]): OutcomesView => {
  const sums = byOutcome((outcome) => told.reduce((sum, { counts }) => sum + countOf(counts[outcome]), 0))
  const rates = byOutcome((outcome) =>
    told.reduce((sum, { process, rates }) => sum + (process.live ? rateOf(rates[outcome]) : 0), 0),
  )
  return {
    ...sums,
    total: final.reduce((sum, outcome) => sum + sums[outcome], 0),
    retries: told.reduce((sum, { retries }) => sum + retries, 0),
    perSecond: final.reduce((sum, outcome) => sum + rates[outcome], 0),
    rates,
    stages: stages.map(([stage, field]) => ({
      stage,
      totalMs: Math.round(told.reduce((sum, { stages }) => sum + rateOf(stages?.[field]), 0)),
      msPerSecond: told.reduce(
        (sum, { process, stageRates }) => sum + (process.live ? rateOf(stageRates?.[field]) : 0),
        0,
      ),
    })),
  }
}

/** In the order in which a batch passes them. */
const stages = [
  ['queue', 'queueMs'],
  ['decode', 'decodeMs'],
  ['handle', 'handleMs'],
  ['store', 'storeMs'],
] as const satisfies readonly (readonly [stage: string, field: keyof StageCosts])[]

/** A process of an earlier version may not count an outcome that we do. */
const countOf = (count: unknown): number => (Number.isSafeInteger(count) ? (count as number) : 0)
const rateOf = (rate: unknown): number => (Number.isFinite(rate) ? (rate as number) : 0)

const byOutcome = (value: (outcome: Outcome) => number): Record<Outcome, number> =>
  Object.fromEntries(outcomes.map((outcome) => [outcome, value(outcome)])) as Record<Outcome, number>
