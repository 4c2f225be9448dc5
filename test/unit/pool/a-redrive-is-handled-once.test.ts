// A dead letter that was redriven is handled by its actor and nobody else, has its effects once however often it comes,
// and may die again; strangers with its key stay duplicates.

import t from 'tap'
import { defineActor, type ActorContext, type ActorDefinition } from '../../../runtime/actor/index.ts'
import { memoryEffectsStore, type MemoryEffectsStore } from '../../../runtime/store/index.ts'
import {
  batchOf,
  Happened,
  header,
  occurred,
  testHost,
  unitOf,
  type Given,
} from '../../harness/host-in-memory.ts'

interface Kept {
  broken: boolean
  readonly store: MemoryEffectsStore
  readonly actor: ActorDefinition
  readonly host: ReturnType<typeof testHost>
}

const event = { eventId: 'e1', tenantId: 'acme', key: 'k', n: 1 }
const other: Given = { n: 0, eventId: 'filler', tenantId: 'acme' }
const key = { tenant: 'acme', key: 'e1' }

const redriven = (id = 'redrive-1-1', to = 'g/keeper'): Given => ({
  ...event,
  headers: [
    ['troupe-redrive', Buffer.from(id)],
    ['troupe-redrive-to', Buffer.from(to)],
    ['troupe-redrives', Buffer.from('1')],
  ],
})

/** Its event e1 has died at offset 100. */
const withDead = async (order: 'partition' | 'key' = 'partition'): Promise<Kept> => {
  const store = memoryEffectsStore()
  const actor = defineActor({
    name: 'keeper',
    receives: { 'test.*': Happened },
    effects: 'postgres',
    order,
    retry: { attempts: 1 },
    receive: (received: Happened, ctx: ActorContext) => {
      if (kept.broken && received.n === 1) throw new Error('broken')
      ctx.track({ entity: 'thing', id: String(received.n), state: 'seen', at: 1 })
    },
  })
  const kept: Kept = { broken: true, store, actor, host: testHost([actor], store) }
  t.match(occurred(await kept.host.handled(actor, batchOf([event]))), { exhausted: 1 })
  return kept
}

const effects = ({ store }: Kept): number => store.tracked.filter(({ id }) => id === '1').length

const rowOf = async ({ store, actor }: Kept): Promise<unknown> => (await store.seen(unitOf(actor), [key]))[0]

t.test('its dead letter names the key by which a redrive finds its row', async (t) => {
  const { host } = await withDead()
  const [letter] = host.produced
  t.match(
    ['dlq-inbox-key', 'dlq-event-id', 'dlq-event-type', 'dlq-tenant', 'dlq-error-code'].map((name) =>
      header(letter, name),
    ),
    [/e1/, 'e1', 'test.thing.happened', 'acme', 'HANDLER_FAILED'],
  )
})

for (const order of ['partition', 'key'] as const) {
  t.test(`it has its effects once, order ${order}`, async (t) => {
    // given
    const kept = await withDead(order)
    const { host, actor, store } = kept
    kept.broken = false
    t.ok(
      (
        await store.moveInbox(unitOf(actor), [
          { ...key, from: 'dead', to: 'dead', nextHolder: 'redrive-1-1' },
        ])
      )[0],
      'claimed by the campaign',
    )
    // when
    const result = await host.handled(actor, batchOf([other, redriven()]))
    // then
    t.same(occurred(result), { applied: 2 })
    t.equal(effects(kept), 1)
    t.match(await rowOf(kept), { outcome: 'done', offset: 100, holder: undefined })
    // when: it is produced twice, or delivered again
    t.same(occurred(await host.handled(actor, batchOf([other, other, redriven()]))), {
      redelivered: 1,
      duplicate: 2,
    })
    t.equal(effects(kept), 1)
  })
}

t.test('a letter that was redriven before the index knew its key is handled too', async (t) => {
  const kept = await withDead()
  kept.broken = false
  t.same(occurred(await kept.host.handled(kept.actor, batchOf([other, redriven()]))), { applied: 2 })
  t.equal(effects(kept), 1)
})

t.test('one that dies again is dead, and can be redriven again', async (t) => {
  const kept = await withDead()
  const { host, actor } = kept
  t.same(occurred(await host.handled(actor, batchOf([other, redriven()]))), { applied: 1, exhausted: 1 })
  t.match(await rowOf(kept), { outcome: 'dead' })
  t.equal(host.produced.length, 2, 'with a dead letter of its own')
  kept.broken = false
  t.match(occurred(await host.handled(actor, batchOf([other, redriven('redrive-2-2')]))), { applied: 1 })
  t.equal(effects(kept), 1)
})

t.test('what another redrive has claimed is left to it', async (t) => {
  const kept = await withDead()
  const { host, actor, store } = kept
  kept.broken = false
  await store.moveInbox(unitOf(actor), [{ ...key, from: 'dead', to: 'dead', nextHolder: 'redrive-9-9' }])
  t.same(occurred(await host.handled(actor, batchOf([other, redriven()]))), { applied: 1, duplicate: 1 })
  t.equal(effects(kept), 0)
})

t.test('a redrive for another actor is passed over', async (t) => {
  const kept = await withDead()
  kept.broken = false
  const records = [other, redriven('redrive-1-1', 'g/other'), redriven('redrive-1-1', 'h/keeper')]
  t.same(occurred(await kept.host.handled(kept.actor, batchOf(records))), { applied: 1, skipped: 2 })
  t.equal(effects(kept), 0)
})

for (const [what, records] of [
  ['before it', [other, event, redriven()]],
  ['after it', [other, redriven(), event]],
  ['on both sides', [other, event, redriven(), event]],
] as const) {
  t.test(`a stranger with its key in the same batch, ${what}`, async (t) => {
    const kept = await withDead()
    kept.broken = false
    const result = await kept.host.handled(kept.actor, batchOf(records))
    t.same(occurred(result), { applied: 2, duplicate: records.length - 2 })
    t.equal(effects(kept), 1)
    t.match(await rowOf(kept), { outcome: 'done' })
  })
}

t.test('one whose event the inbox has forgotten is handled as a new one', async (t) => {
  const kept = await withDead()
  kept.broken = false
  const forgetful = testHost([kept.actor], memoryEffectsStore())
  t.same(occurred(await forgetful.handled(kept.actor, batchOf([other, redriven(), event]))), {
    applied: 2,
    duplicate: 1,
  })
})
