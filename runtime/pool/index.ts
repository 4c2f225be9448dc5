export { ActorHost, type HostPorts } from './actor-host.ts'
export type { EmissionRules } from './emissions.ts'
export { failureData } from './failure-data.ts'
export type * from './messages.ts'
export type { WriteLog } from './task-scope.ts'
export { handOver } from './worker-door.ts'
export {
  WorkerPool,
  type WorkerLimits,
  type WorkerPoolOptions,
  type WorkerUtilization,
} from './worker-pool.ts'
export type { SchemaSource } from './writer-schemas.ts'
