// An undecodable record does not stop its partition: wrong magic byte, a datum that is cut off, a schema id the
// registry does not have. Each is dead-lettered once, byte for byte, with headers that say where and why; all
// records around it are handled.

import t from 'tap'
import { frame } from '../../runtime/serde/index.ts'
import { skipWithoutTrialServices, Trial } from '../harness/scenario/index.ts'
import { ThingHappened } from './schemas/things.ts'

const skip = await skipWithoutTrialServices()
const unknownId = 987_654

t.test('three kinds of bytes nobody can read', { skip }, async (t) => {
  // given: one partition with healthy records before, between and after
  const trial = await Trial.begin(t, { partitions: 1 })
  const { producer } = trial
  const schemaId = await producer.schemaIdOf(ThingHappened)
  // The length of a text that is longer than what follows.
  const datum = Buffer.from([200, 1, 0x61, 0x62])
  const poison = {
    'wrong magic byte': Buffer.from([1, 0, 0, 0, schemaId, 2, 0x61]),
    'cut off': frame(schemaId, datum),
    'unknown schema id': frame(unknownId, datum),
    'shorter than its header': Buffer.from([0, 0]),
    empty: Buffer.alloc(0),
  }
  let n = 0
  const healthy = async (): Promise<void> => {
    await producer.publish(Array.from({ length: 20 }, () => ({ thing: 'healthy', n: (n += 1) })))
  }

  // when
  const poisoned = new Map<number, string>()
  for (const [what, value] of Object.entries(poison)) {
    await healthy()
    const headers = [
      ['event-type', 'trial.thing.happened'],
      ['event-id', what],
      ['mine', 'kept'],
    ] as const
    const [at] = await producer.publishRaw([{ key: what, value, headers }])
    poisoned.set(at?.offset ?? -1, what)
  }
  await healthy()
  await trial.start('consumer')
  await trial.untilAllCommitted()

  // then: the healthy ones
  const places = producer.published.filter(({ offset }) => !poisoned.has(offset))
  t.same(trial.witness.missing(places), [], 'all around them are handled')
  t.equal(trial.witness.lines().length, 2 * places.length, 'once')

  // then: the others
  const deadLetters = await trial.deadLetters()
  t.same(
    new Set(deadLetters.map(({ key }) => String(key))),
    new Set(poisoned.values()),
    'each is dead-lettered',
  )
  t.equal(deadLetters.length, poisoned.size, 'once')
  for (const { key, value, headers } of deadLetters) {
    const what = String(key) as keyof typeof poison
    const says = Object.fromEntries(headers?.flatMap((header) => Object.entries(header)) ?? [])
    const [offset] = [...poisoned].find(([, name]) => name === what) ?? []
    t.same(value ?? Buffer.alloc(0), poison[what], `${what}: its bytes`)
    t.match(
      Object.fromEntries(Object.entries(says).map(([name, text]) => [name, String(text)])),
      {
        'event-id': what,
        mine: 'kept',
        'dlq-topic': trial.topic,
        'dlq-partition': '0',
        'dlq-offset': String(offset),
        'dlq-group': trial.group,
        'dlq-actor': 'witness',
        'dlq-outcome': 'undecodable',
        'dlq-attempts': '0',
        'dlq-error-class': /./,
        'dlq-error-message': what === 'unknown schema id' ? new RegExp(String(unknownId)) : /./,
        'dlq-timestamp': /^\d{4}-/,
        'dlq-failed-at': /^\d{4}-/,
      },
      `${what}: where it came from and why`,
    )
  }
})
