// Trials see what went wrong: a lost, doubled or reordered effect is told by its name; strikes follow progress and
// their seed; a supply keeps its rate and numbers each key's events.

import fc from 'fast-check'
import t from 'tap'
import {
  checkEffects,
  flawless,
  reorderedInPartition,
  type NthOfThing,
} from '../../harness/scenario/effects-check.ts'
import { carryOutKills } from '../../harness/scenario/kill-plan.ts'
import { Supply } from '../../harness/scenario/supply.ts'
import type { Happening } from '../../harness/scenario/trial-producer.ts'
import { lengthMs, timelineOf, waitsOf } from '../../harness/scenario/waits.ts'
import { waitUntil } from '../../harness/wait-until.ts'

const of = (text: string): readonly NthOfThing[] =>
  text
    .split(' ')
    .filter((name) => name !== '')
    .map((name) => ({ thing: name.slice(0, 1), n: Number(name.slice(1)) }))

t.test('verdicts', async (t) => {
  const produced = of('a0 b0 a1 b1 a2')
  const cases: readonly (readonly [effects: string, verdict: Partial<typeof flawless>])[] = [
    ['a0 a1 a2 b0 b1', {}],
    ['b0 a0 b1 a1 a2', {}],
    ['a0 a1 b0 b1', { lost: ['a#2'] }],
    ['', { lost: ['a#0', 'b#0', 'a#1', 'b#1', 'a#2'] }],
    ['a0 a0 a1 b0 b1 a2 a0', { duplicated: ['a#0 3 times'] }],
    ['a1 a0 a2 b0 b1', { reordered: ['a#0 after 1'] }],
    ['a2 a1 a0 b0 b1', { reordered: ['a#1 after 2', 'a#0 after 2'] }],
    ['a0 a1 a2 b0 b1 c0', { unknown: ['c#0'] }],
  ]
  for (const [effects, verdict] of cases)
    t.same(checkEffects(produced, of(effects)), { ...flawless, ...verdict }, effects)
})

t.test('order within a partition, where things move to others', async (t) => {
  const effects = (text: string) =>
    text.split(' ').map((name) => ({
      thing: name.slice(0, 1),
      n: Number(name.slice(1, 2)),
      partition: Number(name.slice(3)),
    }))
  t.same(reorderedInPartition(effects('a0@1 a1@1 a3@2 a2@1 a4@2')), [])
  t.same(reorderedInPartition(effects('a1@1 a3@2 a0@1')), ['a in 1#0 after 1'])
})

t.test('waits, the longest first, and what was said meanwhile', async (t) => {
  const at = (n: number, ms: number) => ({ thing: 'a', n, at: ms, partition: 1, offset: n })
  const waits = waitsOf([at(0, 5), at(1, 10)], [at(0, 8), at(1, 30), at(0, 9), at(7, 9)])
  t.same(waits.map(lengthMs), [20, 3], 'until the first effect, of what was produced')
  const said = (ms: number, partition?: number) => ({
    by: 'one',
    line: { time: new Date(ms).toISOString(), msg: String(ms), ...(partition && { partition }) },
  })
  t.same(timelineOf(waits[0]!, [said(30, 1), said(9), said(20), said(15, 2), said(10, 1), said(31)]), [
    '0 ms one: 10',
    '10 ms one: 20',
    '20 ms one: 30',
  ])
})

t.test('any one change of a flawless history is seen', async (t) => {
  const history = fc.array(fc.nat(4), { minLength: 2, maxLength: 60 }).map((things) => {
    const next = new Map<number, number>()
    return things.map((thing): NthOfThing => {
      const n = next.get(thing) ?? 0
      next.set(thing, n + 1)
      return { thing: String(thing), n }
    })
  })
  fc.assert(
    fc.property(history, fc.nat(), (produced, drawn) => {
      const at = drawn % produced.length
      const later = produced.findIndex(({ thing }, i) => i > at && thing === produced[at]?.thing)
      const without = produced.toSpliced(at, 1)
      t.same(checkEffects(produced, produced), flawless)
      t.equal(checkEffects(produced, without).lost.length, 1)
      t.equal(checkEffects(produced, [...produced, produced[at]!]).duplicated.length, 1)
      if (later >= 0) t.ok(checkEffects(produced, [...without, produced[at]!]).reordered.length > 0)
    }),
    { numRuns: 100 },
  )
})

t.test('strikes follow progress, and the same seed strikes alike', async (t) => {
  const run = async (): Promise<readonly (readonly [string, number])[]> => {
    let effects = 0
    const strikes: (readonly [string, number])[] = []
    const struckAt = await carryOutKills({
      seed: 7,
      times: 5,
      effectsBetween: [10, 20],
      victims: ['one', 'other'],
      progress: async () => (effects += 1),
      strike: async (victim) => {
        strikes.push([victim, effects])
      },
    })
    t.same(
      strikes.map(([, at]) => at),
      struckAt,
    )
    return strikes
  }
  const strikes = await run()
  t.same(await run(), strikes)
  const gaps = strikes.map(([, at], i) => at - (strikes[i - 1]?.[1] ?? 1))
  t.ok(
    gaps.every((gap) => gap >= 10 && gap <= 20),
    gaps.join(),
  )
})

t.test('a supply goes on at its rate, whatever becomes of its events', async (t) => {
  const given: Happening[] = []
  const acknowledge = Promise.withResolvers<undefined>()
  const supply = new Supply(
    (happenings) => {
      given.push(...happenings)
      return acknowledge.promise
    },
    { seed: 3, eventsPerSecond: 2_000, things: 5 },
  )
  await waitUntil('many were given, none acknowledged', () => given.length > 500)
  t.ok(supply.eventsPerSecond < 2_100, 'no more than its rate: a timer that is late is made up for, no more')
  const stopping = supply.stop()
  acknowledge.resolve(undefined)
  const produced = await stopping
  t.same(
    produced.map(({ thing, n }) => ({ thing, n })),
    given.map(({ thing, n }) => ({ thing, n })),
  )
  t.same(checkEffects(produced, given), flawless, 'each key is numbered from 0 on, in order')

  const failing = new Supply(() => Promise.reject(new Error('no broker')), { seed: 3 })
  await waitUntil('something was given', () => failing.produced.length > 0)
  await t.rejects(failing.stop(), { cause: { message: 'no broker' } })
})
