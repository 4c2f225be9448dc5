/** How to reach Kafka, resolved: what the option table gives to every client of this folder. */

import type { StartFrom } from '../actor/actor-definition.ts'

export interface KafkaSettings {
  /** `host:port`, comma-separated. */
  readonly brokers: string
  /** Named in the brokers' logs and quotas. */
  readonly clientId: string
  /** Undefined: no TLS. */
  readonly ssl?: SslSettings | undefined
  readonly sasl?: SaslSettings | undefined
  /** How long connecting may take before it is an error; default 10,000. */
  readonly connectTimeoutMs?: number | undefined
}

export interface SslSettings {
  /** PEM file of the authorities to trust; default the system's. */
  readonly caFile?: string | undefined
  readonly certificateFile?: string | undefined
  readonly keyFile?: string | undefined
  readonly keyPassword?: string | undefined
  /** Default true. False accepts a certificate for another host: for trials only. */
  readonly verifyHostname?: boolean | undefined
}

export type SaslSettings =
  | {
      readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
      readonly username: string
      readonly password: string
    }
  | {
      readonly mechanism: 'GSSAPI'
      /** Default kafka. */
      readonly serviceName?: string | undefined
      readonly principal?: string | undefined
      readonly keytabFile?: string | undefined
    }
  | {
      /** Tokens are fetched by librdkafka itself (OpenID Connect, client credentials). */
      readonly mechanism: 'OAUTHBEARER'
      readonly tokenEndpointUrl: string
      readonly clientId: string
      readonly clientSecret: string
      readonly scope?: string | undefined
    }

export interface ConsumerSettings extends KafkaSettings {
  readonly groupId: string
  /** Where a group without committed offsets begins. */
  readonly startFrom: StartFrom
  /** How the group shares partitions; default cooperative-sticky. All members must agree on it. */
  readonly assignmentStrategy?: 'cooperative-sticky' | 'range' | 'roundrobin' | undefined
  /** Static membership: unique per process and stable over its restarts. */
  readonly groupInstanceId?: string | undefined
  /** Default 45,000. Lower: a dead process is noticed sooner, and a slow one is taken for dead. */
  readonly sessionTimeoutMs?: number | undefined
  /** Default 300,000. The longest a revoke may be put off, and the event loop may stand still. */
  readonly maxPollIntervalMs?: number | undefined
  /** Prefetched records a partition; default 20,000. Higher: more memory, and more thrown away at a rebalance. */
  readonly prefetchRecords?: number | undefined
  /** Prefetched bytes a partition; default 8 MiB. */
  readonly prefetchBytes?: number | undefined
  /** The most one fetch brings of one partition; default 1 MiB. A larger record still comes, alone. */
  readonly fetchBytes?: number | undefined
  /** How long a commit may take at a revoke before the partitions are given back without it; default 5,000. */
  readonly commitTimeoutMs?: number | undefined
  /** How long a topic may be unknown to the brokers before it is an error; default 10,000. */
  readonly missingTopicGraceMs?: number | undefined
  /** How long leaving the group and disconnecting may take each, when closing; default 30,000 and 5,000. */
  readonly leaveTimeoutMs?: number | undefined
  readonly disconnectTimeoutMs?: number | undefined
}

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

export interface ProducerSettings extends KafkaSettings {
  /** Default lz4. */
  readonly compression?: Compression | undefined
  /** How long a record waits for others to share its batch; default 5. Higher: fewer, larger requests. */
  readonly lingerMs?: number | undefined
  /** Records not acknowledged yet, at most; default 100,000. Beyond them `produce` waits. */
  readonly maxQueuedRecords?: number | undefined
  /** Bytes not acknowledged yet, at most; default 64 MiB. */
  readonly maxQueuedBytes?: number | undefined
  /** How long a record is tried before it is PRODUCE_FAILED; default 120,000. */
  readonly deliveryTimeoutMs?: number | undefined
}
