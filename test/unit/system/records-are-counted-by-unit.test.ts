// Records are counted by unit since the start, and their rate is that of the last ten seconds.
import t from 'tap'
import { noOutcomes } from '../../../runtime/delivery/index.ts'
import { Rate } from '../../../runtime/system/rate.ts'
import { Tally } from '../../../runtime/system/tally.ts'

const unit = (partition: number, actor = 'a') => ({ group: 'g', actor, topic: 't', partition })
const applied = (count: number) => ({ ...noOutcomes(), applied: count })

t.test('by unit, and by actor', (t) => {
  let now = 5_000
  const tally = new Tally(() => now)
  tally.add(unit(0), applied(10), 0)
  tally.add(unit(1), { ...applied(5), rejected: 1 }, 3)
  tally.add(unit(0), applied(2), 1)
  tally.add(unit(0, 'b'), applied(1), 0)
  now = 6_000
  t.match(tally.snapshot(), { a: { applied: 17, rejected: 1 }, b: { applied: 1 } })
  t.match(tally.units(), [
    { ...unit(0), counts: { applied: 12 }, retries: 1, rates: { applied: 12, rejected: 0 } },
    { ...unit(1), counts: { applied: 5, rejected: 1 }, retries: 3, rates: { applied: 5, rejected: 1 } },
    { ...unit(0, 'b'), counts: { applied: 1 }, retries: 0, rates: { applied: 1 } },
  ])
  const before = tally.units()
  tally.add(unit(0), applied(100), 0)
  t.equal(before[0]?.counts.applied, 12, 'what was told does not change')
  t.end()
})

t.test('what its batches took, by stage', (t) => {
  let now = 5_000
  const tally = new Tally(() => now)
  tally.spent(unit(0), { queueMs: 4 })
  tally.spent(unit(0), { decodeMs: 10, handleMs: 2_000, storeMs: 0 })
  tally.spent(unit(0), { handleMs: 1_000 })
  now = 6_000
  t.match(tally.units(), [
    {
      stages: { queueMs: 4, decodeMs: 10, handleMs: 3_000, storeMs: 0 },
      stageRates: { handleMs: 3_000, storeMs: 0 },
    },
  ])
  t.end()
})

t.test('names that could run into each other stay apart', (t) => {
  const tally = new Tally(() => 0)
  tally.add({ group: 'g/a', actor: 'b', topic: 't', partition: 1 }, applied(1), 0)
  tally.add({ group: 'g', actor: 'a/b', topic: 't', partition: 1 }, applied(1), 0)
  t.equal(tally.units().length, 2)
  t.end()
})

t.test('a steady rate is told as it is, and forgotten when it ends', (t) => {
  const rate = new Rate()
  t.equal(rate.perSecond(100), 0, 'nothing yet')
  let now = 123_456.7
  for (let tick = 0; tick < 600; tick += 1) {
    now += 50
    rate.add(5, now)
    if (tick % 100 === 99) t.ok(Math.abs(rate.perSecond(now) - 100) < 10, String(rate.perSecond(now)))
  }
  t.ok(rate.perSecond(now + 5_000) < 70, 'it goes down')
  t.equal(rate.perSecond(now + 12_000), 0)
  rate.add(30, now + 1e9)
  t.ok(rate.perSecond(now + 1e9) > 0 && rate.perSecond(now + 1e9) <= 30, 'after a long pause')
  t.end()
})
