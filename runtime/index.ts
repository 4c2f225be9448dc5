/**
 * Troupe's front door, for producers and for programs that run actors themselves. An actor module imports
 * `runtime/actor` instead: workers load it, and nothing of Kafka may come with it.
 */

export * from './actor/index.ts'
export { resolveOptions, type Environment, type Options } from './config/index.ts'
export { errorCodes, TroupeError, type ErrorCode } from './errors.ts'
export * from './publisher/index.ts'
export { Runtime, type RuntimePorts } from './system/runtime.ts'
export { createLog, type Log } from './telemetry/index.ts'
