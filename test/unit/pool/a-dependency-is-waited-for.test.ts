// While something that an actor declared to need is away, its records wait: none is handled, no attempt is used,
// nothing is dead-lettered, and the worker says for what it waits.

import t from 'tap'
import {
  defineActor,
  DependencyAway,
  reject,
  type ActorDefinition,
  type Rejection,
} from '../../../runtime/actor/index.ts'
import type { TaskResult } from '../../../runtime/pool/index.ts'
import { memoryEffectsStore } from '../../../runtime/store/index.ts'
import { batchOf, Happened, occurred, testHost } from '../../harness/host-in-memory.ts'

interface Service {
  /** Why; undefined: it is there. */
  away: string | undefined
  checks: number
  readonly everyMs: number
}

const service = (everyMs = 0): Service => ({ away: undefined, checks: 0, everyMs })

const actorNeeding = (
  carrier: Service,
  receive: (event: Happened) => unknown,
  options: object = {},
): ActorDefinition =>
  defineActor({
    name: 'booker',
    receives: { 'test.*': Happened },
    dependencies: {
      carrier: {
        everyMs: carrier.everyMs,
        check: () => {
          carrier.checks += 1
          return carrier.away === undefined ? Promise.resolve() : Promise.reject(new Error(carrier.away))
        },
      },
    },
    receive: receive as never,
    ...options,
  })

const three = () => batchOf([{ n: 0 }, { n: 1 }, { n: 2 }])

const waiting = (result: TaskResult): Extract<TaskResult, { kind: 'waiting' }> => {
  if (result.kind !== 'waiting') throw new Error(`not waiting: ${result.kind}`)
  return result
}

t.test(
  'no record is begun while a check fails; it is asked again whenever the work is resumed',
  async (t) => {
    // given
    const carrier = service()
    const handled: number[] = []
    const actor = actorNeeding(carrier, ({ n }) => void handled.push(n))
    const { host, task } = testHost([actor])
    carrier.away = 'ECONNREFUSED'
    // when
    const first = waiting(await host.handle(task(actor, three())))
    const second = waiting(await host.handle({ kind: 'resume', token: first.token }))
    // then
    t.match(first, { for: 'dependency', reason: "'carrier' of actor 'booker' is away: ECONNREFUSED" })
    t.same(handled, [])
    t.equal(carrier.checks, 2)
    // when
    carrier.away = undefined
    const result = await host.handle({ kind: 'resume', token: second.token })
    // then
    t.match(result, { kind: 'handled', counts: { applied: 3, exhausted: 0 }, retries: 0, unfinished: [] })
  },
)

t.test('a good answer is believed for a while', async (t) => {
  const carrier = service(3_600_000)
  const actor = actorNeeding(carrier, () => undefined)
  const { handled } = testHost([actor])
  await handled(actor, three())
  carrier.away = 'gone'
  t.match(occurred(await handled(actor, three())), { applied: 3 })
  t.equal(carrier.checks, 1)
})

t.test('a check that does not end is a failed one', async (t) => {
  const actor = defineActor({
    name: 'booker',
    receives: { 'test.*': Happened },
    dependencies: { carrier: { check: () => new Promise(() => undefined), timeoutMs: 1 } },
    receive: () => undefined,
  })
  const { host, task } = testHost([actor])
  // A timer of its own keeps no process alive, which a worker thread is not in need of.
  const alive = setInterval(() => undefined, 1_000)
  t.match(await host.handle(task(actor, three())), { reason: /carrier.*did not end within 1 ms/ })
  clearInterval(alive)
})

for (const order of ['partition', 'key', 'none'] as const) {
  for (const effects of ['none', 'postgres'] as const) {
    t.test(`a handler finds it away: order ${order}, effects ${effects}`, async (t) => {
      // given
      const carrier = service(3_600_000)
      const begun: number[] = []
      const actor = actorNeeding(
        carrier,
        ({ n }) => {
          begun.push(n)
          if (n >= 1 && carrier.away !== undefined) throw new DependencyAway('carrier')
        },
        { order, effects },
      )
      const store = effects === 'postgres' ? memoryEffectsStore() : undefined
      const { host, handled, task, produced } = testHost([actor], store)
      carrier.away = '503'
      // when: its check passed before, so that its records are begun
      carrier.away = undefined
      await handled(actor, batchOf([{ n: 0, eventId: 'before' }]))
      carrier.away = '503'
      const records = [0, 1, 2, 3].map((n) => ({ n, eventId: `e${String(n)}`, key: `k${String(n)}` }))
      const result = await handled(actor, batchOf(records))
      // then
      t.same(occurred(result), { applied: 1 })
      t.same(
        result.unfinished.map(({ index, attempt }) => [index, attempt]),
        [
          [1, 1],
          [2, 1],
          [3, 1],
        ],
      )
      t.equal(result.retries, 0)
      t.same(produced, [], 'nothing is dead-lettered')
      t.same(begun, [0, 0, 1], 'none is begun after it')
      t.ok((result.unfinished[0]?.afterMs ?? 0) > 0, 'it is not tried again at once')

      // when: what is left comes again
      const left = result.unfinished.map(({ index, attempt }) => ({ index, attempt }))
      const asked = waiting(await host.handle(task(actor, batchOf(records), { records: left })))
      // then: it waits, though the check's last answer was good not long ago
      t.match(asked, { for: 'dependency', reason: /503/ })
      carrier.away = undefined
      t.match(await host.handle({ kind: 'resume', token: asked.token }), {
        kind: 'handled',
        counts: { applied: 3 },
        unfinished: [],
      })
    })
  }
}

t.test('one that nobody declared is an error like others', async (t) => {
  const actor = actorNeeding(service(), () => {
    throw new DependencyAway('someone')
  })
  const result = await testHost([actor]).handled(actor, three())
  t.match(result.unfinished, [{ index: 0, attempt: 2 }, { attempt: 1 }, { attempt: 1 }])
  t.match(result.failures, [{ failure: { class: 'DependencyAway', message: 'someone is away' } }])
})

t.test('an error has the limits of its class or code', async (t) => {
  class CardDeclined extends Error {
    override readonly name = 'CardDeclined'
  }
  const actor = actorNeeding(
    service(),
    ({ n }) => {
      if (n === 0) throw new CardDeclined('no money')
      throw Object.assign(new Error('slow'), { code: 'ETIMEDOUT' })
    },
    {
      order: 'none',
      retry: {
        backoff: 'fixed',
        byClass: { CardDeclined: { attempts: 1 }, ETIMEDOUT: { firstDelayMs: 7 } },
      },
    },
  )
  const result = await testHost([actor]).handled(actor, three())
  t.match(occurred(result), { exhausted: 1 })
  t.match(result.unfinished, [
    { index: 1, afterMs: 7 },
    { index: 2, afterMs: 7 },
  ])
})

t.test('the hook sees what is given up, and can do no harm', async (t) => {
  // given
  const seen: Rejection[] = []
  const told = Promise.withResolvers<void>()
  const actor = actorNeeding(service(), ({ n }) => (n === 1 ? reject('not ours') : undefined), {
    onReject: (rejection: Rejection) => {
      seen.push(rejection)
      setImmediate(() => {
        told.resolve()
      })
      throw new Error('the notice failed')
    },
  })
  const { handled, lines, produced } = testHost([actor])
  // when
  const result = await handled(
    actor,
    batchOf([{ n: 0 }, { n: 1, eventId: 'e1', tenantId: 'acme' }, { n: 2, value: Buffer.from('x') }]),
  )
  await told.promise
  // then
  t.match(occurred(result), { applied: 1, rejected: 1, undecodable: 1 })
  t.equal(produced.length, 2)
  t.match(seen, [
    {
      outcome: 'rejected',
      event: { n: 1 },
      reason: 'not ours',
      errorClass: 'Reject',
      attempts: 1,
      offset: 101,
      eventId: 'e1',
      tenant: 'acme',
    },
    { outcome: 'undecodable', event: undefined, attempts: 0, offset: 102 },
  ])
  t.match(
    lines.filter(({ level }) => level === 'error'),
    [{ message: "onReject of actor 'booker' failed: the notice failed" }, {}],
  )
})

t.test('what is declared is checked', (t) => {
  for (const [dependencies, says] of [
    [{ carrier: {} }, /dependencies\['carrier'\]\.check = undefined/],
    [{ carrier: { check: () => true, every: 1 } }, /no option 'dependencies\['carrier'\]\.every'/],
    [{ carrier: { check: () => true, timeoutMs: 0 } }, /timeoutMs = 0/],
    [[], /dependencies/],
  ] as const)
    t.throws(() => actorNeeding(service(), () => undefined, { dependencies }), {
      code: 'ACTOR_INVALID',
      message: says,
    })
  t.end()
})
