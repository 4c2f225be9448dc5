// Records written by Apache's Java client with Avro's Java library, without headers and with a writer's schema of
// their own, are read right; and their keys land in the partitions where ours do.

import t from 'tap'
import {
  produceFromJava,
  skipWithoutJavac,
  skipWithoutTrialServices,
  Trial,
} from '../harness/scenario/index.ts'
import { ThingDescribed } from './schemas/things.ts'

const skip = (await skipWithoutTrialServices()) || (await skipWithoutJavac())
const partitions = 7

/** What Java's team has: without the fields that tell handlers what to do, and with one that we don't know. */
const javasHappened = {
  type: 'record',
  namespace: 'trial.thing',
  name: 'happened',
  fields: [
    { name: 'origin', type: 'string' },
    { name: 'eventId', type: 'string' },
    { name: 'thing', type: 'string' },
    { name: 'n', type: 'long' },
  ],
}

/** Of all lengths modulo four, since murmur2 takes four bytes at a time; beyond ASCII; long. */
const keys = [
  ...Array.from({ length: 200 }, (_, i) => `key-${'x'.repeat(i % 5)}${String(i)}`),
  'k',
  'Schlüssel',
  '鍵',
  '🗝️ 🚚',
  'ÿþ',
  'long'.repeat(2_000),
]

t.test('Java produces, Troupe handles', { skip }, async (t) => {
  // given
  const trial = await Trial.begin(t, { partitions })
  const { producer, witness } = trial
  await trial.start('consumer')

  // when
  const fromJava = await produceFromJava({
    brokers: trial.brokers,
    topic: trial.topic,
    happened: await producer.register('trial.thing.happened', javasHappened),
    described: await producer.register('trial.thing.described', ThingDescribed.schema),
    keys,
    folder: trial.folder,
  })
  await witness.untilHandled(fromJava)

  // then: read right
  const ended = fromJava.map((place) => witness.ended(place))
  t.same(
    ended.slice(0, -1).map((line) => ({ name: line?.eventType, id: line?.eventId, event: line?.event })),
    keys.map((thing, i) => ({
      name: 'trial.thing.happened',
      id: `java-${String(i)}`,
      event: {
        eventId: `java-${String(i)}`,
        thing,
        n: i - 1,
        holdMs: 0,
        gate: '',
        failures: 0,
        exits: false,
      },
    })),
    'events of an evolved schema, named by their writer’s record',
  )
  t.same(
    ended.at(-1),
    {
      ...ended.at(-1),
      eventType: 'trial.thing.described',
      eventId: 'java-described',
      event: {
        eventId: 'java-described',
        thing: 'described',
        weight: Math.PI,
        ratio: 0.25,
        count: -(2 ** 31),
        big: -9_007_199_254_740_990,
        fragile: true,
        raw: Buffer.from([0, 1, 0xff]).toJSON(),
        digest: Buffer.from([1, 2, 3, 4]).toJSON(),
        colour: 'BLUE',
        at: 1_700_000_000_123,
        note: 'Grüße, 世界 🚚',
        tags: ['a', '', 'ß'],
        measures: { höhe: -1.5 },
        place: { city: 'Kiel', zip: null },
      },
    },
    'every kind of field',
  )
  t.same(await trial.deadLetters(), [], 'nothing was dead-lettered')

  // then: keys
  const ours = await producer.publish(keys.map((thing, n) => ({ thing, n })))
  const partitionsOf = (landed: readonly { readonly partition: number }[]): readonly number[] =>
    landed.map(({ partition }) => partition)
  t.same(partitionsOf(ours), partitionsOf(fromJava.slice(0, -1)), 'keys land where ours do')
  t.equal(new Set(partitionsOf(ours)).size, partitions, 'in all partitions')
})
