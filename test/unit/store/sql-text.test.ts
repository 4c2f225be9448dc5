// Arrays, keys and errors cross between JavaScript and Postgres without changing their meaning.

import fc from 'fast-check'
import t from 'tap'

import { TroupeError } from '../../../runtime/errors.ts'
import { meaningOf, unavailable } from '../../../runtime/store/postgres-failure.ts'
import { arrayLiteral, parseArray } from '../../../runtime/store/sql-arrays.ts'
import { storableKey } from '../../../runtime/store/storable-key.ts'

await t.test('an array comes back as it went', (t) => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.string({ unit: 'binary' }))), (elements) => {
      t.strictSame(
        parseArray(arrayLiteral(elements), (text) => text),
        elements,
      )
    }),
    { numRuns: 200 },
  )
  t.end()
})

await t.test('arrays as Postgres writes them', (t) => {
  const numbers: readonly (readonly [literal: string, parsed: unknown])[] = [
    ['{}', []],
    ['{1}', [1]],
    ['{1,NULL,3}', [1, null, 3]],
    [
      '{{1,2},{3,4}}',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['[0:1]={5,6}', [5, 6]],
    ['{"1"}', [1]],
  ]
  for (const [literal, parsed] of numbers) t.strictSame(parseArray(literal, Number), parsed, literal)
  t.strictSame(parseArray('{"NULL",NULL,"a,b","{}","\\"","\\\\",bare}', String), [
    'NULL',
    null,
    'a,b',
    '{}',
    '"',
    '\\',
    'bare',
  ])
  t.equal(arrayLiteral([new Date(0), true, 1n, undefined]), '{"1970-01-01T00:00:00.000Z","true","1",NULL}')
  t.end()
})

await t.test('damaged array text ends, whatever it is', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('{', '}', ',', '"', '\\', 'a') }), (text) => {
      parseArray(text, String)
    }),
    { numRuns: 2_000 },
  )
  t.end()
})

await t.test('an ordinary key is stored as it is, an impossible one under a name of its own', (t) => {
  for (const key of ['', 'order-1', 'ü'.repeat(500), 'x'.repeat(1_000), '💌']) t.equal(storableKey(key), key)
  const impossible = [
    'a\0',
    '\0',
    '\ud800',
    '\ud801',
    'x'.repeat(1_001),
    'ü'.repeat(501),
    '\u0001',
    '\u0001a',
  ]
  const stored = impossible.map((key) => storableKey(key))
  t.equal(new Set(stored).size, impossible.length)
  for (const key of stored) {
    t.match(key, /^\u0001[0-9a-f]{64}$/)
    t.not(storableKey(key), key, 'a made name is not taken for itself')
  }
  t.end()
})

await t.test('what an error means is decided by its SQLSTATE', (t) => {
  const state = (code: string): unknown => Object.assign(new Error(code), { code, severity: 'ERROR' })
  const table: readonly (readonly [code: string, ours: string, author: string])[] = [
    ['40P01', 'again', 'again'],
    ['40001', 'again', 'again'],
    ['08006', 'away', 'away'],
    ['57P01', 'away', 'away'],
    ['57P03', 'away', 'away'],
    ['57014', 'away', 'away'],
    ['53300', 'away', 'away'],
    ['28P01', 'away', 'away'],
    ['3D000', 'away', 'away'],
    ['25006', 'away', 'away'],
    ['55P03', 'away', 'away'],
    ['XX000', 'away', 'away'],
    ['42P01', 'away', 'refused'],
    ['42501', 'away', 'refused'],
    ['22021', 'refused', 'refused'],
    ['23505', 'refused', 'refused'],
    ['54000', 'refused', 'refused'],
    ['P0001', 'refused', 'refused'],
  ]
  for (const [code, ours, author] of table) {
    t.equal(meaningOf(state(code), 'ours'), ours, code)
    t.equal(meaningOf(state(code), 'author'), author, code)
  }
  t.equal(
    meaningOf(Object.assign(new Error('read'), { code: 'ECONNRESET', syscall: 'read' }), 'ours'),
    'away',
  )
  t.equal(meaningOf(new TypeError('bug'), 'author'), 'refused')
  t.equal(meaningOf(undefined, 'author'), 'refused')
  t.equal(meaningOf(new TroupeError('POSTGRES_UNAVAILABLE', ''), 'author'), 'away')

  const twice = unavailable(
    unavailable(new AggregateError([new Error('::1 refused'), new Error('127 refused')], '')),
  )
  t.match(twice, { code: 'POSTGRES_UNAVAILABLE', retryable: true, message: /::1 refused; 127 refused/ })
  t.end()
})
