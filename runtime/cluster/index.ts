/** A node of several consumer processes: its primary, and what a process is to it. */

export { instanceIdOf } from './membership.ts'
export { nodeMember } from './node-member.ts'
export { nodeMetricTable } from './node-metrics.ts'
export { runPrimary } from './run-primary.ts'
