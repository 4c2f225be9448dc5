// The Postgres proxy reads every message, however the bytes are cut: frames join to the stream they came from, and
// COMMITs, their transactions and their answers are told whether statements are simple, extended or prepared.

import fc from 'fast-check'
import t from 'tap'
import { PostgresConversation } from '../../harness/proxy/postgres-conversation.ts'
import { FrameReader, type Frame } from '../../harness/proxy/postgres-frames.ts'
import { kindOf, statementsIn } from '../../harness/proxy/sql-kind.ts'

const int32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(n)
  return bytes
}
const untyped = (code: number, body = Buffer.alloc(0)): Buffer =>
  Buffer.concat([int32(8 + body.length), int32(code), body])
const typed = (type: string, body: Buffer | string = ''): Buffer =>
  Buffer.concat([Buffer.from(type), int32(4 + Buffer.byteLength(body)), Buffer.from(body)])
const sslRequest = untyped(80877103)
const startup = untyped(196608, Buffer.from('user\0ada\0database\0shop\0application_name\0worker-1\0\0'))

const query = (text: string): Buffer => typed('Q', `${text}\0`)
const parse = (name: string, text: string): Buffer => typed('P', `${name}\0${text}\0\0\0`)
const bind = (name: string): Buffer => typed('B', `\0${name}\0\0\0\0\0\0\0`)
const execute = typed('E', '\0\0\0\0\0')
const sync = typed('S')
const tag = (text: string): Buffer => typed('C', `${text}\0`)
const failure = typed('E', 'SERROR\0\0')
const ready = typed('Z', 'I')

/** A stream, and where to cut it. */
const cutUp = (stream: Buffer, cuts: readonly number[]): readonly Buffer[] => {
  const at = [0, ...cuts.map((cut) => cut % (stream.length + 1)).toSorted((a, b) => a - b), stream.length]
  return at.slice(1).map((to, i) => stream.subarray(at[i], to))
}
const read = (side: 'client' | 'server', stream: Buffer, cuts: readonly number[] = []): readonly Frame[] => {
  const reader = new FrameReader(side)
  return cutUp(stream, cuts).flatMap((piece) => reader.push(Buffer.from(piece)))
}

const anyMessage = fc
  .tuple(fc.constantFrom('Q', 'P', 'B', 'E', 'S', 'D', 'd', 'p'), fc.uint8Array({ maxLength: 300 }))
  .map(([type, body]) => ({ type, bytes: typed(type, Buffer.from(body)) }))
const anyCuts = fc.array(fc.nat(10_000), { maxLength: 40 })

t.test('frames of a client', async (t) => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(anyMessage, { maxLength: 12 }),
      anyCuts,
      (asksForTls, messages, cuts) => {
        const before = asksForTls ? [{ type: 'ssl-request', bytes: sslRequest }] : []
        const all = [...before, { type: 'startup', bytes: startup }, ...messages]
        const frames = read('client', Buffer.concat(all.map(({ bytes }) => bytes)), cuts)
        return (
          frames.length === all.length &&
          frames.every(({ type, bytes }, i) => type === all[i]?.type && bytes.equals(all[i].bytes))
        )
      },
    ),
    { numRuns: 2_000 },
  )
  t.pass('are the messages, for any cuts')
})

t.test('one byte at a time, a large message among small ones', async (t) => {
  const large = query(`select '${'x'.repeat(20_000)}'`)
  const stream = Buffer.concat([startup, sync, large, sync])
  const reader = new FrameReader('client')
  const frames = [...stream].flatMap((byte) => reader.push(Buffer.of(byte)))
  t.same(
    frames.map(({ type }) => type),
    ['startup', 'S', 'Q', 'S'],
  )
  t.ok(Buffer.concat(frames.map(({ bytes }) => bytes)).equals(stream))
})

t.test('frames of a server, whose first byte answers a request for TLS', async (t) => {
  const reader = new FrameReader('server')
  reader.expectAnswer()
  const frames = reader.push(Buffer.concat([Buffer.from('N'), ready]))
  t.same(
    frames.map(({ type }) => type),
    ['encryption-answer', 'Z'],
  )
})

t.test('what is not of the protocol is told', async (t) => {
  t.throws(() => read('client', Buffer.from('GET / HTTP/1.1\r\n\r\n')), /not Postgres's protocol/)
  t.throws(() => read('server', Buffer.from([0x43, 0, 0, 0, 1, 0])), /a message of 1 bytes/)
})

t.test('kinds of statements', async (t) => {
  const kinds: readonly (readonly [string, ReturnType<typeof kindOf>])[] = [
    ['BEGIN ISOLATION LEVEL SERIALIZABLE', 'begin'],
    ['start  transaction', 'begin'],
    ['commit', 'commit'],
    ['END work', 'commit'],
    ['commit and chain', 'commit'],
    ["commit prepared 'x'", 'other'],
    ['rollback', 'rollback'],
    ['rollback to savepoint record', 'other'],
    ['rollback work to record', 'other'],
    ['savepoint record', 'other'],
    ['insert into t values (1)', 'write'],
    ['with x as (select 1) update "T" set n = 1', 'write'],
    ['select 1 from t for update', 'other'],
    ['select updated from t for no key update', 'other'],
    ['select 1', 'other'],
    ['delete from t', 'write'],
    ['create table t ()', 'write'],
  ]
  for (const [text, kind] of kinds) t.equal(kindOf(text), kind, text)
  t.same(statementsIn(`begin; insert into t values ('a; commit'); -- commit;\ncommit;`), [
    'begin',
    'insert into t values ( )',
    'commit',
  ])
})

/** What the proxy saw: C for each COMMIT of the client, the answers of the server. */
const conversation = (client: readonly Buffer[], server: readonly Buffer[], cuts: readonly number[] = []) => {
  const told = new PostgresConversation()
  const commits = read('client', Buffer.concat([startup, ...client]), cuts).flatMap((f) => told.sent(f) ?? [])
  const answers = read('server', Buffer.concat(server), cuts).flatMap((f) => told.received(f) ?? [])
  return { told, commits, answers }
}

t.test('a COMMIT is told however it is sent', async (t) => {
  const done = { applicationName: 'worker-1', user: 'ada', database: 'shop', wrote: true }
  const insert = 'insert into t values (1)'
  const ways: Readonly<Record<string, readonly [client: readonly Buffer[], server: readonly Buffer[]]>> = {
    simple: [
      [query('begin'), query(insert), query('commit')],
      [tag('BEGIN'), ready, tag('INSERT 0 1'), ready, tag('COMMIT'), ready],
    ],
    'one query': [
      [query(`begin; ${insert}; commit`)],
      [tag('BEGIN'), tag('INSERT 0 1'), tag('COMMIT'), ready],
    ],
    extended: [
      [parse('', 'begin'), bind(''), execute, sync, parse('', insert), bind(''), execute, sync].concat([
        parse('', 'commit'),
        bind(''),
        execute,
        sync,
      ]),
      [tag('BEGIN'), ready, tag('INSERT 0 1'), ready, tag('COMMIT'), ready],
    ],
    'prepared, in one pipeline with one sync': [
      [parse('b', 'begin'), parse('i', insert), parse('c', 'commit'), sync].concat([
        bind('b'),
        execute,
        bind('i'),
        execute,
        bind('c'),
        execute,
        sync,
      ]),
      [ready, tag('BEGIN'), tag('INSERT 0 1'), tag('COMMIT'), ready],
    ],
  }
  for (const [way, [client, server]] of Object.entries(ways)) {
    fc.assert(
      fc.property(anyCuts, (cuts) => {
        const { commits, answers } = conversation(client, server, cuts)
        t.match(commits, [{ ...done, statements: [insert] }], way)
        t.same(answers, ['COMMIT'], way)
      }),
      { numRuns: 20 },
    )
  }
})

t.test('transactions are told apart', async (t) => {
  const { commits, told } = conversation(
    [
      query('insert into before values (1)'),
      query('begin; select 1; commit'),
      query('begin; update t set n = 2; rollback'),
      query('begin; select 2; commit'),
    ],
    [],
  )
  t.match(commits, [
    { wrote: false, statements: ['select 1'] },
    { wrote: false, statements: ['select 2'] },
  ])
  t.equal(told.commitsSent, 2)
})

t.test('an answer is the right one, though a statement before it failed', async (t) => {
  // given: two transactions sent without waiting; the insert of the first fails
  const transaction = (text: string): readonly Buffer[] =>
    ['begin', text, 'commit'].flatMap((each) => [parse('', each), bind(''), execute, sync])
  const client = [...transaction('insert into t values (1)'), ...transaction('insert into t values (2)')]
  const first = [tag('BEGIN'), ready, failure, ready, tag('ROLLBACK'), ready]
  const second = [tag('BEGIN'), ready, tag('INSERT 0 1'), ready, tag('COMMIT'), ready]

  t.same(conversation(client, [...first, ...second]).answers, ['ROLLBACK', 'COMMIT'])
})

t.test('what an error skips up to the sync is answered by it', async (t) => {
  const client = [parse('', 'insert into t values (1)'), bind(''), execute, parse('', 'commit'), bind('')]
  const { answers, told } = conversation(
    [...client, execute, sync, query('commit')],
    [failure, ready, tag('COMMIT'), ready],
  )
  t.same(answers, ['ERROR', 'COMMIT'])
  t.equal(told.commitsAnswered, told.commitsSent)
})
