// A key hashes as in Kafka's Java client, and its lane follows from it, whatever the number of partitions.

import t from 'tap'
import { laneOf, murmur2 } from '../../../runtime/batch/index.ts'

t.test('murmur2 has the values of the Java client', async (t) => {
  // Kafka's org.apache.kafka.common.utils.UtilsTest.testMurmur2
  const known: readonly (readonly [string, number])[] = [
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ]
  for (const [key, hash] of known) t.equal(murmur2(Buffer.from(key)), hash, key)
})

t.test('without a key, lanes take turns', async (t) => {
  const lanes = [0, 1, 2, 3, 4, 2 ** 53 - 1].map((offset) => laneOf(undefined, offset, 3))
  t.same(lanes, [0, 1, 2, 0, 1, (2 ** 53 - 1) % 3])
})

t.test('one lane takes all', async (t) => {
  t.equal(laneOf(Buffer.from('a'), 5, 1), 0)
  t.equal(laneOf(undefined, 5, 1), 0)
})

t.test('an empty key is a key', async (t) => {
  const lanes = new Set([0, 1, 2, 3].map((offset) => laneOf(Buffer.of(), offset, 16)))
  t.equal(lanes.size, 1)
})

t.test('the keys of one partition spread over all lanes', async (t) => {
  // given: as many lanes as partitions, and only keys that land in partition 3 of 8
  const keys = Array.from({ length: 40_000 }, (_, index) => Buffer.from(`order-${String(index)}`)).filter(
    (key) => (murmur2(key) & 0x7fff_ffff) % 8 === 3,
  )
  // when
  const counts = new Array<number>(8).fill(0)
  for (const key of keys) {
    const lane = laneOf(key, 0, 8)
    counts[lane] = (counts[lane] ?? 0) + 1
  }
  // then
  const even = keys.length / 8
  t.ok(
    counts.every((count) => count > even * 0.85 && count < even * 1.15),
    counts.join(' '),
  )
})
