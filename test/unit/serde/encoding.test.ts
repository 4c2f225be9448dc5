// Events are checked against their schema as they are encoded, and what is wrong with one is named by its path.

import fc from 'fast-check'
import t from 'tap'
import { type AvroSchema, eventType } from '../../../runtime/actor/event-type.ts'
import { DecoderCache, EncodeBuffer, EventEncoder, subjectName } from '../../../runtime/serde/index.ts'
import { PackageScanned } from '../../../schemas/types/index.ts'

const record = (fields: readonly object[]): AvroSchema => ({
  type: 'record',
  namespace: 'odd.thing',
  name: 'seen',
  fields,
})
const encoderOf = (schema: AvroSchema): EventEncoder => new EventEncoder(eventType('odd.thing.seen', schema))
const roundTrip = (schema: AvroSchema, event: unknown): unknown => {
  const cache = new DecoderCache()
  cache.addWriter(1, schema)
  const datum = encoderOf(schema).encode(event)
  return cache.decoder(1, eventType('odd.thing.seen', schema)).decode(datum, 0, datum.length)
}

const scan = {
  eventId: 'e-1',
  tenantId: 'acme',
  trackingId: 'T-1',
  orderId: 'O-1',
  carrier: 'dhl',
  scan: 'DELIVERED',
  occurredAt: 1_700_000_000_000,
  location: { city: 'Zürich', country: 'CH', lat: 47.4, lon: 8.5 },
}

await t.test('the failing path is named, with what was expected and what was found', (t) => {
  const encoder = new EventEncoder(PackageScanned)
  const wrong: readonly (readonly [unknown, string])[] = [
    [{ ...scan, location: { ...scan.location, lat: 'x' } }, 'location.lat: expected double, got "x"'],
    [{ ...scan, occurredAt: new Date(0) }, 'occurredAt: expected long, got a Date'],
    [{ ...scan, occurredAt: 2 ** 60 }, `occurredAt: expected long, got ${2 ** 60}`],
    [{ ...scan, occurredAt: 1.5 }, 'occurredAt: expected long, got 1.5'],
    [{ ...scan, occurredAt: 7n }, 'occurredAt: expected long, got 7n'],
    [{ ...scan, message: 7 }, 'message: expected null or string, got 7'],
    [{ ...scan, carrier: undefined }, 'carrier: expected string, got nothing'],
    [{ ...scan, carrier: ['a'] }, 'carrier: expected string, got an array'],
    [{ ...scan, carrier: () => 1 }, 'carrier: expected string, got a function'],
    [
      { ...scan, location: [] },
      'location: expected null or record shipping.package.scan_location, got an array',
    ],
    [null, 'the event: expected record shipping.package.scanned, got null'],
    [undefined, 'the event: expected record shipping.package.scanned, got nothing'],
    ['text', 'the event: expected record shipping.package.scanned, got "text"'],
    [{}, 'eventId: expected string, got nothing'],
  ]
  for (const [event, message] of wrong) {
    t.throws(() => encoder.encode(event), {
      code: 'EVENT_INVALID',
      message: `shipping.package.scanned: ${message}`,
    })
  }
  t.throws(() => encoder.encode({ ...scan, scan: 'EATEN' }), {
    message: /scan: expected one of .*LOST, got "EATEN"/,
  })
  t.throws(() => encoder.encode({ ...scan, carrier: 7, eventId: 'x'.repeat(1e6) }), { message: /^.{1,200}$/ })
  t.throws(() => encoder.encode({ ...scan, scan: 'x'.repeat(1e6) }), { message: /^.{1,400}$/ })
  t.end()
})

await t.test('paths go through arrays, maps and wrapped unions', (t) => {
  const encoder = encoderOf(
    record([
      { name: 'list', type: { type: 'array', items: { type: 'map', values: 'int' } } },
      { name: 'either', type: ['int', 'double', 'null'], default: 0 },
    ]),
  )
  t.throws(() => encoder.encode({ list: [{}, { grams: '3' }] }), {
    message: /list\.1\.grams: expected int, got "3"/,
  })
  t.throws(() => encoder.encode({ list: [], either: 3 }), {
    message: /either: expected { 'int': … } or { 'double': … } or null, got 3/,
  })
  t.end()
})

await t.test('fields with a default may be left out', (t) => {
  t.match(roundTrip(PackageScanned.schema, scan), { ...scan, correlationId: null, message: null })
  t.end()
})

await t.test('memory is reused, grows, and is given back', (t) => {
  const encoder = encoderOf(record([{ name: 'text', type: 'string' }]))
  const small = encoder.encode({ text: 'a' })
  const other = encoder.encode({ text: 'b' })
  t.equal(small.buffer, other.buffer, 'the same memory')
  t.equal(small.toString(), '\u0002b', 'the first view shows the second event')
  for (const size of [1_017, 1_018, 1_019, 1_022, 1_023, 1_024, 5_000, 3_000_000]) {
    const text = 'ü'.repeat(size)
    t.equal(
      encoder
        .encode({ text })
        .subarray(-2 * size)
        .toString(),
      text,
      `${size} characters`,
    )
    t.equal(
      encoder
        .encodeFramed(7, { text })
        .subarray(-2 * size)
        .toString(),
      text,
      `${size} characters framed`,
    )
  }
  const out = new EncodeBuffer()
  encoder.encode({ text: 'x'.repeat(3_000_000) }, out)
  t.ok(out.bytes.length >= 3_000_000)
  encoder.encode({ text: '' }, out)
  t.equal(out.bytes.length, 1024 * 1024)
  t.end()
})

await t.test('an event that failed leaves nothing behind', (t) => {
  const encoder = new EventEncoder(PackageScanned)
  const before = Buffer.from(encoder.encode(scan))
  t.throws(() => encoder.encode({ ...scan, location: 7 }))
  t.same(encoder.encode(scan), before)
  t.end()
})

await t.test('decimals are exact text', async (t) => {
  const decimal = (precision: number, scale: number, base: object = { type: 'bytes' }): AvroSchema =>
    record([{ name: 'fee', type: { ...base, logicalType: 'decimal', precision, scale } }])

  await t.test('known bytes', (t) => {
    const encoder = encoderOf(decimal(9, 2))
    for (const [fee, bytes] of [
      ['0.00', [2, 0]],
      ['1.27', [2, 127]],
      ['1.28', [4, 0, 128]],
      ['-0.01', [2, 255]],
      ['-1.28', [2, 128]],
      ['-1.29', [4, 255, 127]],
    ] as const) {
      t.same([...encoder.encode({ fee })], bytes, fee)
    }
    const fixed = encoderOf(decimal(9, 2, { type: 'fixed', name: 'four', size: 4 }))
    t.same([...fixed.encode({ fee: '-0.01' })], [255, 255, 255, 255])
    t.end()
  })

  await t.test('every value comes back', (t) => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n) + 1n, max: 10n ** 20n - 1n }),
        fc.nat(20),
        (unscaled, scale) => {
          const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
          const whole = digits.slice(0, digits.length - scale)
          const fee = `${unscaled < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`
          t.same(roundTrip(decimal(20, scale), { fee }), { fee })
          t.same(roundTrip(decimal(20, scale, { type: 'fixed', name: 'ten', size: 10 }), { fee }), { fee })
        },
      ),
      { numRuns: 200 },
    )
    t.end()
  })

  await t.test('shorter texts are padded; what does not fit is invalid', (t) => {
    t.same(roundTrip(decimal(5, 2), { fee: '7' }), { fee: '7.00' })
    t.same(roundTrip(decimal(5, 2), { fee: '007.5' }), { fee: '7.50' })
    for (const fee of ['1.234', '1000', '', '.5', '1e3', 'NaN', ' 1', 1.5, null, Buffer.from([1])]) {
      t.throws(() => encoderOf(decimal(5, 2)).encode({ fee }), {
        code: 'EVENT_INVALID',
        message: /fee: expected decimal/,
      })
    }
    t.end()
  })

  await t.test('in unions, and with attributes that are invalid they are bytes', (t) => {
    const maybe = record([
      { name: 'fee', type: ['null', { type: 'bytes', logicalType: 'decimal', precision: 4, scale: 1 }] },
    ])
    t.same(roundTrip(maybe, { fee: '1.5' }), { fee: '1.5' })
    t.same(roundTrip(maybe, { fee: null }), { fee: null })
    t.same(roundTrip(decimal(2, 3), { fee: Buffer.from([7]) }), { fee: Buffer.from([7]) })
    t.end()
  })

  await t.test('a reader needs the same scale', (t) => {
    const cache = new DecoderCache()
    cache.addWriter(1, decimal(5, 2))
    const datum = Buffer.from(encoderOf(decimal(5, 2)).encode({ fee: '1.50' }))
    const read = (reader: AvroSchema): unknown =>
      cache.decoder(1, eventType('odd.thing.seen', reader)).decode(datum, 0, datum.length)
    t.same(read(decimal(9, 2)), { fee: '1.50' })
    t.throws(() => read(decimal(9, 3)), { code: 'RECORD_UNDECODABLE' })
    t.same(read(record([{ name: 'fee', type: 'bytes' }])), { fee: Buffer.from([0, 150]) }, 'as bytes')
    t.end()
  })
})

await t.test('other logical types stay what they are made of', (t) => {
  const schema = record([
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'day', type: ['null', { type: 'int', logicalType: 'date' }] },
    { name: 'id', type: { type: 'string', logicalType: 'uuid' } },
  ])
  const event = { at: 1_700_000_000_123, day: 19_000, id: '0b5a1f6e-8a43-4a5c-9d7e-3a1f0f5f6c11' }
  t.same(roundTrip(schema, event), event)
  t.end()
})

await t.test('subjects are named as other serializers name them', (t) => {
  const subject = { topic: 'shipping-events', record: 'shipping.package.scanned' }
  t.equal(
    subjectName('topic-record', subject.topic, subject.record),
    'shipping-events-shipping.package.scanned',
  )
  t.equal(subjectName('topic', subject.topic, subject.record), 'shipping-events-value')
  t.equal(subjectName('record', subject.topic, subject.record), 'shipping.package.scanned')
  t.throws(() => subjectName('record', 'topic', ''), { code: 'EVENT_INVALID' })
  t.end()
})

t.test('a long is written exactly, around every power of two, with its sign', async (t) => {
  const schema = {
    type: 'record',
    namespace: 'odd.thing',
    name: 'counted',
    fields: [{ name: 'n', type: 'long' }],
  } as const
  const type = eventType<{ n: number }>('odd.thing.counted', schema)
  const encoder = new EventEncoder(type)
  const cache = new DecoderCache()
  cache.addWriter(1, schema)
  const decoder = cache.decoder(1, type)
  const largest = 9_007_199_254_740_990
  const powers = Array.from({ length: 53 }, (_, bit) => 2 ** bit)
  const numbers = [0, largest, ...powers.flatMap((power) => [power - 1, power, power + 1])]
    .flatMap((n) => [n, -n])
    .filter((n) => Math.abs(n) <= largest)
  for (const n of numbers) {
    const bytes = Buffer.from(encoder.encode({ n }))
    t.same(decoder.decode(bytes, 0, bytes.length), { n: n === 0 ? 0 : n }, String(n))
  }
  t.throws(() => encoder.encode({ n: 2 ** 53 }), { code: 'EVENT_INVALID' })
  t.throws(() => encoder.encode({ n: -(2 ** 53) }), { code: 'EVENT_INVALID' })
})
