// A registry that is away is waited for, whether it refuses connections, fails, answers garbage or not at all:
// nothing is dead-lettered and no attempt used; partitions that need nothing of it go on; when it is back, so does
// the one that waited, in order.

import t from 'tap'
import { EventEncoder } from '../../runtime/serde/index.ts'
import { eventType } from '../../runtime/actor/index.ts'
import {
  outOfOrder,
  partitionOf,
  passedUnhandled,
  RegistryGate,
  skipWithoutTrialServices,
  Trial,
} from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { ThingHappened } from './schemas/things.ts'

const skip = await skipWithoutTrialServices()
const partitions = 2
const each = 20
const waiting = 1
const other = 0

t.test('one consumer, four kinds of absence', { skip }, async (t) => {
  // given: a consumer that was started while the registry was away
  const registry = await RegistryGate.start()
  t.teardown(() => registry.close())
  const trial = await Trial.begin(t, { partitions, registryUrl: registry.url })
  const { witness, producer } = trial
  const watch = trial.watchCommits()
  let n = 0
  const happening = (partition: number) => ({ thing: `thing-${String(partition)}`, n: (n += 1), partition })
  await producer.publish([happening(other), happening(waiting)])
  await registry.set('cut')
  const consumer = await trial.start('consumer')
  const waits = (): number => consumer.lines(/waiting for the registry/).length
  await waitUntil('both partitions wait', () => waits() === partitions)
  t.equal(witness.lines().length, 0, 'nothing is handled without a schema')
  await registry.set('open')
  await witness.untilHandled(producer.published)

  for (const mode of ['cut', 'failing', 'garbage', 'silent'] as const) {
    // when: it is away, and records of a version come that the consumer has not seen
    const waitsBefore = waits()
    const schema = withField(mode)
    const { id } = await producer.register(ThingHappened.name, schema)
    await registry.set(mode)
    const encoder = new EventEncoder(eventType(ThingHappened.name, schema))
    const unseen = await producer.publishRaw(
      Array.from({ length: each }, (_, i) => {
        const event = {
          eventId: `${mode}-${String(i)}`,
          thing: 'unseen',
          n: i,
          holdMs: 0,
          gate: '',
          failures: 0,
        }
        const value = Buffer.from(encoder.encodeFramed(id, { ...event, exits: false, [mode]: 'new' }))
        return { key: 'unseen', value, partition: waiting }
      }),
    )
    const seen = await producer.publish(Array.from({ length: each }, () => happening(other)))
    await witness.untilHandled(seen)
    await waitUntil(`the consumer waits for a registry that is ${mode}`, () => waits() > waitsBefore)
    if (mode !== 'cut') await waitUntil('it was asked again', () => registry.refused > 2)

    // then
    t.equal(witness.missing(unseen).length, each, `${mode}: what needs it waits, what does not goes on`)
    t.ok(
      ((await trial.committed())[waiting] ?? 0) <= (unseen[0]?.offset ?? -1),
      `${mode}: nothing of it is committed`,
    )
    t.same(await trial.deadLetters(), [], `${mode}: nothing is dead-lettered`)

    // when
    registry.refused = 0
    await registry.set('open')
    await witness.untilHandled(unseen)
  }

  // then
  await trial.untilAllCommitted()
  const lines = witness.lines()
  t.same(outOfOrder(lines, partitionOf), [], 'in order')
  t.ok(
    lines.length === 2 * producer.published.length && lines.every(({ attempt }) => attempt === 1),
    'each record once, at its first attempt',
  )
  t.same(await trial.deadLetters(), [], 'nothing was dead-lettered')
  t.same(
    passedUnhandled(await watch.stop(), producer.published, witness),
    [],
    'nothing was committed unhandled',
  )
})

/** A next version of the schema: its id is one nobody has asked for. */
const withField = (name: string) => {
  const { fields, ...record } = ThingHappened.schema as Record<string, unknown> & {
    readonly fields: object[]
  }
  return { ...record, fields: [...fields, { name, type: 'string', default: '' }] }
}
