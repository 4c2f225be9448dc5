/** A restart budget: how many restarts within a sliding window are taken as bad luck. Past it, something is broken. */

export interface RestartBudget {
  /** Restarts allowed within the window; 0: none. */
  readonly restarts: number
  readonly withinMs: number
}

export type RestartVerdict =
  /** `spent`: the restarts that still count, this one with them; pass it in next time. */
  | { readonly kind: 'allowed'; readonly spent: readonly number[] }
  /** Nothing is spent: the window goes on sliding. `reason` is for people. */
  | { readonly kind: 'used-up'; readonly spent: readonly number[]; readonly reason: string }

/** `spent`: the times of earlier restarts, ms of any one clock, ascending; at first []. Never longer than the budget. */
export const spendRestart = (
  budget: RestartBudget,
  spent: readonly number[],
  nowMs: number,
): RestartVerdict => {
  const counting = spent.filter((at) => at > nowMs - budget.withinMs)
  if (counting.length < budget.restarts) return { kind: 'allowed', spent: [...counting, nowMs] }
  return {
    kind: 'used-up',
    spent: counting,
    reason: `${String(counting.length)} restarts within ${String(budget.withinMs / 1_000)} s used up the restart budget`,
  }
}
