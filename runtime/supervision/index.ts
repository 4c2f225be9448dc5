export { backoffMs, type BackoffPolicy } from './backoff.ts'
export { direct, waitPolicy, type Directive, type RetryLimits } from './direct.ts'
export { failureRules, type Failure, type FailureKind } from './failure.ts'
export { spendRestart, type RestartBudget, type RestartVerdict } from './restart-budget.ts'
