// What the public API is made of: queues that keep the newest, loads that ask once, hints of how long an answer holds.

import { readFile } from 'node:fs/promises'

import { buildSchema, parse } from 'graphql'
import t from 'tap'

import { maxAgeOf } from '../../../control-plane/public/cache-hint.ts'
import { Loads, LoadsOfTenants } from '../../../control-plane/public/loads.ts'
import { NewestQueue } from '../../../control-plane/hardening/newest-queue.ts'
import { noticeIn } from '../../../control-plane/read-model/package-watch.ts'

const queueOf = (most = 10) => {
  let ends = 0
  const queue = new NewestQueue<string>({
    most,
    tooSlow: () => new Error('too slow'),
    onEnd: () => (ends += 1),
  })
  return { queue, ends: () => ends }
}

t.test('a slow reader gets the newest of each key, in the order of their last change', async (t) => {
  const { queue } = queueOf()
  queue.put('a', 'a1')
  queue.put('b', 'b1')
  queue.put('a', 'a2')
  t.same([(await queue.next()).value, (await queue.next()).value], ['b1', 'a2'])
  const waiting = queue.next()
  queue.put('c', 'c1')
  queue.put('c', 'c2')
  t.same([(await waiting).value, (await queue.next()).value], ['c1', 'c2'])
})

t.test('one who is too slow is told, once, and nothing is kept for him', async (t) => {
  const { queue, ends } = queueOf(3)
  for (const key of ['a', 'b', 'c', 'd', 'e']) queue.put(key, key)
  t.equal(ends(), 1)
  await t.rejects(queue.next(), /too slow/)
  t.same(await queue.next(), { value: undefined, done: true })
})

t.test('what is finished is read to its end', async (t) => {
  const { queue, ends } = queueOf()
  queue.put('a', 'a')
  queue.put('b', 'b')
  queue.finish()
  queue.put('c', 'c')
  t.equal(ends(), 0)
  t.same(
    [await queue.next(), await queue.next()].map(({ value }) => value as string),
    ['a', 'b'],
  )
  t.match(await queue.next(), { done: true })
  t.equal(ends(), 1)

  const other = queueOf()
  const waiting = other.queue.next()
  other.queue.finish()
  t.match(await waiting, { done: true })
})

t.test('who reads no more is asked no more', async (t) => {
  const { queue, ends } = queueOf()
  const waiting = queue.next()
  await queue.return()
  await queue.return()
  t.match(await waiting, { done: true })
  queue.put('a', 'a')
  queue.fail(new Error('later'))
  t.match(await queue.next(), { done: true })
  t.equal(ends(), 1)

  const other = queueOf()
  const failing = other.queue.next()
  other.queue.fail(new Error('now'))
  await t.rejects(failing, /now/)
  t.match(await other.queue.next(), { done: true })
})

t.test("what is asked in one turn is asked once, and a failure is everybody's", async (t) => {
  const loads = new Loads()
  const asked: (readonly number[])[] = []
  const doubled = (keys: readonly number[]): Promise<readonly number[]> => {
    asked.push(keys)
    return Promise.resolve(keys.map((key) => 2 * key))
  }
  t.same(await Promise.all([1, 2, 3].map((key) => loads.one('double', key, doubled))), [2, 4, 6])
  t.same(await loads.one('double', 4, doubled), 8)
  t.same(asked, [[1, 2, 3], [4]])
  const failing = [1, 2].map((key) => loads.one('fails', key, () => Promise.reject(new Error('away'))))
  for (const result of await Promise.allSettled(failing))
    t.match(result, { status: 'rejected', reason: /away/ })
})

t.test(
  'requests of a tenant share what they ask in the same turn, and no tenant shares with another',
  async (t) => {
    const tenants = new LoadsOfTenants()
    const asked: string[] = []
    const ask = (tenant: string, key: number): Promise<string> =>
      tenants.of(tenant).one('thing', key, (keys) => {
        asked.push(`${tenant}: ${keys.join()}`)
        return Promise.resolve(keys.map((one) => `${tenant} ${String(one)}`))
      })
    const answers = await Promise.all([ask('a', 1), ask('b', 1), ask('a', 2), ask('', 3), ask('b', 1)])
    t.same(answers, ['a 1', 'b 1', 'a 2', ' 3', 'b 1'])
    t.same(asked, ['a: 1,2', 'b: 1,1', ': 3'])
    t.equal(await ask('a', 4), 'a 4')
    t.same(asked.at(-1), 'a: 4', 'what comes later is asked again')
  },
)

t.test(
  'a query stays a quick one however many ask, and what comes after it was sent is asked again',
  async (t) => {
    const loads = new Loads()
    const asked: number[] = []
    const same = (keys: readonly number[]): Promise<readonly number[]> => {
      asked.push(keys.length)
      return Promise.resolve(keys)
    }
    const numbers = Array.from({ length: 2_500 }, (_, nth) => nth)
    t.same(await Promise.all(numbers.map((key) => loads.one('same', key, same))), numbers)
    t.same(asked, [1_000, 1_000, 500])

    let late: Promise<number> | undefined
    const first = loads.one('late', 1, (keys) => {
      late ??= loads.one('late', 2, same)
      return Promise.resolve(keys)
    })
    t.same([await first, await late], [1, 2])
    t.same(asked, [1_000, 1_000, 500, 1])
  },
)

t.test('an answer holds as long as the least lasting of its fields', async (t) => {
  const schema = buildSchema(
    await readFile(new URL('../../../schemas/graphql/public.graphql', import.meta.url), 'utf8'),
  )
  const table: readonly (readonly [string, number])[] = [
    ['{ package(trackingId: "a") { state } }', 5],
    ['{ a: package(trackingId: "a") { state } order(orderId: "b") { state } }', 5],
    ['{ package(trackingId: "a") { state } packages { nodes { state } } }', 0],
    ['{ event(id: "a") { id } }', 0],
    ['{ ...F } fragment F on Query { order(orderId: "b") { state } }', 5],
    ['{ ... on Query { order(orderId: "b") { state } orders { nodes { state } } } }', 0],
    ['{ __typename }', 0],
    ['query A { order(orderId: "b") { state } } query B { order(orderId: "b") { state } }', 0],
    ['subscription { packageChanged { state } }', 0],
  ]
  for (const [query, seconds] of table) t.equal(maxAgeOf(schema, parse(query)), seconds, query)
})

t.test('notices of another version are none', (t) => {
  t.same(noticeIn('["acme","a","b"]'), { tenant: 'acme', ids: ['a', 'b'] })
  t.same(noticeIn('["acme"]'), { tenant: 'acme', ids: undefined })
  for (const other of ['', '[]', '{', '{}', '[1]', '["a",2]', 'null'])
    t.equal(noticeIn(other), undefined, other)
  t.end()
})
