// A dead letter that was read back from its topic is the one that was written, byte for byte, and what is none is told.

import fc from 'fast-check'
import t from 'tap'
import {
  deadLetter,
  readDeadLetter,
  type DeadLetterCause,
  type DeadLetterEvent,
  type DeadLetterRecord,
  type OriginalRecord,
  type OutgoingRecord,
} from '../../../runtime/delivery/index.ts'

const original: OriginalRecord = {
  topic: 'shipping.events',
  partition: 3,
  offset: 4711,
  timestamp: 1_700_000_000_123,
  key: Uint8Array.of(0, 255),
  value: Uint8Array.of(0, 0, 0, 0, 1, 2),
  headers: [],
}
const cause: DeadLetterCause = {
  group: 'trackers',
  actor: 'package-tracker',
  outcome: 'exhausted',
  attempts: 5,
  errorClass: 'TypeError',
  message: 'no carrier',
  failedAtMs: 1_700_000_001_000,
}
const event: DeadLetterEvent = {
  tenant: 'acme',
  eventId: 'e1',
  eventType: 'shipping.package.scanned',
  errorCode: 'HANDLER_FAILED',
  inboxKey: { tenant: 'acme', key: 'k"\0\ud800' },
}
const onTheTopic = ({ key, value, headers }: OutgoingRecord): DeadLetterRecord => ({
  key,
  value,
  headers: headers.map(([name, bytes]) => [name, typeof bytes === 'string' ? Buffer.from(bytes) : bytes]),
})
const changed = (changes: Record<string, string | undefined>): DeadLetterRecord => {
  const record = onTheTopic(deadLetter('dlq', original, cause, event))
  const kept = record.headers.filter(([name]) => !Object.hasOwn(changes, name))
  const added = Object.entries(changes).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Buffer.from(value)] as const],
  )
  return { ...record, headers: [...kept, ...added] }
}

t.test('all of it comes back', (t) => {
  const whole = { ...cause, actorVersion: '2', stack: 'at receive', correlationId: 'c-1' }
  const read = readDeadLetter(
    onTheTopic(
      deadLetter(
        'dlq',
        original,
        { ...whole, traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
        event,
      ),
    ),
  )
  t.strictSame(read, {
    original,
    cause: { ...whole, traceparent: `00-${'a'.repeat(32)}-${'0'.repeat(16)}-00` },
    ...event,
    redrives: 0,
  })
  t.end()
})

t.test('headers come back whatever is in them', (t) => {
  const bytes = fc.uint8Array({ maxLength: 6 })
  const name = fc.constantFrom('a', 'b', 'x-y')
  fc.assert(
    fc.property(fc.array(fc.tuple(name, bytes), { maxLength: 5 }), (headers) => {
      const read = readDeadLetter(onTheTopic(deadLetter('dlq', { ...original, headers }, cause)))
      if (typeof read === 'string') return false
      const plain = read.original.headers.map(([each, value]) => [each, [...Buffer.from(value ?? '')]])
      t.strictSame(
        plain,
        headers.map(([each, value]) => [each, [...value]]),
      )
      return true
    }),
    { numRuns: 300 },
  )
  t.end()
})

t.test('a letter without the newer headers tells what its own say', (t) => {
  const headers = [
    ['event-id', Buffer.from('old')],
    ['event-id', Buffer.from('e9')],
    ['tenant-id', Buffer.from('globex')],
    ['troupe-redrives', Buffer.from('2')],
  ] as const
  t.match(readDeadLetter(onTheTopic(deadLetter('dlq', { ...original, headers }, cause))), {
    eventId: 'e9',
    tenant: 'globex',
    eventType: '',
    errorCode: '',
    inboxKey: undefined,
    redrives: 2,
  })
  t.match(readDeadLetter(onTheTopic(deadLetter('dlq', { ...original, timestamp: -1 }, cause))), {
    eventId: 'shipping.events-3-4711',
    original: { timestamp: -1 },
  })
  t.match(readDeadLetter(onTheTopic(deadLetter('dlq', { ...original, timestamp: 9e15 }, cause))), {
    original: { timestamp: 9e15 },
  })
  t.end()
})

t.test('what is no dead letter says why', (t) => {
  const table: readonly (readonly [DeadLetterRecord, RegExp])[] = [
    [{ key: null, value: null, headers: [] }, /of which topic, group and actor/],
    [changed({ 'dlq-actor': undefined }), /of which topic/],
    [changed({ 'dlq-partition': '-1' }), /no partition and offset/],
    [changed({ 'dlq-partition': '4294967296' }), /no partition and offset/],
    [changed({ 'dlq-offset': '9007199254740993' }), /no partition and offset/],
    [changed({ 'dlq-offset': '' }), /no partition and offset/],
    [changed({ 'dlq-outcome': 'applied' }), /outcome is "applied"/],
    [changed({ 'dlq-outcome': undefined }), /outcome is ""/],
    [changed({ 'dlq-failed-at': 'yesterday' }), /when it failed/],
  ]
  for (const [record, why] of table) t.match(readDeadLetter(record), why)
  // and what is only odd is read as far as it goes
  t.match(
    readDeadLetter(
      changed({
        'dlq-inbox-key': '["a"]',
        'dlq-attempts': 'many',
        'dlq-base64-headers': '{',
        'dlq-trace-id': 'x',
      }),
    ),
    { inboxKey: undefined, cause: { attempts: 0, traceparent: undefined } },
  )
  t.end()
})

t.test('anything at all is read or refused, and never throws', (t) => {
  const names = fc.constantFrom(...changed({}).headers.map(([name]) => name), 'dlq-base64-headers', 'a')
  fc.assert(
    fc.property(fc.array(fc.tuple(names, fc.option(fc.uint8Array({ maxLength: 12 })))), (headers) => {
      const over = changed(Object.fromEntries(headers.map(([name]) => [name, undefined])))
      readDeadLetter({ ...over, headers: [...over.headers, ...headers] })
    }),
    { numRuns: 1_000 },
  )
  t.end()
})
