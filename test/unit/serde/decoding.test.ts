// Every byte string decodes to its event or to a clear RECORD_UNDECODABLE, whatever lies around it.

import avro, { type Schema } from 'avsc'
import fc from 'fast-check'
import t from 'tap'
import { type AvroSchema, type EventType, eventType } from '../../../runtime/actor/event-type.ts'
import { TroupeError } from '../../../runtime/errors.ts'
import { DecoderCache, EventEncoder, frame, wireSchemaId } from '../../../runtime/serde/index.ts'
import { PackageScanned, PackageStateChanged } from '../../../schemas/types/index.ts'

const record = (fields: readonly object[], name = 'seen'): AvroSchema => ({
  type: 'record',
  namespace: 'odd.thing',
  name,
  fields,
})
const typed = (schema: AvroSchema): EventType => eventType('odd.thing.seen', schema)

/** What `reader` makes of bytes written with `writer`. */
const decoded = (writer: AvroSchema, datum: Uint8Array, reader: AvroSchema = writer): unknown => {
  const cache = new DecoderCache()
  cache.addWriter(1, writer)
  return cache.decoder(1, typed(reader)).decode(Buffer.from(datum), 0, datum.length)
}
const written = (schema: AvroSchema, value: unknown): Buffer =>
  avro.Type.forSchema(schema as Schema).toBuffer(value)

/** One field of every kind. */
const everything = record([
  { name: 'flag', type: 'boolean' },
  { name: 'small', type: 'int' },
  { name: 'big', type: 'long' },
  { name: 'single', type: 'float' },
  { name: 'wide', type: 'double' },
  { name: 'text', type: 'string' },
  { name: 'raw', type: 'bytes' },
  { name: 'hash', type: { type: 'fixed', name: 'hash4', size: 4 } },
  { name: 'kind', type: { type: 'enum', name: 'kind', symbols: ['A', 'B', 'C'] } },
  { name: 'list', type: { type: 'array', items: 'long' } },
  { name: 'table', type: { type: 'map', values: ['null', 'string'] } },
  { name: 'maybe', type: ['null', { type: 'record', name: 'inner', fields: [{ name: 'x', type: 'int' }] }] },
  { name: 'either', type: ['int', 'double'] },
  { name: 'nested', type: { type: 'array', items: { type: 'map', values: 'inner' } } },
])

const safeLong = fc.integer({ min: -(2 ** 52), max: 2 ** 52 })
const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary-ascii' }))
const inner = fc.record({ x: int }, { noNullPrototype: true })
const anything = fc.record(
  {
    flag: fc.boolean(),
    small: int,
    big: safeLong,
    single: fc.float({ noNaN: true }),
    wide: fc.double({ noNaN: true }),
    text,
    raw: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    hash: fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
    kind: fc.constantFrom('A', 'B', 'C'),
    list: fc.array(safeLong),
    table: fc.dictionary(text, fc.option(text), { noNullPrototype: true }),
    maybe: fc.option(inner),
    either: fc.oneof(
      int.map((x) => ({ int: x })),
      fc.double({ noNaN: true }).map((x) => ({ double: x })),
    ),
    nested: fc.array(fc.dictionary(text, inner, { noNullPrototype: true })),
  },
  { noNullPrototype: true },
)

await t.test('what is encoded is decoded, among other bytes, as avsc itself does', (t) => {
  const encoder = new EventEncoder(typed(everything))
  const cache = new DecoderCache()
  cache.addWriter(9, everything)
  const decoder = cache.decoder(9, typed(everything))
  const reference = avro.Type.forSchema(everything as Schema)
  fc.assert(
    fc.property(anything, fc.uint8Array(), fc.uint8Array(), (event, before, after) => {
      const datum = encoder.encode(event)
      const packed = Buffer.concat([before, datum, after])
      const found = decoder.decode(packed, before.length, before.length + datum.length)
      // avsc itself loses map keys of this name.
      if (!JSON.stringify(event).includes('"__proto__"')) {
        t.equal(JSON.stringify(found), JSON.stringify(reference.fromBuffer(Buffer.from(datum))))
      }
      t.equal(JSON.stringify(found), JSON.stringify(event))
    }),
    { numRuns: 300 },
  )
  t.end()
})

await t.test(
  'an end that is not the record’s end is undecodable, short and long, inside and past the buffer',
  (t) => {
    // given: the same event three times in a row
    const encoder = new EventEncoder(PackageScanned)
    const one = Buffer.from(encoder.encode(scan()))
    const packed = Buffer.concat([one, one, one])
    const cache = new DecoderCache()
    cache.addWriter(1, PackageScanned.schema)
    const decoder = cache.decoder(1, PackageScanned)
    const start = one.length
    t.same(decoder.decode(packed, start, start + one.length), scan())
    // when, then
    for (let end = start - 1; end <= packed.length + 3; end++) {
      if (end === start + one.length) continue
      t.throws(() => decoder.decode(packed, start, end), { code: 'RECORD_UNDECODABLE' }, `end ${end}`)
    }
    t.throws(() => decoder.decode(packed, -1, 4), { code: 'RECORD_UNDECODABLE' })
    t.throws(() => decoder.decode(packed, Number.NaN, 4), { code: 'RECORD_UNDECODABLE' })
    t.throws(() => decoder.decode(packed, start, start + one.length + 1), {
      message: /1 bytes are left over/,
    })
    t.end()
  },
)

await t.test(
  'mutated bytes decode to something or are undecodable; nothing else, and never for long',
  (t) => {
    const cache = new DecoderCache()
    cache.addWriter(1, everything)
    const readers = [
      typed(everything),
      // Reading less makes the decoder skip, which is code of its own.
      typed(record([{ name: 'kind', type: { type: 'enum', name: 'kind', symbols: ['A', 'B', 'C'] } }])),
    ]
    const encoder = new EventEncoder(typed(everything))
    const mutation = fc.record({
      at: fc.nat(),
      to: fc.nat(255),
      cut: fc.nat(3),
      grow: fc.uint8Array({ maxLength: 6 }),
    })
    let undecodable = 0
    fc.assert(
      fc.property(anything, fc.array(mutation, { minLength: 1, maxLength: 4 }), (event, mutations) => {
        let bytes = Buffer.from(encoder.encode(event))
        for (const { at, to, cut, grow } of mutations) {
          const position = at % bytes.length
          bytes[position] = to
          bytes = Buffer.concat([bytes.subarray(0, position), grow, bytes.subarray(position + cut)])
          if (bytes.length === 0) bytes = Buffer.from([0])
        }
        for (const reader of readers) {
          try {
            cache.decoder(1, reader).decode(bytes, 0, bytes.length)
          } catch (error) {
            undecodable++
            if (!(error instanceof TroupeError) || error.code !== 'RECORD_UNDECODABLE') throw error
          }
        }
      }),
      { numRuns: 5_000 },
    )
    t.ok(undecodable > 1_000, `${undecodable} were undecodable`)
    t.end()
  },
)

await t.test('a few bytes cannot ask for millions of items', (t) => {
  const array = record([{ name: 'list', type: { type: 'array', items: 'int' } }])
  const map = record([{ name: 'list', type: { type: 'map', values: 'int' } }])
  const none = record([{ name: 'other', type: 'int', default: 0 }])
  const count = (items: number): Buffer => written('long', items)
  for (const items of [50_000_000, 2 ** 40, 2 ** 52, -50_000_000, -(2 ** 52)]) {
    const claim = Buffer.concat([count(items), count(1), Buffer.from([2, 2])])
    for (const writer of [array, map]) {
      t.throws(() => decoded(writer, claim), { code: 'RECORD_UNDECODABLE' }, `${items} read`)
      t.throws(() => decoded(writer, claim, none), { code: 'RECORD_UNDECODABLE' }, `${items} skipped`)
    }
  }
  // A block that says it has -1 or -2 bytes sends avsc backwards for ever.
  for (const bytes of [-1, -2, -(2 ** 52), 2 ** 52]) {
    const backwards = Buffer.concat([count(-1), count(bytes), count(0)])
    t.throws(
      () => decoded(array, backwards, none),
      { code: 'RECORD_UNDECODABLE' },
      `a block of ${bytes} bytes`,
    )
  }
  t.end()
})

await t.test('blocks with their length in bytes are read and skipped', (t) => {
  const array = record([
    { name: 'list', type: { type: 'array', items: 'int' } },
    { name: 'after', type: 'int' },
  ])
  // two blocks: -2 items in 2 bytes [1, 2], then 1 item [3]; end; after = 4
  const datum = Buffer.from([3, 4, 2, 4, 2, 6, 0, 8])
  t.same(decoded(array, datum), { list: [1, 2, 3], after: 4 })
  t.same(decoded(array, datum, record([{ name: 'after', type: 'int' }])), { after: 4 })
  t.end()
})

/** By 64-bit arithmetic: what other producers write. */
const zigzag = (value: bigint): Buffer => {
  const bytes: number[] = []
  let left = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(left)])
}

await t.test('a long is read to the last digit and with its sign, or not at all', (t) => {
  const schema = record([{ name: 'n', type: 'long' }])
  const largest = 2n ** 53n - 2n
  const values = Array.from({ length: 54 }, (_, power) => 2n ** BigInt(power))
    .flatMap((power) => [power, -power])
    .flatMap((power) => [-2n, -1n, 0n, 1n, 2n].map((near) => power + near))
    .filter((value) => value >= -largest && value <= largest)
  const read = (value: bigint): number => (decoded(schema, zigzag(value)) as { readonly n: number }).n
  t.same(
    values.filter((value) => read(value) !== Number(value)),
    [],
    'around every power of two',
  )
  for (const value of [largest + 1n, -largest - 1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)])
    t.throws(() => decoded(schema, zigzag(value)), { code: 'RECORD_UNDECODABLE' }, String(value))
  t.end()
})

await t.test('damaged primitives are undecodable, each with what is wrong', (t) => {
  const field = (type: AvroSchema): AvroSchema => record([{ name: 'f', type }])
  const cases: readonly (readonly [AvroSchema, number[], RegExp])[] = [
    ['boolean', [2], /boolean of 2/],
    ['int', [0x80], /within a number/],
    ['int', [], /where a number should be/],
    ['int', [0xfe, 0xff, 0xff, 0xff, 0xff, 0x01], /32 bits/],
    ['long', Array(11).fill(0x80) as number[], /longer than 10 bytes/],
    ['long', [...(Array(9).fill(0xff) as number[]), 0x01], /precision/],
    ['string', [1], /a length of -1/],
    ['string', [20, 65], /wants 10 bytes where 1 are left/],
    ['bytes', [0xfe, 0xff, 0xff, 0xff, 0x0f], /wants \d+ bytes/],
    ['double', [0, 0, 0], /wants 8 bytes/],
    [['null', 'string'], [8], /union index/],
    [{ type: 'enum', name: 'e', symbols: ['A'] }, [2], /enum index/],
    [{ type: 'fixed', name: 'x', size: 3 }, [1], /wants 3 bytes/],
  ]
  for (const [type, bytes, reason] of cases) {
    t.throws(
      () => decoded(field(type), Buffer.from(bytes)),
      { code: 'RECORD_UNDECODABLE', message: reason },
      JSON.stringify(type),
    )
  }
  t.end()
})

await t.test('a tree deeper than the stack is undecodable, and the next record is not', (t) => {
  const tree = record([{ name: 'child', type: ['null', 'odd.thing.seen'], default: null }])
  const cache = new DecoderCache()
  cache.addWriter(1, tree)
  const decoder = cache.decoder(1, typed(tree))
  const deep = Buffer.concat([Buffer.alloc(2_000_000, 2), Buffer.from([0])])
  t.throws(() => decoder.decode(deep, 0, deep.length), { code: 'RECORD_UNDECODABLE' })
  t.same(decoder.decode(Buffer.from([2, 0]), 0, 2), { child: { child: null } })
  t.end()
})

await t.test('an event shares no memory with the batch', (t) => {
  const schema = record([{ name: 'raw', type: 'bytes' }])
  const datum = written(schema, { raw: Buffer.from('abc') })
  const event = decoded(schema, datum) as { readonly raw: Buffer }
  const kept = new DecoderCache()
  kept.addWriter(1, schema)
  const again = kept.decoder(1, typed(schema)).decode(datum, 0, datum.length) as { readonly raw: Buffer }
  datum.fill(0)
  t.equal(event.raw.toString(), 'abc')
  t.equal(again.raw.toString(), 'abc')
  t.end()
})

await t.test('strings of records around the size up to which they share memory, plain and not', (t) => {
  const schema = record([
    { name: 'raw', type: 'bytes' },
    { name: 'text', type: 'string' },
    { name: 'more', type: 'string' },
  ])
  for (const text of ['plain', 'ü', 'a\u007fb', 'a\u0080b', '🚚 van', '']) {
    for (const size of [0, 1, 900, ...Array.from({ length: 40 }, (_, index) => 995 + index), 5_000]) {
      const event = { raw: Buffer.alloc(size, 0xff), text, more: 'x'.repeat(9) }
      t.same(decoded(schema, written(schema, event)), event)
    }
  }
  t.end()
})

await t.test('a map key named __proto__ is a key', (t) => {
  const schema = record([{ name: 'table', type: { type: 'map', values: 'string' } }])
  const datum = Buffer.concat([Buffer.from([2, 18]), Buffer.from('__proto__'), Buffer.from([2, 65, 0])])
  const { table } = decoded(schema, datum) as { readonly table: object }
  t.same(Object.keys(table), ['__proto__'])
  t.equal(Object.getPrototypeOf(table), Object.prototype)
  t.end()
})

await t.test('readers and writers of different versions', async (t) => {
  const id = { name: 'id', type: 'string' }
  const older = record([id, { name: 'grams', type: 'int' }, { name: 'note', type: 'string' }])

  await t.test('a new field takes its default, an old one is skipped, an int becomes a double', (t) => {
    const newer = record([
      { name: 'carrier', type: ['null', 'string'], default: null },
      { name: 'weight', aliases: ['grams'], type: 'double' },
      { name: 'pieces', type: 'int', default: 1 },
      id,
    ])
    const datum = written(older, { id: 'a', grams: 3, note: 'gone' })
    t.same(decoded(older, datum, newer), { carrier: null, weight: 3, pieces: 1, id: 'a' })
    t.end()
  })

  await t.test('a reader that cannot read the writer says why, at each record', (t) => {
    const newer = record([id, { name: 'carrier', type: 'string' }])
    const datum = written(older, { id: 'a', grams: 3, note: '' })
    t.throws(() => decoded(older, datum, newer), {
      code: 'RECORD_UNDECODABLE',
      message: /schema 1 \(odd\.thing\.seen\).*carrier/,
    })
    t.throws(() => decoded(older, datum, 'string'), { code: 'RECORD_UNDECODABLE' })
    t.throws(() => decoded('string', Buffer.from([2, 65]), older), { code: 'RECORD_UNDECODABLE' })
    t.end()
  })

  await t.test('an enum symbol the reader does not know spoils only the records that have it', (t) => {
    const kinds = (...symbols: string[]): AvroSchema =>
      record([{ name: 'kind', type: { type: 'enum', name: 'kind', symbols } }])
    const writer = kinds('NEW', 'A', 'B')
    t.same(decoded(writer, written(writer, { kind: 'B' }), kinds('A', 'B')), { kind: 'B' })
    t.throws(() => decoded(writer, written(writer, { kind: 'NEW' }), kinds('A', 'B')), {
      code: 'RECORD_UNDECODABLE',
      message: /NEW/,
    })
    const tolerant = record([
      { name: 'kind', type: { type: 'enum', name: 'kind', symbols: ['A', 'OTHER'], default: 'OTHER' } },
    ])
    t.same(decoded(writer, written(writer, { kind: 'NEW' }), tolerant), { kind: 'OTHER' })
    t.end()
  })
})

await t.test('the cache', async (t) => {
  await t.test('knows writers by id and makes one decoder for each writer and reader', (t) => {
    const cache = new DecoderCache()
    t.equal(cache.hasWriter(1), false)
    cache.addWriter(1, PackageScanned.schema)
    cache.addWriter(2, PackageStateChanged.schema)
    cache.addWriter(3, 'string')
    t.equal(cache.hasWriter(1), true)
    t.equal(cache.writerName(1), 'shipping.package.scanned')
    t.equal(cache.writerName(3), '', 'no record')
    t.equal(cache.decoder(1, PackageScanned), cache.decoder(1, PackageScanned))
    t.not(cache.decoder(1, PackageStateChanged), cache.decoder(1, PackageScanned))
    t.throws(() => cache.decoder(4, PackageScanned), { code: 'SCHEMA_ID_UNKNOWN' })
    t.throws(() => cache.writerName(4), { code: 'SCHEMA_ID_UNKNOWN' })
    t.end()
  })

  await t.test('refuses schemas that are none, or whose items take no bytes', (t) => {
    const cache = new DecoderCache()
    const empty = { type: 'record', name: 'empty', fields: [] }
    const refused: readonly AvroSchema[] = [
      'nonsense',
      { type: 'record', name: 'a.b' },
      { type: 'array', items: 'null' },
      { type: 'map', values: 'null' },
      { type: 'array', items: empty },
      {
        type: 'array',
        items: {
          type: 'record',
          name: 'two',
          fields: [
            { name: 'e', type: empty },
            { name: 'n', type: 'null' },
          ],
        },
      },
      record([{ name: 'deep', type: ['null', { type: 'map', values: { type: 'array', items: empty } }] }]),
      record([{ name: '__proto__', type: 'int' }]),
      record([{ name: 'a; process.exit()', type: 'int' }]),
      null as unknown as AvroSchema,
      7 as unknown as AvroSchema,
      {},
      [],
    ]
    for (const schema of refused) {
      t.throws(() => cache.addWriter(1, schema), { code: 'SCHEMA_REFUSED' }, JSON.stringify(schema))
    }
    t.equal(cache.hasWriter(1), false)
    cache.addWriter(1, { type: 'array', items: ['null', 'int'] })
    cache.addWriter(2, record([{ name: 'child', type: { type: 'array', items: 'odd.thing.seen' } }]))
    t.equal(cache.hasWriter(2), true, 'a tree of itself has the count of its children')
    t.end()
  })
})

await t.test('the wire format', async (t) => {
  await t.test('known bytes', (t) => {
    t.same([...frame(1, Buffer.from([0xaa]))], [0, 0, 0, 0, 1, 0xaa])
    t.same([...frame(0x01020304, Buffer.alloc(0))], [0, 1, 2, 3, 4])
    t.equal(wireSchemaId(Buffer.from([0, 1, 2, 3, 4]), 0, 5), 0x01020304)
    t.equal(
      wireSchemaId(Buffer.from([9, 9, 0, 0xff, 0xff, 0xff, 0xff, 9]), 2, 6),
      0xffff_ffff,
      'not negative',
    )
    // A string field 'foo' and an int 27, as the specification encodes them, behind id 5.
    const schema = record(
      [
        { name: 'a', type: 'long' },
        { name: 'b', type: 'string' },
      ],
      'test',
    )
    const value = new EventEncoder(typed(schema)).encodeFramed(5, { a: 27, b: 'foo' })
    t.equal(value.toString('hex'), '0000000005' + '3606666f6f')
    t.end()
  })

  await t.test('what was not written with a registry is undecodable', (t) => {
    const undecodable = { code: 'RECORD_UNDECODABLE' }
    t.throws(() => wireSchemaId(Buffer.from([1, 0, 0, 0, 1]), 0, 5), undecodable)
    t.throws(() => wireSchemaId(Buffer.from('{"json":1}'), 0, 10), { ...undecodable, message: /byte 123/ })
    t.throws(() => wireSchemaId(Buffer.from([0, 0, 0, 0]), 0, 4), undecodable)
    t.throws(() => wireSchemaId(Buffer.from([0, 0, 0, 0]), 0, 5), undecodable, 'past the buffer')
    t.throws(() => wireSchemaId(Buffer.alloc(9), 0, 0), { ...undecodable, message: /0 bytes/ })
    t.throws(() => wireSchemaId(Buffer.alloc(9), 0, -1), { ...undecodable, message: /tombstone/ })
    for (const id of [-1, 1.5, 2 ** 32, Number.NaN]) {
      t.throws(() => frame(id, Buffer.alloc(0)), { code: 'EVENT_INVALID' })
    }
    t.end()
  })
})

function scan(): object {
  return {
    eventId: 'e-1',
    tenantId: 'acme',
    correlationId: null,
    trackingId: 'T-1',
    orderId: 'O-1',
    carrier: 'dhl',
    scan: 'DELIVERED',
    occurredAt: 1_700_000_000_000,
    location: { city: 'Zürich 🚚', country: 'CH', lat: 47.4, lon: 8.5 },
    message: null,
  }
}
