/**
 * Whether, and when, a process is started again in the slot of one that ended. Pure: time and chance are arguments.
 *
 * C1  A process that ends by itself is started again after a backoff that doubles with each end in a row of its slot;
 *     one that had run for long begins at the shortest.
 * C2  Each such restart spends one of the node's budget: a cause that goes from process to process, as a poisonous
 *     record does with its partition, is seen as one. What a start waits for costs nothing.
 * C3  Past the budget the node ends. So does one whose first start shows that its configuration is wrong.
 * C4  A process that found the record which killed its predecessor gives back what that death had cost.
 */

import { exitCodes, type ExitCode } from '../process/exit-code.ts'
import {
  backoffMs,
  spendRestart,
  type BackoffPolicy,
  type ChildEnd,
  type RestartBudget,
} from '../supervision/index.ts'
import { nameOfEnd, ruleOfEnd } from './process-end.ts'
import type { Slot } from './slot-lifecycle.ts'

export interface RestartPolicy {
  readonly budget: RestartBudget
  readonly backoff: BackoffPolicy
  /** A process that ran for so long had no trouble of its start. */
  readonly settledAfterMs: number
}

export interface RestartState {
  /** Times of restarts that still count. */
  readonly spent: readonly number[]
  /** Ends in a row, by slot. */
  readonly ends: ReadonlyMap<Slot, number>
  /** Some process of this node once got through its start. */
  readonly everRan: boolean
}

export const noRestarts: RestartState = { spent: [], ends: new Map(), everRan: false }

export type RestartEvent =
  /** A process is through its start. */
  | { readonly kind: 'running'; readonly slot: Slot }
  /** A process ended that was not told to, or was told because of what it did itself. */
  | {
      readonly kind: 'ended'
      readonly slot: Slot
      readonly end: ChildEnd
      /** Since it was through its start; undefined: it never was. */
      readonly ranForMs: number | undefined
      /** What it said last, or why it was told to end. */
      readonly reason?: string | undefined
      /** 0 to 1. */
      readonly jitter: number
    }
  /** C4 */
  | { readonly kind: 'cause-found' }

export type RestartDecision =
  | { readonly kind: 'none' }
  | { readonly kind: 'restart'; readonly afterMs: number; readonly reason: string }
  | { readonly kind: 'give-up'; readonly exitCode: ExitCode; readonly reason: string }

export interface Decided {
  readonly state: RestartState
  readonly decision: RestartDecision
}

export const restartDecision = (
  state: RestartState,
  event: RestartEvent,
  nowMs: number,
  policy: RestartPolicy,
): Decided => {
  switch (event.kind) {
    case 'running':
      return { state: { ...state, everRan: true }, decision: { kind: 'none' } }
    case 'cause-found':
      return { state: { ...state, spent: state.spent.slice(0, -1) }, decision: { kind: 'none' } }
    case 'ended':
      return afterEnd(state, event, nowMs, policy)
    default:
      return event satisfies never
  }
}

const afterEnd = (
  state: RestartState,
  event: Extract<RestartEvent, { kind: 'ended' }>,
  nowMs: number,
  policy: RestartPolicy,
): Decided => {
  const { slot, end, jitter } = event
  const rule = ruleOfEnd(end)
  const reason = sentence(event)
  // C3
  if (rule.ends === 'node' && !state.everRan)
    return { state, decision: { kind: 'give-up', exitCode: exitCodes.misconfigured, reason } }
  const settled = (event.ranForMs ?? 0) >= policy.settledAfterMs
  const endsInARow = settled ? 1 : (state.ends.get(slot) ?? 0) + 1
  const ends = new Map(state.ends).set(slot, endsInARow)
  const restart = { kind: 'restart', afterMs: backoffMs(policy.backoff, endsInARow, jitter), reason } as const
  if (rule.budget === 'spares') return { state: { ...state, ends }, decision: restart }
  const verdict = spendRestart(policy.budget, state.spent, nowMs)
  const spent = { ...state, ends, spent: verdict.spent }
  if (verdict.kind === 'allowed') return { state: spent, decision: restart }
  return {
    state: spent,
    decision: { kind: 'give-up', exitCode: exitCodes.fatal, reason: `${reason}. ${verdict.reason}` },
  }
}

const sentence = ({ slot, end, reason }: Extract<RestartEvent, { kind: 'ended' }>): string => {
  const why = (reason ?? ruleOfEnd(end).meaning).replace(/\.$/, '')
  return `process ${String(slot)} ended with ${nameOfEnd(end)}: ${why}`
}
