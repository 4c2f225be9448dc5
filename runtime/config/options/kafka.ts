/** The connection to Kafka, its topics and its groups. */

import { anyText, filePath, minute, topicName } from './forms.ts'
import { addresses, flag, oneOf, text, url, wholeNumber } from '../option.ts'

export const kafkaOptions = {
  kafkaEnabled: flag({
    variable: 'KAFKA_ENABLED',
    fallback: true,
    doc: 'Whether this process uses Kafka. false starts the API without it.',
  }),
  kafkaBrokers: addresses({
    variable: 'KAFKA_BROKERS',
    fallback: ['localhost:9092'],
    doc: 'Where the first connection goes; the other brokers are learned from it.',
  }),
  kafkaClientId: text({
    variable: 'KAFKA_CLIENT_ID',
    fallback: 'troupe',
    ...anyText,
    doc: 'The name brokers log and count quotas for.',
  }),
  kafkaGroupId: text({
    variable: 'KAFKA_GROUP_ID',
    fallback: 'troupe',
    ...anyText,
    doc: 'Consumer group of the actors that name none of their own.',
  }),
  kafkaGroupInstanceId: text({
    variable: 'KAFKA_GROUP_INSTANCE_ID',
    fallback: undefined,
    ...anyText,
    doc: 'Makes this process a static member: a restart within the session time-out moves no partition. One name a process; where PROCESSES is over 1, one a node: the slot is added.',
  }),
  kafkaStaticMembership: flag({
    variable: 'KAFKA_STATIC_MEMBERSHIP',
    fallback: false,
    doc: 'Makes each process a static member named by NODE_NAME and, where PROCESSES is over 1, its slot. Not needed where KAFKA_GROUP_INSTANCE_ID is given. true: a restart within the session time-out moves no partition, and a process that is gone for good is noticed only after it.',
  }),
  kafkaPrefix: text({
    variable: 'KAFKA_PREFIX',
    fallback: '',
    allowed: 'the beginning of a topic name: letters, digits, . _ -',
    pattern: /^[A-Za-z0-9._-]{0,100}$/,
    doc: 'Put before the topic names that Troupe makes up: those of domains without one of their own, and the defaults of KAFKA_DLQ_TOPIC and KAFKA_UNHANDLED_EXCEPTION_TOPIC.',
  }),
  kafkaDlqTopic: text({
    variable: 'KAFKA_DLQ_TOPIC',
    fallback: 'dlq.processing_errors',
    ...topicName,
    doc: 'Where rejected, undecodable and exhausted records go.',
  }),
  kafkaUnhandledExceptionTopic: text({
    variable: 'KAFKA_UNHANDLED_EXCEPTION_TOPIC',
    fallback: 'dlq.unhandled_exceptions',
    ...topicName,
    allowed: `${topicName.allowed}, or off`,
    doc: 'Where dead letters go a second time whose handler threw, did not end in time, or ended its thread or process. off: nowhere.',
  }),
  kafkaCreateTopics: flag({
    variable: 'KAFKA_CREATE_TOPICS',
    fallback: true,
    doc: 'Create missing topics at start. false: a missing topic stops the start.',
  }),
  kafkaPartitions: wholeNumber({
    variable: 'KAFKA_PARTITIONS',
    fallback: 8,
    min: 1,
    max: 10_000,
    doc: 'Partitions of a topic that Troupe creates. More: more processes can share it, at a cost in memory and files for the broker.',
  }),
  kafkaReplicationFactor: wholeNumber({
    variable: 'KAFKA_REPLICATION_FACTOR',
    fallback: -1,
    min: -1,
    max: 100,
    doc: "Copies of a topic that Troupe creates; -1 is the broker's default.",
  }),
  kafkaCompression: oneOf({
    variable: 'KAFKA_COMPRESSION',
    fallback: 'lz4',
    values: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    doc: 'How produced batches are compressed.',
  }),
  kafkaSsl: flag({ variable: 'KAFKA_SSL', fallback: false, doc: 'Speak TLS to the brokers.' }),
  kafkaSslCa: text({
    variable: 'KAFKA_SSL_CA',
    fallback: undefined,
    ...filePath,
    doc: "PEM file of the authorities that sign the brokers' certificates; default: the system's.",
  }),
  kafkaSslCertificate: text({
    variable: 'KAFKA_SSL_CERTIFICATE',
    fallback: undefined,
    ...filePath,
    doc: "PEM file of this client's certificate, for mutual TLS.",
  }),
  kafkaSslKey: text({
    variable: 'KAFKA_SSL_KEY',
    fallback: undefined,
    ...filePath,
    doc: "PEM file of this client's private key, for mutual TLS.",
  }),
  kafkaSslKeyPassword: text({
    variable: 'KAFKA_SSL_KEY_PASSWORD',
    fallback: undefined,
    ...anyText,
    secret: true,
    doc: 'Password of that key.',
  }),
  kafkaSaslMechanism: oneOf({
    variable: 'KAFKA_SASL_MECHANISM',
    fallback: 'none',
    values: ['none', 'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'GSSAPI', 'OAUTHBEARER'],
    doc: 'How this client proves who it is.',
  }),
  kafkaSaslUsername: text({
    variable: 'KAFKA_SASL_USERNAME',
    fallback: undefined,
    ...anyText,
    doc: 'For PLAIN and SCRAM; the client id for OAUTHBEARER.',
  }),
  kafkaSaslPassword: text({
    variable: 'KAFKA_SASL_PASSWORD',
    fallback: undefined,
    ...anyText,
    secret: true,
    doc: 'For PLAIN and SCRAM; the client secret for OAUTHBEARER.',
  }),
  kafkaSaslTokenEndpoint: url({
    variable: 'KAFKA_SASL_TOKEN_ENDPOINT',
    fallback: undefined,
    protocols: ['http:', 'https:'],
    doc: 'Where OAUTHBEARER fetches its tokens (OIDC client credentials).',
  }),
  kafkaSessionTimeoutMs: wholeNumber({
    variable: 'KAFKA_SESSION_TIMEOUT_MS',
    fallback: 45_000,
    min: 1_000,
    max: 30 * minute,
    unit: 'ms',
    doc: 'After this silence the group takes a process for dead. Higher: a dead one is noticed later. Lower: a busy one may be thrown out.',
  }),
  kafkaMaxPollIntervalMs: wholeNumber({
    variable: 'KAFKA_MAX_POLL_INTERVAL_MS',
    fallback: 5 * minute,
    min: 1_000,
    max: 60 * minute,
    unit: 'ms',
    doc: 'After this long without a poll librdkafka leaves the group. A blocked event loop is noticed by it.',
  }),
} as const
