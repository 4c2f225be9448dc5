// Settings become librdkafka's properties, librdkafka takes them all, and what is not built in stops the start.

import t from 'tap'
import Kafka from 'node-rdkafka'
import {
  clientProperties,
  consumerProperties,
  consumerTopicProperties,
  producerProperties,
  producerTopicProperties,
} from '../../../runtime/kafka/client-options.ts'
import { builtInFeatures, requireFeatures, type SaslSettings } from '../../../runtime/kafka/index.ts'
import { faultOf, kafkaCodes, kafkaError, lastingCodeOf } from '../../../runtime/kafka/kafka-error.ts'

const base = { brokers: 'a:1,b:2', clientId: 'me' }
const consumer = { ...base, groupId: 'g', startFrom: 'latest' } as const

const sasls: readonly SaslSettings[] = [
  { mechanism: 'PLAIN', username: 'u', password: 'p' },
  { mechanism: 'SCRAM-SHA-256', username: 'u', password: 'p' },
  { mechanism: 'SCRAM-SHA-512', username: 'u', password: 'p' },
  { mechanism: 'OAUTHBEARER', clientId: 'u', clientSecret: 'p', tokenEndpointUrl: 'http://localhost/token' },
  { mechanism: 'GSSAPI', principal: 'me@REALM' },
]

const isBuiltIn = (asked: Parameters<typeof requireFeatures>[0]): boolean => {
  try {
    requireFeatures(asked)
    return true
  } catch {
    return false
  }
}

await t.test('librdkafka takes every set of properties', async (t) => {
  for (const sasl of [undefined, ...sasls]) {
    for (const ssl of [undefined, {}, { verifyHostname: false }]) {
      if (!isBuiltIn({ sasl, ssl })) continue
      const settings = { ...consumer, sasl, ssl, groupInstanceId: 'slot-0', sessionTimeoutMs: 4_000 }
      t.ok(new Kafka.KafkaConsumer(consumerProperties(settings), consumerTopicProperties(settings)))
      t.ok(new Kafka.Producer(producerProperties(settings), producerTopicProperties(settings)))
    }
  }
})

await t.test('a few of them, since much hangs on them', async (t) => {
  t.match(consumerProperties(consumer), {
    'enable.auto.commit': false,
    'enable.auto.offset.store': false,
    'partition.assignment.strategy': 'cooperative-sticky',
    'fetch.queue.backoff.ms': 5,
    'fetch.wait.max.ms': 50,
  })
  t.strictSame(consumerTopicProperties(consumer), { 'auto.offset.reset': 'latest' })
  t.match(producerProperties(base), { 'enable.idempotence': true })
  t.match(producerTopicProperties(base), { partitioner: 'murmur2_random', 'request.required.acks': -1 })
  t.equal(clientProperties(base)['security.protocol'], 'plaintext')
  t.equal(clientProperties({ ...base, ssl: {} })['security.protocol'], 'ssl')
  t.equal(clientProperties({ ...base, ssl: {}, sasl: sasls[0] })['security.protocol'], 'sasl_ssl')
  t.notOk('ssl.ca.location' in clientProperties({ ...base, ssl: {} }), 'what is not set is left out')
})

await t.test('a feature that is asked for and not built in is named, with its package', async (t) => {
  const bare = ['gzip', 'snappy', 'lz4', 'regex', 'sasl']
  const cases: [Parameters<typeof requireFeatures>[0], RegExp][] = [
    [{ ssl: {} }, /ssl \(asked for by TLS\).*libssl-dev/],
    [{ sasl: sasls[2] }, /sasl_scram.*SCRAM-SHA-512.*libssl-dev/],
    [{ sasl: sasls[3] }, /sasl_oauthbearer.*oidc.*libssl-dev libcurl4-openssl-dev/],
    [{ sasl: sasls[4] }, /sasl_gssapi.*libsasl2-dev/],
    [{ compression: 'zstd' }, /zstd.*libzstd-dev.*npm ci/],
  ]
  for (const [asked, message] of cases) {
    t.throws(() => requireFeatures(asked, bare), { code: 'FEATURE_NOT_BUILT', message })
    t.doesNotThrow(() =>
      requireFeatures(asked, [
        ...bare,
        'ssl',
        'sasl_scram',
        'sasl_oauthbearer',
        'oidc',
        'sasl_gssapi',
        'zstd',
      ]),
    )
  }
  t.doesNotThrow(() => requireFeatures({ compression: 'lz4' }))
  t.ok(builtInFeatures.includes('lz4'))
})

await t.test('errors are told by number, whether node-rdkafka gives it or only the text', async (t) => {
  t.equal(faultOf({ code: kafkaCodes.ERR__FATAL }).code, kafkaCodes.ERR__FATAL)
  t.equal(faultOf(new Error('Local: Message timed out')).code, kafkaCodes.ERR__MSG_TIMED_OUT)
  const stripped = Object.assign(new Error('message size too large'), { code: -1, origin: 'broker' })
  t.equal(faultOf(stripped).code, kafkaCodes.ERR_MSG_SIZE_TOO_LARGE)
  for (const strange of [undefined, null, 'text', 7, {}, new Error('never heard of')]) {
    t.equal(faultOf(strange).code, -1)
  }
  t.equal(lastingCodeOf({ code: kafkaCodes.ERR__TRANSPORT, message: '' }), undefined)
  t.equal(
    lastingCodeOf({
      code: kafkaCodes.ERR__FATAL,
      message: 'Fatal error: Broker: Static consumer fenced by other consumer with same group.instance.id: x',
    }),
    'KAFKA_FENCED',
  )
  t.match(
    kafkaError({ code: kafkaCodes.ERR__AUTHENTICATION }, 'connecting to a:1', 'KAFKA_UNAVAILABLE', 'why'),
    {
      code: 'KAFKA_UNAUTHORIZED',
      retryable: false,
      message: /while connecting to a:1; why; check the KAFKA_SASL/,
    },
  )
})
