// An attempt that lasts longer than its actor's time limit has failed, whatever its handler still does; one that ended
// its worker has failed without being called again. Others in the batch are unharmed.

import t from 'tap'
import { defineActor, type ActorContext, type ActorDefinition } from '../../../runtime/actor/index.ts'
import { memoryEffectsStore } from '../../../runtime/store/index.ts'
import { batchOf, Happened, header, occurred, testHost } from '../../harness/host-in-memory.ts'

type Receive = (event: Happened, ctx: ActorContext) => unknown

/** Does `odd` with the event n = 1, and nothing with the others. */
const actorWith = (odd: Receive, options: Record<string, unknown> = {}): ActorDefinition =>
  defineActor({
    name: 'limited',
    receives: { 'test.thing.happened': Happened },
    receive: ((event: Happened, ctx: ActorContext) => (event.n === 1 ? odd(event, ctx) : undefined)) as never,
    order: 'key',
    timeLimitMs: 20,
    retry: { attempts: 2, firstDelayMs: 100 },
    ...options,
  })

const three = (): ArrayBuffer => batchOf([{ n: 0 }, { n: 1 }, { n: 2 }])

for (const effects of ['none', 'postgres'] as const) {
  t.test(`a handler that never ends, effects ${effects}`, async (t) => {
    // given
    const late: { ctx?: ActorContext; reason?: unknown } = {}
    const actor = actorWith(
      (_, ctx) => {
        late.ctx = ctx
        ctx.signal.addEventListener('abort', () => {
          late.reason = ctx.signal.reason
        })
        return new Promise(() => undefined)
      },
      { effects },
    )
    const { handled, task, produced } = testHost([actor], memoryEffectsStore())

    // when
    const first = await handled(actor, three())

    // then
    t.match(late.reason, { code: 'TIME_LIMIT', message: /did not end within 20 ms/ }, 'its signal is aborted')
    t.throws(
      () => {
        late.ctx?.emit('test.thing.happened' as never, {} as never)
      },
      { code: 'CONTEXT_MISUSED' },
      'what it still does counts no more',
    )
    t.same(occurred(first), { applied: 2 })
    t.match(first.unfinished, [{ index: 1, attempt: 2, failure: { code: 'TIME_LIMIT' } }])

    // when: the last attempt
    const last = await handled(actor, three(), {
      ...task(actor, three()),
      batch: three(),
      records: [{ index: 1, attempt: 2 }],
    })

    // then
    t.same(occurred(last), { exhausted: 1 })
    t.equal(header(produced.at(-1), 'dlq-error-class'), 'TIME_LIMIT')
  })
}

t.test('a handler that ends within its time is not disturbed', async (t) => {
  const actor = actorWith(async (_, ctx) => {
    await new Promise((resolve) => setImmediate(resolve))
    t.notOk(ctx.signal.aborted)
  })
  const { handled } = testHost([actor])
  t.same(occurred(await handled(actor, three())), { applied: 3 })
})

t.test('an attempt that ended its worker', async (t) => {
  let calls = 0
  const actor = actorWith(
    () => {
      calls += 1
    },
    { effects: 'postgres' },
  )
  const lost = { kind: 'worker-lost', reason: 'the worker thread ended: exited with code 7' } as const
  const { handled, produced } = testHost([actor], memoryEffectsStore())

  const first = await handled(actor, three(), { records: [{ index: 1, attempt: 1, lost }] })
  t.match(first, { retries: 1, unfinished: [{ index: 1, attempt: 2, failure: { code: 'WORKER_LOST' } }] })

  const last = await handled(actor, three(), { records: [{ index: 1, attempt: 2, lost }] })
  t.same(occurred(last), { exhausted: 1 })
  t.equal(calls, 0, 'is not made again to be told')
  t.equal(header(produced.at(-1), 'dlq-error-class'), 'WORKER_LOST')
  t.match(header(produced.at(-1), 'dlq-error-message'), /exited with code 7/)
})

t.test('a part of a batch hands it back, and does not tell that it ended', async (t) => {
  const told: unknown[] = []
  const store = memoryEffectsStore()
  const apply: typeof store.apply = (effects, within) => {
    told.push(effects.progress?.ranges)
    return store.apply({ ...effects, progress: undefined } as never, within)
  }
  const actor = actorWith(() => undefined, { effects: 'postgres' })
  const { handled } = testHost([actor], { ...store, apply })
  const progress = {
    epoch: 1,
    lane: 0,
    ranges: [{ from: 0, to: 3 }],
    frontier: 0,
    counts: {
      applied: 0,
      duplicate: 0,
      redelivered: 0,
      rejected: 0,
      undecodable: 0,
      exhausted: 0,
      skipped: 0,
      parked: 0,
    },
  }
  const part = await handled(actor, three(), { records: [{ index: 0, attempt: 1 }], isPart: true, progress })
  t.ok(part.batch)
  const whole = await handled(actor, three(), { records: [{ index: 1, attempt: 1 }], progress })
  t.notOk(whole.batch)
  t.same(told, [[], [{ from: 0, to: 3 }]])
})
