// A packed batch tells when its first record was made, or the first that is left of it; damaged bytes tell nothing.

import t from 'tap'
import { stampOf, writeBatch, type BatchRecord } from '../../../runtime/batch/index.ts'

const record = (offset: number, timestamp: number): BatchRecord => ({
  offset,
  timestamp,
  timestampType: timestamp < 0 ? 'none' : 'create',
  key: Buffer.from('key'),
  value: Buffer.alloc(offset),
  headers: [['name', Buffer.from('value')]],
})
// given
const batch = writeBatch([record(10, 1_700_000_000_123), record(12, -1), record(15, 0), record(16, 2 ** 45)])

t.test('the first record at or after an offset and an index', (t) => {
  for (const [fromOffset, fromIndex, offset, timestampMs] of [
    [0, 0, 10, 1_700_000_000_123],
    [10, 0, 10, 1_700_000_000_123],
    [11, 0, 12, undefined],
    [0, 1, 12, undefined],
    [13, 0, 15, 0],
    [12, 3, 16, 2 ** 45],
    [16, 1, 16, 2 ** 45],
  ] as const) {
    // when, then
    t.same(stampOf(batch, fromOffset, fromIndex), { offset, timestampMs }, `${fromOffset}, ${fromIndex}`)
  }
  t.same(stampOf(batch), { offset: 10, timestampMs: 1_700_000_000_123 })
  t.end()
})

t.test('where there is none', (t) => {
  t.equal(stampOf(batch, 17), undefined, 'after the last offset')
  t.equal(stampOf(batch, 0, 4), undefined, 'after the last index')
  t.equal(stampOf(writeBatch([])), undefined, 'an empty batch')
  for (const bytes of [0, 4, 8, 40, batch.byteLength - 1]) {
    t.equal(stampOf(batch.slice(0, bytes), 16), undefined, `cut after ${String(bytes)} bytes`)
  }
  t.equal(stampOf(new ArrayBuffer(100)), undefined, 'no batch at all')
  t.end()
})
