// Packed headers come back byte for byte, in order; what is cut off or of another version is refused.

import fc from 'fast-check'
import t from 'tap'
import { packHeaders, unpackHeaders } from '../../../runtime/delivery/index.ts'

t.test('whatever goes in comes out', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.option(fc.uint8Array(), { nil: null }))),
      (headers) => {
        t.strictSame(
          unpackHeaders(packHeaders(headers)).map(([name, value]) => [name, value && [...value]]),
          headers.map(([name, value]) => [name, value && [...value]]),
        )
      },
    ),
  )
  t.end()
})

t.test('text is UTF-8, and the first version is read for ever', (t) => {
  const first = Uint8Array.from([1, 0, 0, 0, 1, 97, 0, 0, 0, 2, 0xc3, 0xa4, 0, 0, 0, 0, 255, 255, 255, 255])
  t.strictSame(
    packHeaders([
      ['a', 'ä'],
      ['', null],
    ]),
    first,
  )
  t.strictSame(unpackHeaders(first), [
    ['a', Uint8Array.from([0xc3, 0xa4])],
    ['', null],
  ])
  t.strictSame(unpackHeaders(Buffer.from([0, ...first]).subarray(1)).length, 2, 'a view into a larger buffer')
  t.end()
})

t.test('damage is told', (t) => {
  const bytes = packHeaders([['name', 'value']])
  t.throws(() => unpackHeaders(Uint8Array.of()), RangeError)
  t.throws(() => unpackHeaders(Uint8Array.of(2)), /version 2, not 1/)
  for (let length = 2; length < bytes.length; length += 1) {
    t.throws(() => unpackHeaders(bytes.slice(0, length)), RangeError, `cut at ${String(length)}`)
  }
  t.end()
})
