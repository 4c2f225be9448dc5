// Whatever is written into a packed batch is read from it again; and whatever is done to its bytes, the reader
// either reads or says that the batch is damaged: no crash, no endless loop, no byte from outside the batch.

import fc from 'fast-check'
import t from 'tap'
import { BatchReader, batchVersion, writeBatch } from '../../../runtime/batch/index.ts'
import type { BatchRecord } from '../../../runtime/batch/index.ts'
import { TroupeError } from '../../../runtime/errors.ts'

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')

const toArrayBuffer = (buffer: Uint8Array): ArrayBuffer => new Uint8Array(buffer).buffer

const plain = (buffer: Uint8Array | null | undefined): string | null | undefined =>
  buffer instanceof Uint8Array ? Buffer.from(buffer).toString('hex') : buffer

type ReadRecord = Readonly<Record<string, unknown>>

const asRead = ({ key, value, headers, ...rest }: BatchRecord): ReadRecord => ({
  ...rest,
  key: plain(key),
  value: plain(value),
  headers: headers.map(([name, content]) => [name, plain(content)]),
})

const readAll = (reader: BatchReader): ReadRecord[] => {
  const records: ReadRecord[] = []
  while (reader.next()) {
    records.push({
      offset: reader.offset,
      timestamp: reader.timestamp,
      timestampType: reader.timestampType,
      key: plain(reader.key()),
      value: plain(reader.value()),
      headers: reader.headers().map(([name, content]) => [name, plain(content)]),
    })
  }
  return records
}

const absentOrBytes = fc.option(fc.uint8Array({ maxLength: 40 }), { nil: undefined })

const anyRecord: fc.Arbitrary<BatchRecord> = fc.record({
  offset: fc.oneof(
    fc.nat(),
    fc.maxSafeNat(),
    fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER),
  ),
  timestamp: fc.oneof(fc.maxSafeInteger(), fc.constantFrom(-1, 0, 2 ** 32, 1_700_000_000_000)),
  timestampType: fc.constantFrom('none', 'create', 'append'),
  key: absentOrBytes,
  value: absentOrBytes,
  headers: fc.array(
    fc.tuple(
      fc.oneof(fc.constantFrom('a', 'b', 'event-type', ''), fc.string({ unit: 'grapheme', maxLength: 12 })),
      fc.option(fc.uint8Array({ maxLength: 12 }), { nil: null }),
    ),
    { maxLength: 5 },
  ),
})

t.test('what is written is read', async () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 8 }), (records) => {
      // given
      const reader = new BatchReader(writeBatch(records))
      // when
      const once = readAll(reader)
      reader.rewind()
      const twice = readAll(reader)
      // then
      const wanted = JSON.stringify(records.map(asRead))
      return (
        reader.count === records.length && JSON.stringify(once) === wanted && JSON.stringify(twice) === wanted
      )
    }),
    { numRuns: 2_000 },
  )
})

t.test('header() is the last of its name', async () => {
  fc.assert(
    fc.property(anyRecord, fc.string({ unit: 'grapheme', maxLength: 12 }), (record, stranger) => {
      const reader = new BatchReader(writeBatch([record]))
      reader.next()
      for (const name of [...record.headers.map(([known]) => known), stranger]) {
        const wanted = record.headers.findLast(([known]) => known === name)
        const found = reader.header(name)
        if (plain(found) !== plain(wanted?.[1])) throw new Error(`${name}: ${String(plain(found))}`)
        for (const at of [0, 1, 54]) {
          const byte = reader.headerByte(Buffer.from(name), at)
          if (byte !== (found?.[at] ?? -1)) throw new Error(`${name}: byte ${String(at)} is ${String(byte)}`)
        }
      }
    }),
    { numRuns: 2_000 },
  )
})

t.test('nothing is not the same as empty', async (t) => {
  const reader = new BatchReader(
    writeBatch([
      { offset: 7, timestamp: -1, timestampType: 'none', key: undefined, value: undefined, headers: [] },
      {
        offset: 8,
        timestamp: 0,
        timestampType: 'create',
        key: Buffer.of(),
        value: Buffer.of(),
        headers: [['h', null]],
      },
      {
        offset: 9,
        timestamp: 1,
        timestampType: 'append',
        key: undefined,
        value: undefined,
        headers: [['h', Buffer.of()]],
      },
    ]),
  )

  t.ok(reader.next())
  t.match(reader, { index: 0, offset: 7, timestamp: -1, keyLength: -1, valueLength: -1, headerCount: 0 })
  t.equal(reader.key(), undefined)
  t.equal(reader.value(), undefined)
  t.equal(reader.header('h'), undefined)

  t.ok(reader.next())
  t.match(reader, { index: 1, offset: 8, timestamp: 0, keyLength: 0, valueLength: 0, headerCount: 1 })
  t.same(reader.key(), Buffer.of())
  t.same(reader.value(), Buffer.of())
  t.equal(reader.header('h'), null)

  t.ok(reader.next())
  t.same(reader.header('h'), Buffer.of())
  t.notOk(reader.next())
  t.notOk(reader.next(), 'the end stays the end')
})

t.test('views are of the batch itself', async (t) => {
  const batch = writeBatch([
    { offset: 0, timestamp: 0, timestampType: 'create', key: bytes('6b'), value: bytes('7601'), headers: [] },
  ])
  const reader = new BatchReader(batch)
  reader.next()
  t.equal(reader.value()?.buffer, batch)
  t.same(reader.buffer.subarray(reader.valueStart, reader.valueStart + reader.valueLength), bytes('7601'))
})

// Written by the native drain as it was when version 1 was made. It must be read for as long as batches of version 1
// can be anywhere.
const storedVersion1 =
  '0100000003000000' +
  '40000000' +
  '01000000' +
  '01000000' +
  '03000040' +
  '0000000000000000' +
  '141a99be1c000000' +
  '6b' +
  '76' +
  '0100000003000000' +
  '61' +
  '010002' +
  '01000000ffffffff' +
  '61' +
  '0100000000000000' +
  '62' +
  '20000000' +
  'ffffffff' +
  'ffffffff' +
  '00000040' +
  '0100000000000000' +
  '0000000000000000' +
  '21000000' +
  '01000000' +
  'ffffffff' +
  '00000080' +
  '0300000000000000' +
  '4d00000000000000' +
  '78'

t.test('a stored batch of version 1 is read', async (t) => {
  t.equal(batchVersion, 1, 'a new version keeps this test and adds one')
  t.same(readAll(new BatchReader(toArrayBuffer(bytes(storedVersion1)))), [
    {
      offset: 0,
      timestamp: 123_456_789_012,
      timestampType: 'create',
      key: '6b',
      value: '76',
      headers: [
        ['a', '010002'],
        ['a', null],
        ['b', ''],
      ],
    },
    { offset: 1, timestamp: 0, timestampType: 'create', key: undefined, value: undefined, headers: [] },
    { offset: 3, timestamp: 77, timestampType: 'append', key: '78', value: undefined, headers: [] },
  ])
})

t.test('damage is named', async (t) => {
  const whole = bytes(storedVersion1)
  const changed = (at: number, ...values: number[]): Buffer => {
    const copy = Buffer.from(whole)
    copy.set(values, at)
    return copy
  }
  const table: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['nothing', bytes(''), /less than a batch's head/],
    ['half a head', whole.subarray(0, 7), /less than a batch's head/],
    ['another version', changed(0, 2), /version 2/],
    ['more records than fit', changed(4, 0xff, 0xff, 0xff, 0xff), /4294967295 records do not fit/],
    ['one record too many', changed(4, 4), /record 3 of 4/],
    ['one record too few', changed(4, 2), /left over/],
    ['a cut end', whole.subarray(0, whole.length - 1), /record 2 of 3/],
    ['bytes behind the end', Buffer.concat([whole, bytes('00')]), /left over/],
    ['a key of −2', changed(12, 0xfe, 0xff, 0xff, 0xff), /record 0 of 3/],
    ['a value of 2 GB', changed(16, 0xff, 0xff, 0xff, 0x7f), /record 0 of 3/],
    ['a billion headers', changed(20, 0xff, 0xff, 0xff, 0x3f), /record 0 of 3/],
    ['a timestamp type 3', changed(23, 0xc0), /record 0 of 3/],
    ['an offset beyond 2^53', changed(30, 0x20), /record 0 of 3/],
    ['a header name that is too long', changed(42, 0xff), /record 0 of 3/],
    ['a header value of −2', changed(46, 0xfe, 0xff, 0xff, 0xff), /record 0 of 3/],
  ]
  for (const [name, damaged, message] of table) {
    t.throws(() => readAll(new BatchReader(toArrayBuffer(damaged))), { code: 'BATCH_DAMAGED', message }, name)
  }
})

/** Reads everything a worker could read; the number of records. Throws where a view leaves the batch. */
const readThrough = (batch: ArrayBuffer): number => {
  const reader = new BatchReader(batch)
  let records = 0
  while (reader.next()) {
    records += 1
    // A view that left the batch would have been cut to fit: its length is the proof.
    if ((reader.key()?.length ?? -1) !== reader.keyLength) throw new Error('the key leaves the batch')
    if ((reader.value()?.length ?? -1) !== reader.valueLength) throw new Error('the value leaves the batch')
    reader.header('event-type')
    reader.headerByte(Buffer.from('event-type'), 3)
    if (reader.headers().length !== reader.headerCount) throw new Error('headers are missing')
    if (!Number.isSafeInteger(reader.offset) || reader.offset < 0) throw new Error('no offset')
  }
  if (records !== reader.count) throw new Error('records are missing')
  return records
}

/** Small and fast, for a million mutations; xorshift32 (Marsaglia, 2003). */
const randomFrom = (seed: number): ((below: number) => number) => {
  let state = seed | 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const lengthsWorthTrying = [0, 1, -1, -2, 7, 8, 31, 32, 33, 0x7fff_ffff, -0x8000_0000, 0x3fff_ffff, 0x1000]

type Mutation = (batch: Buffer, random: (below: number) => number, other: Buffer) => Buffer

const mutations: Readonly<Record<string, Mutation>> = {
  'bits flipped': (batch, random) => {
    const copy = Buffer.from(batch)
    for (let flips = 1 + random(4); flips > 0; flips -= 1) {
      const at = random(copy.length)
      copy[at] = (copy[at] as number) ^ (1 << random(8))
    }
    return copy
  },
  'cut off': (batch, random) => batch.subarray(0, random(batch.length + 1)),
  'a length changed': (batch, random) => {
    const copy = Buffer.from(batch)
    copy.writeInt32LE(
      lengthsWorthTrying[random(lengthsWorthTrying.length)] as number,
      random(copy.length - 3),
    )
    return copy
  },
  'a length a little changed': (batch, random) => {
    const copy = Buffer.from(batch)
    const at = random(copy.length - 3)
    copy.writeInt32LE((copy.readInt32LE(at) + random(17) - 8) | 0, at)
    return copy
  },
  'spliced with another': (batch, random, other) =>
    Buffer.concat([batch.subarray(0, random(batch.length)), other.subarray(random(other.length))]),
  'a piece twice': (batch, random) => {
    const from = random(batch.length)
    return Buffer.concat([batch.subarray(0, from), batch.subarray(random(from + 1))])
  },
}

t.test('a million mutated batches are read or refused', async (t) => {
  // given
  const seeds = fc
    .sample(fc.array(anyRecord, { minLength: 1, maxLength: 6 }), { numRuns: 200, seed: 20_251_121 })
    .map((records) => Buffer.from(writeBatch(records)))
  const random = randomFrom(20_251_121)
  const kinds = Object.values(mutations)
  let read = 0
  let refused = 0
  // when
  for (let run = 0; run < 1_000_000; run += 1) {
    const mutate = kinds[run % kinds.length] as Mutation
    const batch = seeds[random(seeds.length)] as Buffer
    const other = seeds[random(seeds.length)] as Buffer
    const mutated = toArrayBuffer(mutate(batch, random, other))
    try {
      readThrough(mutated)
      read += 1
    } catch (error) {
      if (!(error instanceof TroupeError) || error.code !== 'BATCH_DAMAGED') throw error
      refused += 1
    }
  }
  // then
  t.equal(read + refused, 1_000_000)
  t.ok(read > 50_000, `some stay whole: ${String(read)}`)
  t.ok(refused > 300_000, `most are damaged: ${String(refused)}`)
})
