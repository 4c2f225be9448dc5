// Records of a batch share the string their text is cut from: each string is still its own record's, in whatever order
// records are read, next to text beyond ASCII, at the ends of the buffer, and after another buffer was read.

import fc from 'fast-check'
import t from 'tap'
import { RecordTap } from '../../../runtime/serde/record-tap.ts'

interface Placed {
  readonly buffer: Buffer
  readonly start: number
  readonly end: number
  readonly texts: readonly string[]
}

/** Records of strings, one behind the other: each string a length as Avro has it, then its UTF-8. */
const batchOf = (records: readonly (readonly string[])[]): readonly Placed[] => {
  const chunks: Buffer[] = []
  const places: { start: number; end: number; texts: readonly string[] }[] = []
  let at = 0
  for (const texts of records) {
    const start = at
    for (const text of texts) {
      const bytes = Buffer.from(text)
      const length = bytes.length * 2
      const varint = length < 128 ? [length] : [(length & 0x7f) | 0x80, length >> 7]
      chunks.push(Buffer.from(varint), bytes)
      at += varint.length + bytes.length
    }
    places.push({ start, end: at, texts })
  }
  const buffer = Buffer.concat(chunks)
  return places.map((place) => ({ ...place, buffer }))
}

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ minLength: 100, maxLength: 700 }),
  fc.constantFrom('', 'größer', '🐎', 'x'.repeat(1_500), '\u0000'),
)
const record = fc.array(text, { maxLength: 5 })

t.test('every string is its own', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(record, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat(), { maxLength: 60 }),
      (batches, choices) => {
        const tap = new RecordTap()
        const all = batches.flatMap(batchOf)
        for (const place of [...all, ...choices.map((choice) => all[choice % all.length] as Placed)]) {
          tap.aim(place.buffer, place.start, place.end)
          const read = place.texts.map(() => tap.readString())
          if (JSON.stringify(read) !== JSON.stringify(place.texts) || tap.remaining !== 0)
            throw new Error(`read ${JSON.stringify(read)} where ${JSON.stringify(place.texts)} is`)
        }
      },
    ),
    { numRuns: 1_000, seed: 11 },
  )
})

t.test('one letter beyond ASCII is seen wherever it stands', async (t) => {
  const texts = Array.from({ length: 12 }, (_, length) =>
    Array.from({ length }, (_, at) => `${'a'.repeat(at)}é${'b'.repeat(length - at - 1)}`),
  ).flat()
  const [place] = batchOf([texts])
  const tap = new RecordTap()
  tap.aim(place!.buffer, place!.start, place!.end)
  t.same(
    texts.map(() => tap.readString()),
    texts,
  )
})
