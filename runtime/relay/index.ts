export { Relay, type RelayProcessPorts } from './relay.ts'
export { relayReport } from './relay-report.ts'
export type { RelayStatus, SliceStatus } from './relay-run.ts'
