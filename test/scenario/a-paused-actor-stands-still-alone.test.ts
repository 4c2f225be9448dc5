// An actor that is paused stands still with all that it has, its parked keys and its timers too, also when they are due; the others of its group go on; resumed it does what was due, once.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { OperatedNode, skipWithoutTrialServices } from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()

const root = new URL('../../', import.meta.url).href
/** Three in one group; the effects of each are of things under its own name. */
const actor = (name: string, body: string): string => `
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defineActor } from '${root}runtime/actor/index.ts'
import { appendEffects, countedKey } from '${root}test/scenario/effects-actors/effects.ts'
import { ThingHappened } from '${root}test/scenario/schemas/things.ts'
const isOpen = () => existsSync(join(process.env['WITNESS_FOLDER'] ?? '', 'open'))
const happened = (ctx, { n, thing, offset = ctx.offset }) =>
  ctx.track({ entity: 'thing', id: '${name}:' + thing, state: 'happened', at: 0, n, partition: ctx.partition, offset })
export default defineActor({
  name: '${name}', receives: { 'trial.thing.happened': ThingHappened }, order: 'key', effects: 'postgres',
  applyTracked: appendEffects, idempotencyKey: countedKey,
  ${body}
})
`
const modules = {
  plain: actor('plain', 'receive(event, ctx) { happened(ctx, { n: event.n, thing: event.thing }) },'),
  parks: actor(
    'parks',
    `retry: { mode: 'park', attempts: 1_000, backoff: 'fixed', firstDelayMs: 300, maxDelayMs: 300 },
     receive({ thing, n, gate }, ctx) {
       if (gate !== '' && !isOpen()) throw new Error('shut')
       happened(ctx, { n, thing })
     },`,
  ),
  rings: actor(
    'rings',
    `receive({ thing, n, holdMs }, ctx) { ctx.schedule('ring', { afterMs: holdMs, payload: { thing, n, offset: ctx.offset } }) },
     onTimer({ payload }, ctx) { happened(ctx, payload) },`,
  ),
}

t.test('one that parks and one with timers, paused beside a third', { skip }, async (t) => {
  // given: keys that are parked and timers that are set
  const operated = await OperatedNode.begin(t, 2, modules)
  const { trial, database } = operated
  const { sql } = database
  const { group } = trial
  const effectsOf = async (name: string): Promise<number> => {
    const [row] = await sql<{ count: number }>`
      select count(*)::integer as count from trial.effects where trial = ${group} and thing like ${`${name}:%`}`
    return row?.count ?? 0
  }
  const untilEffects = async (name: string, count: number): Promise<void> => {
    await waitUntil(`${name} has ${String(count)} effects`, async () => (await effectsOf(name)) >= count)
  }
  let nth = 0
  const publish = async (count: number, more: { readonly gate?: string; readonly holdMs?: number } = {}) => {
    const things = Array.from({ length: count }, (_, i) => ({ ...more, thing: `t${String(nth + i)}`, n: 0 }))
    nth += count
    await trial.producer.publish(things)
  }
  await publish(10)
  for (const name of ['plain', 'parks', 'rings']) await untilEffects(name, 10)
  await publish(6, { gate: 'shut', holdMs: 30_000 })
  const waiting = async (): Promise<{ parked: number; timers: number }> => {
    const [row] = await sql<{ parked: number; timers: number }>`
      select (select count(*)::integer from troupe.parked_keys where group_id = ${group}) as parked,
        (select count(*)::integer from troupe.timers where group_id = ${group}) as timers`
    return row ?? { parked: 0, timers: 0 }
  }
  await waitUntil('six keys are parked and six timers set', async () => {
    const { parked, timers } = await waiting()
    return parked === 6 && timers === 6
  })

  // when: both are paused, and what holds them up ends
  for (const name of ['parks', 'rings'])
    t.match(await operated.steer(`pause(group: "${group}", actor: "${name}")`), { outcome: 'DONE' })
  t.equal(await effectsOf('rings'), 10, 'no timer was due before')
  writeFileSync(join(trial.folder, 'open'), '')
  await publish(10)
  await waitUntil('all parked keys and timers are due', async () => {
    const [row] = await sql<{ due: number }>`
      select (select count(*)::integer from troupe.parked_keys where group_id = ${group} and due_at <= now())
        + (select count(*)::integer from troupe.timers where group_id = ${group} and due_at <= now()) as due`
    return row?.due === 12
  })
  await publish(10)
  await untilEffects('plain', 36)

  // then
  t.equal(await effectsOf('parks'), 10, 'no parked key was tried with success')
  t.equal(await effectsOf('rings'), 10, 'no timer fired')
  t.same(await waiting(), { parked: 6, timers: 6 })

  // when, then: each has all of its effects, once
  t.match(await operated.steer(`resume(group: "${group}")`), { outcome: 'DONE' })
  for (const name of ['plain', 'parks', 'rings']) await untilEffects(name, 36)
  await waitUntil('nothing waits any more', async () => {
    const { parked, timers } = await waiting()
    return parked === 0 && timers === 0
  })
  await operated.untilLag(0)
  for (const name of ['plain', 'parks', 'rings']) t.equal(await effectsOf(name), 36, name)
})
