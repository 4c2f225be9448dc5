// A dead letter is the record as it was, with headers that say where it came from and why; on a second hop they are
// replaced.

import fc from 'fast-check'
import t from 'tap'
import {
  deadLetter,
  deadLetterHeaders,
  type DeadLetterCause,
  type OriginalRecord,
  type OutgoingRecord,
} from '../../../runtime/delivery/index.ts'

const original: OriginalRecord = {
  topic: 'shipping.events',
  partition: 3,
  offset: 4711,
  timestamp: Date.UTC(2024, 1, 29, 12),
  key: Uint8Array.of(0, 255),
  value: Uint8Array.of(0, 0, 0, 0, 1, 2),
  headers: [
    ['event-type', 'shipping.package.scanned'],
    ['bytes', Uint8Array.of(1, 0, 2)],
    ['nothing', null],
  ],
}
const cause: DeadLetterCause = {
  group: 'trackers',
  actor: 'package-tracker',
  actorVersion: '2',
  outcome: 'exhausted',
  attempts: 5,
  errorClass: 'TypeError',
  message: 'no carrier',
  stack: 'TypeError: no carrier\n    at receive',
  correlationId: 'c-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  failedAtMs: Date.UTC(2024, 2, 1),
}
const headersOf = (record: OutgoingRecord): Record<string, Uint8Array | string> =>
  Object.fromEntries(record.headers)

t.test('every header of the table is there, and the record is as it was', (t) => {
  // given a record that failed, when
  const letter = deadLetter('dlq', original, cause, {
    tenant: 'acme',
    eventId: 'e-1',
    eventType: 'shipping.package.scanned',
    errorCode: 'NO_CARRIER',
    inboxKey: { tenant: 'acme', key: 'scan\0' },
  })
  // then
  t.equal(letter.topic, 'dlq')
  t.equal(letter.key, original.key)
  t.equal(letter.value, original.value)
  t.notHas(letter, 'partition')
  t.notHas(letter, 'timestamp', 'the time of producing, or retention would take an old one at once')
  t.strictSame(headersOf(letter), {
    'event-type': 'shipping.package.scanned',
    bytes: 'AQAC',
    nothing: '',
    'dlq-base64-headers': '["bytes"]',
    'dlq-topic': 'shipping.events',
    'dlq-partition': '3',
    'dlq-offset': '4711',
    'dlq-timestamp': '2024-02-29T12:00:00.000Z',
    'dlq-group': 'trackers',
    'dlq-actor': 'package-tracker',
    'dlq-actor-version': '2',
    'dlq-outcome': 'exhausted',
    'dlq-attempts': '5',
    'dlq-error-class': 'TypeError',
    'dlq-error-code': 'NO_CARRIER',
    'dlq-event-id': 'e-1',
    'dlq-event-type': 'shipping.package.scanned',
    'dlq-tenant': 'acme',
    'dlq-inbox-key': '["acme","scan\\u0000"]',
    'dlq-error-message': 'no carrier',
    'dlq-error-stack': 'TypeError: no carrier\n    at receive',
    'dlq-correlation-id': 'c-1',
    'dlq-trace-id': '0af7651916cd43dd8448eb211c80319c',
    'dlq-failed-at': '2024-03-01T00:00:00.000Z',
  })
  const written = letter.headers.map(([name]) => name).filter((name) => name.startsWith('dlq-'))
  t.strictSame(written.toSorted(), Object.keys(deadLetterHeaders).toSorted())
  t.end()
})

t.test('what is not known is left out', (t) => {
  // given a record that could not be read: no event, no trace, no time
  const letter = deadLetter(
    'dlq',
    { ...original, timestamp: -1, key: null, value: null, headers: [] },
    {
      group: 'g',
      actor: 'a',
      outcome: 'undecodable',
      attempts: 0,
      errorClass: 'RECORD_UNDECODABLE',
      message: '',
      stack: '',
      traceparent: 'garbage',
      failedAtMs: 0,
    },
  )
  // then
  t.equal(letter.key, null)
  t.equal(letter.value, null)
  t.strictSame(headersOf(letter), {
    'dlq-topic': 'shipping.events',
    'dlq-partition': '3',
    'dlq-offset': '4711',
    'dlq-group': 'g',
    'dlq-actor': 'a',
    'dlq-outcome': 'undecodable',
    'dlq-attempts': '0',
    'dlq-error-class': 'RECORD_UNDECODABLE',
    'dlq-failed-at': '1970-01-01T00:00:00.000Z',
  })
  t.end()
})

t.test('a second hop replaces the headers of the first', (t) => {
  // given a dead letter that was read again, with the record's own copies of our names in other cases
  const first = deadLetter(
    'dlq',
    { ...original, headers: [['DLQ-Topic', 'forged'], ...original.headers] },
    cause,
  )
  // when it fails again, for a reason with less to say
  const second = deadLetter(
    'dlq2',
    { ...original, topic: 'dlq', offset: 1, headers: first.headers },
    { ...cause, message: 'again', stack: undefined, correlationId: undefined },
  )
  // then each is there once, and nothing is left of the first hop
  const names = second.headers.map(([name]) => name.toLowerCase())
  t.equal(new Set(names).size, names.length)
  t.match(headersOf(second), { 'dlq-topic': 'dlq', 'dlq-offset': '1', 'dlq-error-message': 'again' })
  t.notHas(headersOf(second), 'dlq-error-stack')
  t.notHas(headersOf(second), 'dlq-correlation-id')
  t.end()
})

t.test('long and odd texts do not break it', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.nat(3_000),
      fc.oneof(fc.double(), fc.integer()),
      (text, times, timestamp) => {
        // given any text of any length, with NUL and characters of two code units, and any number as a time
        const message = `\0${text}😀`.repeat(times)
        // when
        const headers = headersOf(
          deadLetter('dlq', { ...original, timestamp }, { ...cause, message, stack: message }),
        )
        // then
        const written = headers['dlq-error-message'] ?? ''
        const stack = headers['dlq-error-stack'] ?? ''
        if (typeof written !== 'string' || written.length > 2_000) throw new Error('message not capped')
        if (typeof stack !== 'string' || stack.length > 8_000) throw new Error('stack not capped')
        if (written.includes('\0') || stack.includes('\0')) throw new Error('a NUL ends a header')
        if (/[\uD800-\uDBFF]$/.test(written) && !/[\uD800-\uDBFF]/.test(text))
          throw new Error('half a character')
      },
    ),
  )
  t.end()
})

t.test('a header that is no text stands as base64 and is named; text stays as it is', (t) => {
  const odd = [0xff, 0xfe, 0x80]
  const letter = deadLetter(
    'dlq',
    {
      ...original,
      headers: [
        ['odd', Uint8Array.from(odd)],
        ['odd', 'with\0nul'],
        ['text', new TextEncoder().encode('Kraków')],
        ['na\0me', 'x'],
      ],
    },
    cause,
  )
  const own = letter.headers.filter(([name]) => !name.startsWith('dlq-'))
  t.strictSame(own[0], ['odd', Buffer.from(odd).toString('base64')])
  t.strictSame(own[1], ['odd', Buffer.from('with\0nul').toString('base64')])
  t.strictSame(own[2], ['text', new TextEncoder().encode('Kraków')])
  t.equal(own[3]?.[0], 'na\uFFFDme')
  t.equal(headersOf(letter)['dlq-base64-headers'], '["odd"]')
  t.end()
})
