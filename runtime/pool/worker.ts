/**
 * What runs in a worker, thread or process. A door of its own: a thread that takes the place of another loads nothing of
 * what starts and watches threads.
 */

export { ActorHost, type HostPorts } from './actor-host.ts'
export { failureData } from './failure-data.ts'
export type { LogMessage, WorkerTask } from './messages.ts'
export type { FromProcess, ToProcess } from './process-messages.ts'
export type { WriteLog } from './task-scope.ts'
export { UnderWay } from './under-way.ts'
export { handOver } from './worker-door.ts'
