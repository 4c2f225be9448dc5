/** Settings → librdkafka's properties. What is set here on purpose says why; all else is librdkafka's default. */

import type {
  ConsumerGlobalConfig,
  ConsumerTopicConfig,
  GlobalConfig,
  ProducerGlobalConfig,
  ProducerTopicConfig,
} from 'node-rdkafka'
import type {
  ConsumerSettings,
  KafkaSettings,
  ProducerSettings,
  SaslSettings,
  SslSettings,
} from './settings.ts'

const kib = 1024
const mib = 1024 * kib

export const clientProperties = ({ brokers, clientId, ssl, sasl }: KafkaSettings): GlobalConfig => ({
  'bootstrap.servers': brokers,
  'client.id': clientId,
  'security.protocol': securityProtocol(ssl, sasl),
  'socket.keepalive.enable': true,
  'socket.nagle.disable': true,
  // A broker that is back is found within seconds; librdkafka's maximum is 10 s.
  'reconnect.backoff.max.ms': 2_000,
  // Partitions that are added are seen within half a minute, not five.
  'topic.metadata.refresh.interval.ms': 30_000,
  'log.connection.close': false,
  'statistics.interval.ms': 0,
  ...sslProperties(ssl),
  ...saslProperties(sasl),
})

const securityProtocol = (
  ssl: SslSettings | undefined,
  sasl: SaslSettings | undefined,
): 'plaintext' | 'ssl' | 'sasl_plaintext' | 'sasl_ssl' => {
  if (sasl === undefined) return ssl === undefined ? 'plaintext' : 'ssl'
  return ssl === undefined ? 'sasl_plaintext' : 'sasl_ssl'
}

const sslProperties = (ssl: SslSettings | undefined): GlobalConfig =>
  ssl === undefined
    ? {}
    : defined({
        'ssl.ca.location': ssl.caFile,
        'ssl.certificate.location': ssl.certificateFile,
        'ssl.key.location': ssl.keyFile,
        'ssl.key.password': ssl.keyPassword,
        'ssl.endpoint.identification.algorithm': ssl.verifyHostname === false ? 'none' : 'https',
      })

const saslProperties = (sasl: SaslSettings | undefined): GlobalConfig => {
  if (sasl === undefined) return {}
  switch (sasl.mechanism) {
    case 'GSSAPI':
      return defined({
        'sasl.mechanisms': sasl.mechanism,
        'sasl.kerberos.service.name': sasl.serviceName,
        'sasl.kerberos.principal': sasl.principal,
        'sasl.kerberos.keytab': sasl.keytabFile,
      })
    case 'OAUTHBEARER':
      return defined({
        'sasl.mechanisms': sasl.mechanism,
        'sasl.oauthbearer.method': 'oidc',
        'sasl.oauthbearer.token.endpoint.url': sasl.tokenEndpointUrl,
        'sasl.oauthbearer.client.id': sasl.clientId,
        'sasl.oauthbearer.client.secret': sasl.clientSecret,
        'sasl.oauthbearer.scope': sasl.scope,
      })
    case 'PLAIN':
    case 'SCRAM-SHA-256':
    case 'SCRAM-SHA-512':
      return {
        'sasl.mechanisms': sasl.mechanism,
        'sasl.username': sasl.username,
        'sasl.password': sasl.password,
      }
  }
}

/** node-rdkafka hands an undefined value on as the text "undefined". */
const defined = (properties: Readonly<Record<string, unknown>>): GlobalConfig =>
  Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined))

export const consumerDefaults = {
  assignmentStrategy: 'cooperative-sticky',
  sessionTimeoutMs: 45_000,
  maxPollIntervalMs: 300_000,
  prefetchRecords: 20_000,
  prefetchBytes: 8 * mib,
  fetchBytes: mib,
  commitTimeoutMs: 5_000,
  missingTopicGraceMs: 10_000,
  leaveTimeoutMs: 30_000,
  disconnectTimeoutMs: 5_000,
} as const

export const consumerProperties = (settings: ConsumerSettings): ConsumerGlobalConfig => ({
  ...clientProperties(settings),
  'group.id': settings.groupId,
  ...(settings.groupInstanceId === undefined ? {} : { 'group.instance.id': settings.groupInstanceId }),
  'session.timeout.ms': settings.sessionTimeoutMs ?? consumerDefaults.sessionTimeoutMs,
  'heartbeat.interval.ms': heartbeatIntervalMs(
    settings.sessionTimeoutMs ?? consumerDefaults.sessionTimeoutMs,
  ),
  'max.poll.interval.ms': settings.maxPollIntervalMs ?? consumerDefaults.maxPollIntervalMs,
  'partition.assignment.strategy': settings.assignmentStrategy ?? consumerDefaults.assignmentStrategy,
  // True makes node-rdkafka tell how a commit ended.
  offset_commit_cb: true,
  // Offsets are committed by us alone, and only what is finished.
  'enable.auto.commit': false,
  'enable.auto.offset.store': false,
  // A consumer never makes a topic: a misspelt one is an error.
  'allow.auto.create.topics': false,
  // At its default of 1,000 ms the fetcher sleeps a second whenever a queue was full: half the rate.
  'fetch.queue.backoff.ms': 5,
  // One request is open to a broker at a time. While the queue of a hot partition is full the others are asked for alone,
  // and where they have nothing new the hot one waits for the end of that: at the default of 500 ms it got 65,000 records a
  // second.
  'fetch.wait.max.ms': 50,
  // With a queue for each partition both bounds hold for each partition.
  'queued.min.messages': settings.prefetchRecords ?? consumerDefaults.prefetchRecords,
  'queued.max.messages.kbytes': Math.max(
    1,
    Math.ceil((settings.prefetchBytes ?? consumerDefaults.prefetchBytes) / kib),
  ),
  'fetch.message.max.bytes': settings.fetchBytes ?? consumerDefaults.fetchBytes,
})

/** A third of the session time-out, as Kafka advises, and 3 s at most. */
const heartbeatIntervalMs = (sessionTimeoutMs: number): number =>
  Math.max(1, Math.min(3_000, Math.floor(sessionTimeoutMs / 3)))

export const consumerTopicProperties = ({ startFrom }: ConsumerSettings): ConsumerTopicConfig => ({
  'auto.offset.reset': startFrom,
})

export const producerDefaults = {
  compression: 'lz4',
  lingerMs: 5,
  maxQueuedRecords: 100_000,
  maxQueuedBytes: 64 * mib,
  deliveryTimeoutMs: 120_000,
} as const

export const producerProperties = (settings: ProducerSettings): ProducerGlobalConfig => ({
  ...clientProperties(settings),
  'enable.idempotence': true,
  'compression.codec': settings.compression ?? producerDefaults.compression,
  'linger.ms': settings.lingerMs ?? producerDefaults.lingerMs,
  // Twice our own bounds: RecordProducer waits before librdkafka would refuse.
  'queue.buffering.max.messages': 2 * (settings.maxQueuedRecords ?? producerDefaults.maxQueuedRecords),
  'queue.buffering.max.kbytes': Math.max(
    64 * kib,
    Math.ceil((2 * (settings.maxQueuedBytes ?? producerDefaults.maxQueuedBytes)) / kib),
  ),
  dr_cb: true,
})

/** The partitioner of Apache's Java client, so that a key's records land where everybody else's do. */
export const producerTopicProperties = (settings: ProducerSettings): ProducerTopicConfig => ({
  'request.required.acks': -1,
  'delivery.timeout.ms': settings.deliveryTimeoutMs ?? producerDefaults.deliveryTimeoutMs,
  partitioner: 'murmur2_random',
})
