// What an actor emits goes into the outbox as it is, byte for byte, and says which event it follows from.

import t from 'tap'
import { causationHeader, outboxRowOf, requireNumbers } from '../../../runtime/delivery/outbox.ts'
import type { OutgoingHeader } from '../../../runtime/delivery/outgoing.ts'

const emission = (headers: readonly OutgoingHeader[] = []) => ({
  id: '0190a1b2-0000-8000-8000-000000000001',
  type: { name: 'shop.order.told', schema: '"string"' },
  subject: 'told-shop.order.told',
  record: { topic: 'told', key: Buffer.from('k'), value: Buffer.from([0, 0, 0, 0, 7, 2, 97]), headers },
})

t.test('id, type, topic, key, value and headers are those of the emission', async (t) => {
  const given = emission([
    ['event-type', 'shop.order.told'],
    ['tenant-id', 'acme'],
  ])
  const row = outboxRowOf(given, { eventId: 'orders-3-17' })
  t.same(Object.keys(row).sort(), ['id', 'record', 'type'])
  t.equal(row.id, given.id)
  t.equal(row.type, 'shop.order.told')
  t.equal(row.record.value, given.record.value, 'the bytes themselves')
  t.equal(row.record.key, given.record.key)
  t.same(row.record.headers, [...given.record.headers, [causationHeader, 'orders-3-17']])
  t.equal(given.record.headers.length, 2, 'the emission is as it was')
})

t.test('a cause that the author names stays', async (t) => {
  const row = outboxRowOf(emission([[causationHeader, 'mine']]), { eventId: 'orders-3-17' })
  t.same(row.record.headers, [[causationHeader, 'mine']])
})

t.test('an id that no header can hold does not hold up what follows from its event', async (t) => {
  const row = outboxRowOf(emission(), { eventId: 'a\0b\ud800' })
  t.same(row.record.headers, [[causationHeader, 'a\ufffdb\ufffd']])
})

t.test('rows come with the progress that numbers them', async (t) => {
  t.doesNotThrow(() => {
    requireNumbers([], undefined)
  })
  t.throws(
    () => {
      requireNumbers([outboxRowOf(emission(), { eventId: 'x' })], undefined)
    },
    { code: 'BUG' },
  )
})
