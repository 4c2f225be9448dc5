/** The Kafka part of the options, in the form the adapter takes. */

import type { Options } from '../config/index.ts'
import type {
  ConsumerSettings,
  KafkaSettings,
  ProducerSettings,
  SaslSettings,
  TransactionalProducerOptions,
} from '../kafka/index.ts'

export const kafkaSettings = (options: Options): KafkaSettings => ({
  brokers: options.kafkaBrokers.join(','),
  clientId: options.kafkaClientId,
  ...(options.kafkaSsl && {
    ssl: {
      caFile: options.kafkaSslCa,
      certificateFile: options.kafkaSslCertificate,
      keyFile: options.kafkaSslKey,
      keyPassword: options.kafkaSslKeyPassword,
    },
  }),
  sasl: saslSettings(options),
})

export const producerSettings = (options: Options): ProducerSettings => ({
  ...kafkaSettings(options),
  compression: options.kafkaCompression,
})

export const consumerSettings = (
  options: Options,
  group: Pick<ConsumerSettings, 'groupId' | 'startFrom'>,
): ConsumerSettings => ({
  ...kafkaSettings(options),
  ...group,
  // Instance ids are per group, so one name serves all groups of a process.
  groupInstanceId: options.kafkaGroupInstanceId,
  sessionTimeoutMs: options.kafkaSessionTimeoutMs,
  maxPollIntervalMs: options.kafkaMaxPollIntervalMs,
  prefetchBytes: options.prefetchBytes,
  // Leaving is a revoke: it drains, then commits.
  leaveTimeoutMs: options.drainTimeoutMs + finalCommitMs,
  commitTimeoutMs: finalCommitMs,
})

const finalCommitMs = 3_000

const saslSettings = (options: Options): SaslSettings | undefined => {
  const {
    kafkaSaslMechanism: mechanism,
    kafkaSaslUsername: username = '',
    kafkaSaslPassword: password = '',
  } = options
  switch (mechanism) {
    case 'none':
      return undefined
    case 'PLAIN':
    case 'SCRAM-SHA-256':
    case 'SCRAM-SHA-512':
      return { mechanism, username, password }
    case 'GSSAPI':
      return { mechanism, serviceName: 'kafka', ...(username !== '' && { principal: username }) }
    case 'OAUTHBEARER':
      return {
        mechanism,
        tokenEndpointUrl: options.kafkaSaslTokenEndpoint ?? '',
        clientId: username,
        clientSecret: password,
      }
  }
}

/** Of a process that died: how long readers of committed records wait behind what it had begun. */
const transactionTimeoutMs = 10_000

/** For effects: 'kafka'. Of one life of a process: who comes after it is fenced by the group's generation, not by its id. */
export const transactionalSettings = (
  options: Options,
  group: string,
  process: string,
): TransactionalProducerOptions => ({
  ...producerSettings(options),
  transactionalId: `troupe.${group}.${process}`,
  transactionTimeoutMs,
})
