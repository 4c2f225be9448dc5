export { backoffMs, type BackoffPolicy } from './backoff.ts'
export { failureOfChild, suspectsOf, type ChildEnd } from './cautious-mode.ts'
export {
  failureRules,
  isUnhandled,
  type DeadOutcome,
  type Failure,
  type FailureKind,
  type LossKind,
} from './failure.ts'
export { isolate, nextPart, partFailed, partSettled, type Isolation, type PartFailed } from './isolation.ts'
export { spendRestart, type RestartBudget, type RestartVerdict } from './restart-budget.ts'
export {
  limitsFor,
  longestDelayMs,
  type RetryLimits,
  type RetryMode,
  type SupervisedRetry,
} from './retry-policy.ts'
export { Suspects, type Aftermath, type DueRecord, type Loss, type Part } from './suspects.ts'
export { supervise, waitPolicy, type Directive, type Situation } from './supervise.ts'
