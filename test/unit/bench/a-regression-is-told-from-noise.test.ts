// The gate of the benchmarks: a cost that grew beyond the tolerance is slower, one within it is as before, whichever
// way it went; a case that is not stored yet is new and fails nothing.

import t from 'tap'
import { ratiosTo } from '../../../bench/micro/measure.ts'
import { compareRatios, tolerance } from '../../../bench/micro/verdict.ts'

const stored = { node: '24.0.0', ratios: { read: 0.1, decode: 0.5, handle: 1 } }

t.test('each case by itself', async (t) => {
  const measured = new Map([
    ['read', 0.1 * tolerance * 1.01],
    ['decode', 0.5 * tolerance * 0.99],
    ['handle', 1 / tolerance / 1.01],
    ['encode', 3],
  ])
  t.same(
    compareRatios(stored, measured).map(({ id, kind }) => [id, kind]),
    [
      ['read', 'slower'],
      ['decode', 'as-before'],
      ['handle', 'faster'],
      ['encode', 'new'],
    ],
  )
})

t.test('costs are multiples of the reference’s, whatever the machine', async (t) => {
  const timed = [
    { id: 'avsc', nsPerRecord: 400 },
    { id: 'read', nsPerRecord: 20 },
  ]
  t.same(
    [...ratiosTo('avsc', timed)],
    [
      ['avsc', 1],
      ['read', 0.05],
    ],
  )
  t.throws(() => ratiosTo('gone', timed), /gone was not measured/)
})
