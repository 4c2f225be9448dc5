// The most specific event-name pattern wins, what is ambiguous is refused, and every event has one topic.

import fc from 'fast-check'
import t from 'tap'
import { eventType, oneOf } from '../../../runtime/actor/index.ts'
import { compilePatterns, isEventName, matchesPattern, topicMapping } from '../../../runtime/routing/index.ts'

t.test('a pattern matches whole segments', (t) => {
  const table: readonly (readonly [pattern: string, name: string, matches: boolean])[] = [
    ['shipping.package.scanned', 'shipping.package.scanned', true],
    ['shipping.package.scanned', 'shipping.package.scanned2', false],
    ['shipping.package.scanned', 'shipping_package_scanned', false],
    ['order.*', 'order.line.added', true],
    ['order.*', 'orders.line.added', false],
    ['order.*', 'order.', false],
    ['order.*', 'order', false],
    ['order.*', 'my.order.line', false],
    ['shipping.package.*', 'shipping.package.scanned', true],
    ['shipping.package.*', 'shipping.packages.scanned', false],
    ['shipping.package.*', 'shipping.order.scanned', false],
    ['*.status_changed', 'billing.invoice.status_changed', true],
    ['*.status_changed', 'billing.invoice.old_status_changed', false],
    ['*.status_changed', 'status_changed', false],
    ['*.status_changed', '.status_changed', false],
    ['*.package.scanned', 'shipping.package.scanned', true],
    ['*.package.scanned', 'shipping.a_package.scanned', false],
    ['*', 'shipping.package.scanned', true],
    // names of others, which are not three segments
    ['*', 'com.acme.Order', true],
    ['order.*', 'order.a.b.c', true],
    ['*.scanned', 'a.b.c.scanned', true],
  ]
  for (const [pattern, name, matches] of table)
    t.equal(matchesPattern(pattern, name), matches, `${pattern} ${name}`)
  t.end()
})

t.test('what is no pattern is refused', (t) => {
  const wrong = [
    '',
    '.',
    '*.*',
    '**',
    'order',
    'order.',
    '.order',
    'order*',
    'or*.a.b',
    'a.*.c',
    '*.a.*',
    'a.b',
    'a.b.c.d',
  ]
  for (const pattern of [...wrong, 'a.b.c.*', '*.a.b.c', 'Order.*', 'a.b.c\n', 'a b.*', 'ä.*', ' *']) {
    t.throws(
      () => matchesPattern(pattern, 'a.b.c'),
      { code: 'ACTOR_INVALID', message: /no event-name pattern/ },
      pattern,
    )
  }
  t.end()
})

const a = eventType('shipping.package.scanned', 'string')
const b = eventType('shipping.package.returned', 'string')
const c = eventType('billing.invoice.paid', 'string')

t.test('the most specific pattern decides', (t) => {
  // given the same event under patterns of every rank, in any order of writing
  const inDomain = eventType('shipping.any.any', 'string')
  const inAction = eventType('any.any.scanned', 'string')
  const inEntity = eventType('shipping.package.any', 'string')
  const all = eventType('any.any.any', 'string')
  const family = oneOf(b, c)
  const receivedType = compilePatterns({
    '*': all,
    'shipping.*': inDomain,
    'shipping.package.*': inEntity,
    'shipping.package.scanned': a,
  })
  // when and then
  t.equal(receivedType('shipping.package.scanned'), a)
  t.equal(receivedType('shipping.package.lost'), inEntity)
  t.equal(receivedType('shipping.label.printed'), inDomain)
  t.equal(receivedType('billing.invoice.paid'), all)
  t.equal(receivedType('com.acme.Order'), all)
  t.equal(compilePatterns({ '*.scanned': inAction, '*': all })('x.y.scanned'), inAction)
  // a family answers its member, and receives nothing else
  t.equal(compilePatterns({ '*': family })('billing.invoice.paid'), c)
  t.equal(compilePatterns({ '*': family })('billing.invoice.sent'), undefined)
  t.equal(compilePatterns({ 'shipping.*': oneOf(a) })('billing.invoice.paid'), undefined)
  t.equal(compilePatterns({ 'shipping.package.scanned': a })('__proto__'), undefined)
  t.end()
})

t.test('what is ambiguous or can never be reached is refused', (t) => {
  const inDomain = eventType('shipping.x.scanned', 'string')
  const other = eventType('y.x.scanned', 'string')
  const entity = eventType('shipping.package.x', 'string')
  const action = eventType('x.package.scanned', 'string')
  const refused = (receives: Parameters<typeof compilePatterns>[0], message: RegExp): void => {
    t.throws(() => compilePatterns(receives), { code: 'ACTOR_INVALID', message })
  }
  refused({ 'shipping.*': inDomain, '*.scanned': other }, /both match shipping\.any\.scanned/)
  refused(
    { '*.package.scanned': action, 'shipping.package.*': entity },
    /both match shipping\.package\.scanned/,
  )
  refused({ 'shipping.*': c }, /never matches the event type billing\.invoice\.paid/)
  refused(
    { 'shipping.package.scanned': oneOf(a, b) },
    /never matches the event type shipping\.package\.returned/,
  )
  refused({ '*': oneOf() }, /receives no event type/)
  refused({ '*': oneOf(a, a) }, /receives shipping\.package\.scanned twice/)
  refused({ '*': eventType('Order', 'string') }, /'Order' is no event name/)
  // given that the meeting is decided, or makes no difference, or cannot happen, then it is taken
  t.doesNotThrow(() =>
    compilePatterns({
      '*.package.scanned': action,
      'shipping.package.*': entity,
      'shipping.package.scanned': a,
    }),
  )
  t.doesNotThrow(() => compilePatterns({ 'shipping.*': inDomain, '*.scanned': inDomain }))
  t.doesNotThrow(() =>
    compilePatterns({
      '*.label.scanned': eventType('x.label.scanned', 'string'),
      'shipping.package.*': entity,
    }),
  )
  t.end()
})

const segment = fc.stringMatching(/^[a-c_]{1,2}$/)
const name = fc.tuple(segment, segment, segment).map((segments) => segments.join('.'))
const patterns = fc.oneof(
  name,
  segment.map((s) => `${s}.*`),
  segment.map((s) => `*.${s}`),
  fc.tuple(segment, segment).map(([s, u]) => `${s}.${u}.*`),
  fc.tuple(segment, segment).map(([s, u]) => `*.${s}.${u}`),
  fc.constant('*'),
)

const literalSegments = (pattern: string): number =>
  pattern.split('.').filter((segment) => segment !== '*').length
const nameUnder = (pattern: string): string => {
  const missing = 3 - literalSegments(pattern)
  return pattern.replace('*', Array.from({ length: missing }, () => 'x').join('.'))
}

t.test('a compiled set agrees with its patterns, whatever their order', (t) => {
  fc.assert(
    fc.property(
      fc.uniqueArray(patterns, { maxLength: 6 }),
      fc.array(name, { maxLength: 10 }),
      (written, names) => {
        // given patterns, each with a type that tells it
        const types = written.map((pattern) => [pattern, eventType(nameUnder(pattern), pattern)] as const)
        const compiled = ((): ReturnType<typeof compilePatterns> | undefined => {
          try {
            return compilePatterns(Object.fromEntries(types))
          } catch {
            return undefined // ambiguous; the same must hold backwards
          }
        })()
        const backwards = Object.fromEntries(types.toReversed())
        if (compiled === undefined) {
          t.throws(() => compilePatterns(backwards))
          return
        }
        const compiledBackwards = compilePatterns(backwards)
        for (const eventName of names) {
          // when
          const type = compiled(eventName)
          // then it is one that matches, and the one with the most literal segments
          const matching = written.filter((pattern) => matchesPattern(pattern, eventName))
          if (type === undefined) {
            if (matching.length > 0) throw new Error(`${eventName} fell through`)
            continue
          }
          const most = Math.max(...matching.map(literalSegments))
          const chosen = typeof type.schema === 'string' ? type.schema : ''
          if (!matching.includes(chosen) || literalSegments(chosen) !== most)
            throw new Error(`${eventName}: ${chosen}`)
          if (compiledBackwards(eventName) !== type)
            throw new Error(`${eventName} depends on the order of writing`)
        }
      },
    ),
    { numRuns: 5_000 },
  )
  t.end()
})

t.test('every event has one topic', (t) => {
  // given
  const mapping = topicMapping(
    {
      shipping: { partitions: 8 },
      order: { topic: 'Orders', partitions: 4 },
      cart: { topic: 'Orders', partitions: 4 },
    },
    'staging.',
  )
  // when and then
  t.equal(mapping.topicOf('shipping.package.scanned'), 'staging.shipping.events')
  t.equal(mapping.topicOf('order.line.added'), 'Orders')
  t.strictSame(mapping.topicsOf('shipping.package.scanned'), ['staging.shipping.events'])
  t.strictSame(mapping.topicsOf('order.*'), ['Orders'])
  t.strictSame(mapping.topicsOf('order.line.*'), ['Orders'])
  t.strictSame(mapping.topicsOf('*.status_changed'), ['staging.shipping.events', 'Orders'])
  t.strictSame(mapping.topicsOf('*'), ['staging.shipping.events', 'Orders'])
  t.strictSame(mapping.topics, [
    { domain: 'shipping', topic: 'staging.shipping.events', partitions: 8 },
    { domain: 'order', topic: 'Orders', partitions: 4 },
    { domain: 'cart', topic: 'Orders', partitions: 4 },
  ])
  t.equal(
    topicMapping({ shipping: { partitions: 1 } }).topicOf('shipping.package.scanned'),
    'shipping.events',
  )
  t.end()
})

t.test('an event of no domain names the domains there are', (t) => {
  const mapping = topicMapping({ shipping: { partitions: 8 }, order: { partitions: 4 } })
  const unknown = {
    code: 'EVENT_TYPE_UNKNOWN',
    message: /no topic is known for .*'billing' is not among shipping, order/,
  }
  t.throws(() => mapping.topicOf('billing.invoice.paid'), unknown)
  t.throws(() => mapping.topicsOf('billing.*'), unknown)
  t.throws(() => topicMapping({}).topicOf('a.b.c'), { message: /not among none/ })
  for (const odd of [
    '',
    'shipping',
    'shipping.',
    'shipping.package',
    'constructor.x.y',
    'Shipping.a.b',
    'shipping.a.b.c',
  ]) {
    t.throws(() => mapping.topicOf(odd), { code: 'EVENT_TYPE_UNKNOWN' }, odd)
  }
  t.throws(() => mapping.topicsOf('shipping'), { code: 'ACTOR_INVALID' })
  t.notOk(isEventName('shipping.package'))
  t.end()
})

t.test('a wrong mapping is refused', (t) => {
  for (const [domains, message] of [
    [{ Shipping: { partitions: 1 } }, /'Shipping' is no domain/],
    [{ shipping: { partitions: 0 } }, /declared with 0 partitions/],
    [{ shipping: { partitions: Number.NaN } }, /declared with NaN partitions/],
    [{ shipping: { topic: '', partitions: 1 } }, /topic '' of domain shipping is no topic name/],
    [{ shipping: { topic: '..', partitions: 1 } }, /is no topic name/],
    [{ shipping: { topic: 'a/b', partitions: 1 } }, /is no topic name/],
    [{ shipping: { topic: 'x'.repeat(250), partitions: 1 } }, /is no topic name/],
    [
      { a: { topic: 't', partitions: 1 }, b: { topic: 't', partitions: 2 } },
      /share the topic t but declare it with 1 and 2/,
    ],
  ] as const) {
    t.throws(() => topicMapping(domains), { code: 'CONFIG_INVALID', message })
  }
  t.throws(() => topicMapping({ a: { partitions: 1 } }, 'my prefix '), { code: 'CONFIG_INVALID' })
  t.end()
})
