// However the handlers of a batch interleave: records are handled in the order their actor asked for, no more of them
// side by side than it allows, and each either finished or left for another time.

import fc from 'fast-check'
import t from 'tap'
import { defineActor, retry, type ActorContext, type Order } from '../../../runtime/actor/index.ts'
import { memoryEffectsStore } from '../../../runtime/store/index.ts'
import { batchOf, Happened, testHost } from '../../harness/host-in-memory.ts'

interface Planned {
  readonly key: string | undefined
  /** How its handler answers: at once, or when the scheduler gets to it. */
  readonly answers: 'at once' | 'later'
  readonly succeeds: boolean
}

const planned: fc.Arbitrary<Planned> = fc.record({
  key: fc.constantFrom('a', 'b', 'c', undefined),
  answers: fc.constantFrom('at once' as const, 'later' as const),
  succeeds: fc.boolean().chain((often) => (often ? fc.constant(true) : fc.boolean())),
})

interface Seen {
  readonly began: number[]
  readonly ended: number[]
  most: number
}

const run = async (
  scheduler: fc.Scheduler,
  order: Order,
  concurrency: number,
  effects: 'none' | 'postgres',
  plan: readonly Planned[],
) => {
  const seen: Seen = { began: [], ended: [], most: 0 }
  let underWay = 0
  const receive = (event: Happened, ctx: ActorContext) => {
    seen.began.push(event.n)
    underWay++
    seen.most = Math.max(seen.most, underWay)
    const end = () => {
      underWay--
      seen.ended.push(event.n)
      if (ctx.key !== plan[event.n]?.key) throw new Error('it is another record')
      if (effects === 'postgres' && ctx.key !== undefined)
        ctx.state = [...((ctx.state ?? []) as number[]), event.n]
      return plan[event.n]?.succeeds === true ? undefined : retry('not yet')
    }
    if (plan[event.n]?.answers === 'at once') return end()
    return scheduler.schedule(Promise.resolve(), `handler of ${String(event.n)}`).then(end)
  }
  const actor = defineActor({
    name: 'ordered',
    receives: { 'test.thing.happened': Happened },
    receive,
    order,
    effects,
    ...(order !== 'partition' && { concurrency }),
  })
  const store = memoryEffectsStore()
  const { handled } = testHost([actor], store)
  const batch = batchOf(
    plan.map(({ key }, n) => ({ n, key, headers: n % 2 === 0 ? [] : [['h', Buffer.from('v')]] })),
  )
  const result = await scheduler.waitFor(handled(actor, batch))
  const keys = ['a', 'b', 'c'].map((key) => ({ tenant: 't', key }))
  const states = await store.loadStates({ group: 'g', actor: 'ordered', topic: 'things', partition: 3 }, keys)
  return { seen, result, states: states.map(({ value }) => (value ?? []) as number[]) }
}

const ascending = (numbers: readonly number[]): boolean =>
  numbers.every((n, i) => i === 0 || n > (numbers[i - 1] ?? 0))

const propertyOf = (order: Order, effects: 'none' | 'postgres') =>
  fc.asyncProperty(
    fc.scheduler(),
    fc.integer({ min: 1, max: 5 }),
    fc.array(planned, { maxLength: 24 }),
    async (scheduler, concurrency, plan) => {
      const { seen, result, states } = await run(scheduler, order, concurrency, effects, plan)
      const { began, ended, most } = seen
      const unfinished = result.unfinished.map(({ index }) => index)
      const failed = result.unfinished.filter(({ failure }) => failure).map(({ index }) => index)
      const ofKey = (key: string | undefined) => (n: number) => plan[n]?.key === key

      // Each record is finished or left, once.
      const finished = ended.filter((n) => !failed.includes(n))
      if (result.counts.applied !== finished.length) throw new Error('counted wrong')
      if (finished.length + unfinished.length !== plan.length) throw new Error('a record has no outcome')
      if (new Set(began).size !== began.length || began.length !== ended.length)
        throw new Error('handled twice or not to its end')
      if (!ascending(unfinished)) throw new Error('unfinished out of order')
      if (result.unfinished.some(({ failure, attempt }) => attempt !== (failure ? 2 : 1)))
        throw new Error('wrong attempt')
      if (most > (order === 'partition' ? 1 : concurrency)) throw new Error(`${String(most)} side by side`)

      switch (order) {
        case 'partition':
          if (!ascending(began)) throw new Error('out of order')
          if (failed.length > 1) throw new Error('went on after a failure')
          if (failed.length > 0 && unfinished.length !== plan.length - (failed[0] ?? 0))
            throw new Error('the rest was not left')
          break
        case 'key':
          for (const key of ['a', 'b', 'c']) {
            if (!ascending(began.filter(ofKey(key))) || !ascending(ended.filter(ofKey(key))))
              throw new Error(`${key} out of order`)
            const first = failed.find(ofKey(key)) ?? plan.length
            if (began.some((n) => ofKey(key)(n) && n > first))
              throw new Error(`${key} went on after a failure`)
          }
          break
        case 'none':
          if (unfinished.length !== failed.length) throw new Error('a healthy record was left')
          break
        default:
          order satisfies never
      }
      if (effects === 'postgres') {
        // No update of a state is lost, whatever ran beside it.
        for (const [i, key] of ['a', 'b', 'c'].entries()) {
          const expected = finished.filter(ofKey(key)).toSorted((a, b) => a - b)
          if (JSON.stringify(states[i]) !== JSON.stringify(expected))
            throw new Error(`state of ${key} is ${String(states[i])}`)
        }
      }
    },
  )

for (const order of ['partition', 'key', 'none'] as const) {
  for (const effects of ['none', 'postgres'] as const) {
    t.test(`order ${order}, effects ${effects}`, async (t) => {
      await t.resolves(fc.assert(propertyOf(order, effects), { numRuns: 400 }))
    })
  }
}
