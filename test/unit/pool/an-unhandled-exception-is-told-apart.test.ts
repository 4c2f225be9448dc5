// A record that is given up for an exception that nobody declared goes to the topic of unhandled exceptions too, as its dead
// letter says it and by the same way; what an actor refuses, asks for or cannot read does not.

import t from 'tap'
import {
  defineActor,
  reject,
  retry,
  type ActorContext,
  type ActorDefinition,
} from '../../../runtime/actor/index.ts'
import { noOutcomes, type OutgoingRecord, type Progress } from '../../../runtime/delivery/index.ts'
import { memoryEffectsStore, memoryProgressStore } from '../../../runtime/store/index.ts'
import { LettersSent } from '../../../runtime/system/letters-sent.ts'
import { batchOf, Happened, header, testHost, unitOf, type Given } from '../../harness/host-in-memory.ts'

type Receive = (event: Happened, ctx: ActorContext) => unknown

const actorThat = (receive: Receive, options: Record<string, unknown> = {}): ActorDefinition =>
  defineActor({
    name: 'tested',
    receives: { 'test.thing.happened': Happened },
    receive: receive as never,
    retry: { attempts: 1 },
    ...options,
  })
const topics = { unhandledTopic: 'unhandled' }
const throwing: Receive = () => {
  throw new RangeError('too far')
}

t.test('what ended a record → the topics it goes to', async (t) => {
  const cases: readonly [what: string, receive: Receive, given: Given, topics: readonly string[]][] = [
    ['a throw', throwing, { n: 1 }, ['dead', 'unhandled']],
    ['a promise that fails', () => Promise.reject(new Error('no')), { n: 1 }, ['dead', 'unhandled']],
    ['a value that is no outcome', () => 'ok', { n: 1 }, ['dead', 'unhandled']],
    ['reject', () => reject('no'), { n: 1 }, ['dead']],
    ['retry, the last time', () => retry('later'), { n: 1 }, ['dead']],
    ['bytes that cannot be read', () => undefined, { value: Buffer.from('?') }, ['dead']],
    ['nothing', () => undefined, { n: 1 }, []],
  ]
  for (const [what, receive, given, expected] of cases) {
    const actor = actorThat(receive)
    const { handled, produced } = testHost([actor], undefined, topics)
    await handled(actor, batchOf([given]))
    t.same(
      produced.map(({ topic }) => topic),
      expected,
      what,
    )
    const [letter, exception] = produced
    if (exception !== undefined) t.same(exception, { ...letter, topic: 'unhandled' }, 'the same record')
  }
})

t.test('a thread that ended over a record is one, and one that is tried again is none yet', async (t) => {
  const actor = actorThat(throwing, { retry: { attempts: 3 } })
  const lost = { kind: 'worker-lost', reason: 'it exited' } as const
  const first = testHost([actor], undefined, topics)
  await first.handled(actor, batchOf([{ n: 1 }]), { records: [{ index: 0, attempt: 1, lost }] })
  t.same(first.produced, [])
  const second = testHost([actor], undefined, topics)
  await second.handled(actor, batchOf([{ n: 1 }]), { records: [{ index: 0, attempt: 2, lost }] })
  t.same(
    second.produced.map(({ topic }) => topic),
    ['dead', 'unhandled'],
  )
})

t.test('without a topic for them nothing is told apart', async (t) => {
  const actor = actorThat(throwing)
  const { handled, produced } = testHost([actor], undefined, { unhandledTopic: undefined })
  await handled(actor, batchOf([{ n: 1 }]))
  t.same(
    produced.map(({ topic }) => topic),
    ['dead'],
  )
})

t.test(
  'with effects in Postgres it is a row beside its letter, once however often it is handled',
  async (t) => {
    // given
    const actor = actorThat((event) => (event.n === 1 ? throwing(event, undefined as never) : reject('no')), {
      effects: 'postgres',
    })
    const rows = memoryProgressStore()
    const store = memoryEffectsStore({ progress: rows })
    const unit = unitOf(actor)
    const [taken] = await rows.take([{ unit, lanes: 1 }], 'me')
    const epoch = taken?.epoch ?? 0
    await rows.begin([{ unit, epoch, offset: 0, topicId: undefined, account: 'anew', events: [] }])
    const progress: Progress = {
      epoch,
      lane: 0,
      ranges: [{ from: 0, to: 100 }],
      frontier: 0,
      counts: noOutcomes(),
    }
    const { handled, produced } = testHost([actor], store, topics)

    // when: its answer is lost, and it is handled again
    await handled(actor, batchOf([{ n: 1 }, { n: 2 }]), { progress })
    await handled(actor, batchOf([{ n: 1 }, { n: 2 }]), {
      progress: { ...progress, ranges: [{ from: 100, to: 200 }] },
    })

    // then
    t.same(produced, [])
    t.same(
      store.outbox.map(({ record, seq }) => [record.topic, header(record, 'dlq-offset'), seq]),
      [
        ['dead', '100', 1],
        ['unhandled', '100', 2],
        ['dead', '101', 3],
      ],
    )
    t.equal(new Set(store.outbox.map(({ id }) => id)).size, 3, 'each with an id of its own')
  },
)

t.test('while one topic refuses its letters those of the other are not sent again', async (t) => {
  const letter = (topic: string, letterOf: number): OutgoingRecord => ({
    topic,
    key: null,
    value: null,
    headers: [],
    letterOf,
  })
  const event: OutgoingRecord = { topic: 'dead', key: null, value: null, headers: [] }
  const batch = [event, letter('dead', 7), letter('unhandled', 7)]
  const sent: string[][] = []
  let refuses = true
  const produceAll = (records: readonly OutgoingRecord[]): Promise<void> => {
    const isRefused = refuses && records.some(({ topic, letterOf }) => topic === 'dead' && letterOf === 7)
    if (!isRefused) sent.push(records.map(({ topic, letterOf }) => `${topic} ${letterOf ?? 'event'}`))
    return isRefused ? Promise.reject(new Error('too large')) : Promise.resolve()
  }
  const letters = new LettersSent()
  await t.rejects(letters.produce(batch, produceAll), { message: 'too large' })
  await t.rejects(letters.produce(batch, produceAll), { message: 'too large' })
  refuses = false
  await letters.produce(batch, produceAll)
  t.same(
    sent.flat().filter((each) => each !== 'dead event'),
    ['unhandled 7', 'dead 7'],
  )
})
