// Options: passed > environment > default; a wrong value names option, variable and what is allowed; secrets stay secret.
import t from 'tap'
import { letterTopicsOf, optionTable, printable, resolveOptions } from '../../../runtime/config/index.ts'

t.test('what was passed wins over the environment, which wins over the default', async (t) => {
  t.equal(resolveOptions().kafkaGroupId, 'troupe')
  t.equal(resolveOptions({}, { KAFKA_GROUP_ID: 'from-env' }).kafkaGroupId, 'from-env')
  t.equal(resolveOptions({ kafkaGroupId: 'passed' }, { KAFKA_GROUP_ID: 'from-env' }).kafkaGroupId, 'passed')
})

t.test('an empty variable is an unset one', async (t) => {
  t.equal(resolveOptions({}, { LOG_LEVEL: '' }).logLevel, 'info')
})

const wrongValues: Readonly<Record<string, readonly string[]>> = {
  KAFKA_ENABLED: ['yes', '2'],
  KAFKA_BROKERS: ['broker', 'broker:0', 'broker:70000', 'a:1,,b:2', 'kafka://a:1', ' '],
  KAFKA_DLQ_TOPIC: ['with space', 'x'.repeat(250)],
  KAFKA_SASL_MECHANISM: ['plain'],
  WORKER_THREADS: ['-1', '1.5', '257', 'two', '1e2'],
  DATABASE_URL: ['mysql://h/d', 'not a url'],
  SCHEMA_REGISTRY_URL: ['ftp://h', 'localhost:8081'],
  LOG_LEVEL: ['INFO', 'loud'],
  KAFKA_SHIPPING_TOPIC: ['a b'],
  KAFKA_SHIPPING_PARTITIONS: ['0', 'many', '10001'],
}

t.test('a wrong value is refused with its variable and what is allowed', async (t) => {
  for (const [variable, values] of Object.entries(wrongValues)) {
    for (const value of values) {
      const refusal = { code: 'CONFIG_INVALID', message: new RegExp(`${variable}[^]*Allowed: `) }
      t.throws(() => resolveOptions({}, { [variable]: value }), refusal, `${variable}=${value}`)
    }
  }
})

t.test('all wrong values are told at once', async (t) => {
  t.throws(() => resolveOptions({}, { LANES: '0', LOG_LEVEL: 'loud' }), {
    message: /LANES[^]*\n[^]*LOG_LEVEL/,
  })
})

t.test('options that only hold together are checked together', async (t) => {
  t.throws(() => resolveOptions({}, { KAFKA_SASL_MECHANISM: 'PLAIN' }), { message: /KAFKA_SASL_USERNAME/ })
  t.throws(() => resolveOptions({}, { DRAIN_TIMEOUT_MS: '6000', KAFKA_MAX_POLL_INTERVAL_MS: '5000' }), {
    message: /DRAIN_TIMEOUT_MS/,
  })
})

t.test('topics of domains come from the environment', async (t) => {
  const { domains } = resolveOptions(
    {},
    {
      KAFKA_SHIPPING_TOPIC: 'parcels',
      KAFKA_SHIPPING_PARTITIONS: '3',
      KAFKA_ORDER_DESK_TOPIC: 'orders',
      KAFKA_DLQ_TOPIC: 'd',
    },
  )
  t.same(domains, { shipping: { topic: 'parcels', partitions: 3 }, order_desk: { topic: 'orders' } })
})

t.test('no secret is printed, in the start log or in an error', async (t) => {
  const options = resolveOptions(
    {},
    { DATABASE_URL: 'postgres://me:hush@db:5432/x', KAFKA_SASL_PASSWORD: 'hush' },
  )
  t.notMatch(JSON.stringify(printable(options)), /hush/)
  t.match(printable(options)['databaseUrl'], 'postgres://db:5432/x')
  t.throws(() => resolveOptions({}, { DATABASE_URL: 'hush' }), { message: /^(?![^]*hush)/ })
})

t.test('every option says what it is, and allows its own default', async (t) => {
  for (const [name, option] of Object.entries(optionTable)) {
    t.match(option.doc, /^[A-Z`].{15,}/s, name)
    if (option.fallback === undefined || option.fallback === '') continue
    t.same(option.read(String(option.fallback)), option.fallback, `${name}: its default is allowed`)
  }
})

t.test('the prefix goes before a dead-letter topic that nobody named', async (t) => {
  t.equal(resolveOptions({}, { KAFKA_PREFIX: 'qa.' }).kafkaDlqTopic, 'qa.dlq.processing_errors')
  t.equal(resolveOptions({}, { KAFKA_PREFIX: 'qa.', KAFKA_DLQ_TOPIC: 'dead' }).kafkaDlqTopic, 'dead')
})

t.test('unhandled exceptions have a topic of their own, or none', async (t) => {
  const topics = (env: Record<string, string>): readonly string[] => letterTopicsOf(resolveOptions({}, env))
  t.same(topics({ KAFKA_PREFIX: 'qa.' }), ['qa.dlq.processing_errors', 'qa.dlq.unhandled_exceptions'])
  t.same(topics({ KAFKA_PREFIX: 'qa.', KAFKA_UNHANDLED_EXCEPTION_TOPIC: 'thrown' })[1], 'thrown')
  t.same(topics({ KAFKA_UNHANDLED_EXCEPTION_TOPIC: 'off' }), ['dlq.processing_errors'])
  t.same(topics({ KAFKA_PREFIX: 'qa.', KAFKA_UNHANDLED_EXCEPTION_TOPIC: 'off' }).length, 1)
  t.throws(() => topics({ KAFKA_DLQ_TOPIC: 'dead', KAFKA_UNHANDLED_EXCEPTION_TOPIC: 'dead' }), {
    code: 'CONFIG_INVALID',
    message: /both dead/,
  })
  t.same(resolveOptions({}, { KAFKA_UNHANDLED_EXCEPTION_TOPIC: 'thrown' }).domains, {}, 'it is no domain')
})
