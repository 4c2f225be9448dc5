export { lifecycleTransitions, type Lifecycle } from './lifecycle.ts'
export type { Allowance, CreditBounds } from './credit.ts'
export { PartitionActor, type PartitionActorOptions } from './partition-actor.ts'
export type { LaneBatch, LaneWork, UnfinishedRecord } from './work.ts'
