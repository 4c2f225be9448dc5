export { Relay, type RelayProcessPorts } from './relay.ts'
export type { RelayStatus, SliceStatus } from './relay-run.ts'
