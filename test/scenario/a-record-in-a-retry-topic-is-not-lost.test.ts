// With retry.mode 'topic' a record that fails waits in a retry topic, and nothing waits for it: whoever is killed
// meanwhile, each record is handled to its end in the attempt that its failures leave it, at its first place, and what is
// given up has a dead letter that names this place.

import t from 'tap'
import { connectGroupOffsets } from '../../runtime/kafka/index.ts'
import {
  carryOutKills,
  LastingProcess,
  sizeOf,
  skipWithoutTrialServices,
  Trial,
  tried,
  type Happening,
} from '../harness/scenario/index.ts'
import { Supply, trialSeed } from '../harness/scenario/supply.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const partitions = 4
const attempts = 3

interface Placed {
  readonly partition: number
  readonly offset: number
  readonly failures: number
}

t.test('SIGKILL of consumers while one in ten fails', { skip }, async (t) => {
  // given: some that fail once or twice, and some that fail whenever they are tried
  const seed = trialSeed()
  t.comment(`seed ${String(seed)}`)
  const trial = await Trial.begin(t, {
    partitions,
    env: { WITNESS_ORDER: 'none', WITNESS_RETRY: 'topic', KAFKA_PARTITIONS: String(partitions) },
  })
  const { witness, group, topic } = trial
  const consumers = ['consumer-1', 'consumer-2'].map(
    (name) => new LastingProcess(name, (life, env) => trial.launch(life, env)),
  )
  for (const consumer of consumers) await consumer.untilRunning()
  const placed: Placed[] = []
  const publish = async (happenings: readonly Happening[]): Promise<void> => {
    const landed = await trial.producer.publish(happenings)
    landed.forEach(({ partition, offset }, nth) => {
      placed.push({ partition, offset, failures: happenings[nth]?.failures ?? 0 })
    })
  }
  const supply = new Supply(publish, {
    seed,
    more: (_nth, random) =>
      random.chance(0.1) ? { failures: random.chance(0.1) ? 99 : 1 + random.below(attempts - 1) } : {},
  })
  t.teardown(() => supply.stop().catch(() => undefined))

  // when
  const kills = sizeOf('retryTopicKills')
  await carryOutKills({
    seed,
    times: kills,
    effectsBetween: [100, 900],
    victims: consumers,
    progress: () => Promise.resolve(witness.endedCount()),
    strike: (victim) => victim.killAndRestart(),
  })
  await supply.stop()
  const dead = placed.filter(({ failures }) => failures >= attempts)
  const healthy = placed.filter(({ failures }) => failures < attempts)
  await witness.untilHandled(healthy)
  await trial.untilAllCommitted()

  // then: each was handled to its end by the attempt after its failures, and by no other
  const failuresAt = new Map(placed.map(({ failures, ...place }) => [placeOf(place), failures]))
  const ended = witness.lines().filter(({ what }) => what === 'ended')
  t.same(
    ended.filter((line) => line.attempt !== (failuresAt.get(placeOf(line)) ?? NaN) + 1).slice(0, 3),
    [],
    'attempts go on where they were, under the place of the first',
  )
  const retried = healthy.filter(({ failures }) => failures > 0)
  t.ok(
    retried.length > 0 && dead.length > 0,
    `${String(retried.length)} retried, ${String(dead.length)} dead`,
  )

  // then: nothing waits any more, and letters name the first place
  const waiting = ['1s'].flatMap((rung) =>
    Array.from({ length: partitions }, (_, partition) => ({
      topic: `${topic}.${group}.retry.${rung}`,
      partition,
    })),
  )
  const offsets = await connectGroupOffsets({ brokers: trial.brokers, clientId: 'trial' }, group)
  t.teardown(() => offsets.close())
  let passed = 0
  await waitUntil(
    'the retry topics are committed to their end',
    async () => {
      const places = await offsets.of(waiting)
      passed = places.reduce((sum, { committed = 0 }) => sum + committed, 0)
      return places.every(({ committed = 0, high }) => committed >= high)
    },
    { progress: () => passed },
  )
  const letters = (await trial.deadLetters()).map(({ headers }) =>
    Object.fromEntries(
      headers?.flatMap((header) => Object.entries(header).map(([name, text]) => [name, String(text)])) ?? [],
    ),
  )
  const nameOf = (letter: Record<string, string>): string =>
    `${letter['dlq-topic'] ?? ''} ${letter['dlq-partition'] ?? ''}/${letter['dlq-offset'] ?? ''} ${letter['dlq-attempts'] ?? ''}`
  t.same(
    new Set(letters.map(nameOf)),
    new Set(dead.map((place) => `${topic} ${placeOf(place)} ${String(attempts)}`)),
    'each that was given up has its letter, and nothing else has',
  )
  t.comment(
    `${String(ended.length - healthy.length)} handled again, ${String(letters.length - dead.length)} letters twice`,
  )
  tried(
    t,
    `SIGKILL of a consumer, ${String(retried.length)} records retried among ${String(placed.length)}`,
    kills,
  )
})

const placeOf = ({ partition, offset }: { readonly partition: number; readonly offset: number }): string =>
  `${String(partition)}/${String(offset)}`
