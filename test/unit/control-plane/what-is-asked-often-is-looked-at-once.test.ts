// What is asked often is looked at once, and refused no less: costs, hints, documents as JSON; and whatever hangs is answered.

import { buildSchema, parse } from 'graphql'
import t from 'tap'

import { httpServer, listen } from '../../../control-plane/hardening/http-server.ts'
import { onceADocument } from '../../../control-plane/hardening/once-a-document.ts'
import { costRefusal } from '../../../control-plane/hardening/query-cost.ts'
import { refuseParsedDocuments } from '../../../control-plane/hardening/request-checks.ts'
import type { Log } from '../../../runtime/telemetry/index.ts'

const logged: string[] = []
const remember = (message: string): void => void logged.push(message)
const log: Log = { debug: remember, info: remember, warn: remember, error: remember, child: () => log }

t.test('a document is looked at once, and again where looking failed', (t) => {
  let looks = 0
  const find = onceADocument((document) => {
    looks += 1
    if (looks === 1) throw new Error('not now')
    return document.definitions.length === 1 ? undefined : looks
  })
  const [one, other] = [parse('{ a }'), parse('{ a } fragment F on T { b }')]
  t.throws(() => find(one), /not now/)
  t.same([find(one), find(one), find(other), find(other)], [undefined, undefined, 3, 3])
  t.equal(looks, 3)
  t.end()
})

t.test('a page counts by its variable each time, though its query is known', (t) => {
  const schema = buildSchema(`
    type Query { things(first: Int = 20): ThingConnection! }
    type ThingConnection { nodes: [Thing!]! }
    type Thing { id: ID! below(first: Int = 20): ThingConnection! }`)
  const refuse = costRefusal(schema, { objects: 100, selections: 100 })
  const byVariable = parse('query ($n: Int) { things(first: $n) { nodes { id } } }')
  const within = parse(
    'query ($n: Int) { ...F } fragment F on Query { things(first: 2) { nodes { below(first: $n) { nodes { id } } } } }',
  )
  const dear = parse('{ things(first: 50) { nodes { below(first: 50) { nodes { id } } } } }')
  const cheap = parse('query ($n: Int) { things(first: 5) { nodes { below(first: 5) { nodes { id } } } } }')
  for (let round = 0; round < 3; round += 1) {
    refuse(byVariable, { n: 10 })
    t.throws(() => refuse(byVariable, { n: 100 }), /could hold 101 objects/)
    t.throws(() => refuse(byVariable, undefined), /could hold 101 objects/)
    refuse(within, { n: 10 })
    t.throws(() => refuse(within, { n: 100 }), /objects/)
    t.throws(() => refuse(dear, {}), /objects/)
    refuse(cheap, { n: 100 })
  }
  t.end()
})

t.test('whatever JSON takes is refused as a query, and no query is', (t) => {
  const document = { kind: 'Document', definitions: [] }
  const texts = [document, [document], {}, [], '', 'text', 0, -1, 1.5, 1e300, true, false, null].flatMap(
    (value) => [JSON.stringify(value), JSON.stringify(value, null, 2), ` \t\r\n${JSON.stringify(value)}\n `],
  )
  for (const text of [...texts, '{ }', '{\n"kind" : 1}', '-0', '[ ]'])
    t.throws(() => refuseParsedDocuments(text), /is JSON, not GraphQL/, text)
  for (const query of [
    '{ a }',
    '{a}',
    'query { a }',
    'fragment F on Query { a } { ...F }',
    'query ($a: String = "{}") { a(b: $a) }',
    '# "a"\n{ a }',
    '\ufeff{ a }',
    '{ null }',
    'nullable',
    '',
  ])
    t.doesNotThrow(() => refuseParsedDocuments(query), query)
  t.end()
})

t.test('whatever hangs, its client is answered, and so is the next one', async (t) => {
  const app = httpServer(log, undefined, 50)
  t.teardown(() => app.close())
  const late = Promise.withResolvers<object>()
  app.get('/hangs', () => late.promise)
  app.get('/hangs-before', { preHandler: () => late.promise.then(() => undefined) }, () => ({ here: true }))
  const url = await listen(app, { host: '127.0.0.1', port: 0 }, { api: 'a server', variables: '' })
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(url + path)
    return [answer.status, await answer.json()]
  }
  const failed = [500, { error: 'Something went wrong on our side.' }]
  t.same(await Promise.all([ask('/hangs'), ask('/hangs-before')]), [failed, failed])
  t.same(logged, ['a request failed', 'a request failed'])
  late.resolve({ late: true })
  t.same(await ask('/hangs'), [200, { late: true }])
  t.same(await ask('/hangs-before'), [200, { here: true }])
  t.same(await ask('/healthz'), [200, { status: 'ok' }])
})
