/** Proxies that break connections on demand. */

export type { ArmedFault, CommitFault } from './commit-fault.ts'
export type { CommitSeen } from './postgres-conversation.ts'
export { PostgresProxy } from './postgres-proxy.ts'
export { TcpProxy } from './tcp-proxy.ts'
export { startKafkaBehindProxy, type KafkaBehindProxy } from './kafka-behind-proxy.ts'
