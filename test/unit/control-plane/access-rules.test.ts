// The rules of who may ask: how keys look, how many wrong ones are listened to, and how many messages a socket may send.

import t from 'tap'

import { isKey, newKey, shownOf } from '../../../control-plane/auth/key-form.ts'
import { scopesIn } from '../../../control-plane/auth/key-holder.ts'
import { RefusalBudget } from '../../../control-plane/auth/refusal-budget.ts'
import { MessageBudget, socketLimits } from '../../../control-plane/hardening/socket-limits.ts'

t.test('a key carries its checksum; an older one has none', (t) => {
  const key = newKey()
  t.match(key, /^trp_[A-Za-z0-9_-]{43}[0-9a-f]{6}$/)
  t.equal(shownOf(key), key.slice(0, 12))
  t.ok(isKey(key))
  t.ok(isKey(key.slice(0, -6)), 'as they were issued before')
  const typo = key[20] === 'A' ? 'B' : 'A'
  for (const other of [
    key.slice(0, 20) + typo + key.slice(21),
    key.slice(0, -1),
    `${key}0`,
    ` ${key}`,
    '',
    'trp_',
  ])
    t.notOk(isKey(other), other)
  t.not(newKey(), newKey())
  t.end()
})

t.test('scopes that another version knows are none here', (t) => {
  t.same(scopesIn(null), ['tracking:read', 'tracking:subscribe'])
  t.same(scopesIn(['tracking:subscribe', 'tracking:write']), ['tracking:subscribe'])
  t.same(scopesIn([]), [])
  t.end()
})

t.test('an address is listened to again when the minute is over', (t) => {
  const budget = new RefusalBudget(2)
  budget.note('a', 0)
  t.equal(budget.waitFor('a', 1), 0)
  budget.note('a', 30_000)
  t.equal(budget.waitFor('a', 30_001), 30)
  t.equal(budget.waitFor('b', 30_001), 0)
  t.equal(budget.waitFor('a', 60_000), 0)
  budget.note('a', 60_000)
  t.equal(budget.waitFor('a', 60_001), 0, 'a new minute has begun')
  for (let nth = 0; nth < 20_000; nth += 1) budget.note(`c${String(nth)}`, 60_000)
  budget.note('c19999', 60_000)
  t.equal(budget.waitFor('c19999', 60_000), 60, 'the newest are remembered')
  t.end()
})

t.test('a socket may send a burst, then as many as flow in', (t) => {
  const budget = new MessageBudget(0)
  for (let nth = 0; nth < socketLimits.messageBurst; nth += 1) t.ok(budget.take(0))
  t.notOk(budget.take(0))
  t.notOk(budget.take(1))
  t.ok(budget.take(1_000))
  for (let nth = 1; nth < socketLimits.messagesPerSecond; nth += 1) t.ok(budget.take(1_000))
  t.notOk(budget.take(1_000))
  t.ok(budget.take(1e9), 'and no more than a burst is saved')
  for (let nth = 1; nth < socketLimits.messageBurst; nth += 1) budget.take(1e9)
  t.notOk(budget.take(1e9))
  t.end()
})
