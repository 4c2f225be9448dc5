// A position of the dead-letter topic is committed after its letters are in the index, whatever goes wrong on the way.

import t from 'tap'
import { writeBatch } from '../../../runtime/batch/index.ts'
import { LetterPartition, type LetterPartitionPorts } from '../../../runtime/dead-letters/letter-partition.ts'
import { deadLetter, type NewDeadLetter, type OutgoingRecord } from '../../../runtime/delivery/index.ts'
import { TroupeError } from '../../../runtime/errors.ts'
import type { Drained } from '../../../runtime/kafka/index.ts'
import { createLog } from '../../../runtime/telemetry/index.ts'
import { waitUntil } from '../../harness/wait-until.ts'

const at = { topic: 'dlq', partition: 0 }

const letter = (offset: number): OutgoingRecord =>
  deadLetter(
    'dlq',
    {
      topic: 'shipping',
      partition: 1,
      offset,
      timestamp: -1,
      key: null,
      value: Buffer.from('v'),
      headers: [],
    },
    {
      group: 'g',
      actor: 'a',
      outcome: 'rejected',
      attempts: 1,
      errorClass: 'E',
      message: 'm',
      failedAtMs: 1_700_000_000_000,
    },
  )

/** At offsets 0, 1, …; undefined: a record that is none. */
const drainedOf = (letters: readonly (OutgoingRecord | undefined)[], more = false): Drained => {
  const batch = writeBatch(
    letters.map((each, offset) => ({
      offset,
      timestamp: -1,
      timestampType: 'none',
      key: undefined,
      value: Buffer.from('v'),
      headers: (each?.headers ?? []).map(([name, value]) => [name, Buffer.from(value)]),
    })),
  )
  const { byteLength: bytes } = batch
  const lane = {
    lane: 0,
    count: letters.length,
    bytes,
    firstOffset: 0,
    lastOffset: letters.length - 1,
    batch,
  }
  return { count: letters.length, bytes, nextOffset: letters.length, views: [[lane]], events: [], more }
}
const nothing: Drained = { count: 0, bytes: 0, nextOffset: undefined, views: [[]], events: [], more: false }

interface Story {
  readonly partition: LetterPartition
  readonly added: number[]
  readonly committed: number[]
  passedOver: number
  indexed: number
}
const story = (drains: Drained[], add: (letters: readonly NewDeadLetter[]) => Promise<number>): Story => {
  const told: { added: number[]; committed: number[]; passedOver: number; indexed: number } = {
    added: [],
    committed: [],
    passedOver: 0,
    indexed: 0,
  }
  const ports: LetterPartitionPorts = {
    consumer: {
      drain: () => Promise.resolve(drains.shift() ?? nothing),
      commit: (offsets) => told.committed.push(...offsets.map(({ offset }) => offset)),
    },
    index: {
      add: async (letters) => {
        const count = await add(letters)
        told.added.push(...letters.map(({ original }) => original.offset))
        return count
      },
    },
    log: createLog({ level: 'silent', base: {} }),
    random: () => 0,
    indexed: (letters) => (told.indexed += letters),
    passedOver: (records) => (told.passedOver += records),
  }
  return Object.assign(told, { partition: new LetterPartition(at, ports) })
}

t.test('letters are written, then their position is committed; what is none is passed over', async (t) => {
  const whole = story(
    [drainedOf([letter(10), undefined, letter(12)], true), drainedOf([letter(13)])],
    (letters) => Promise.resolve(letters.length),
  )
  await whole.partition.read()
  t.match(whole, { added: [10, 12, 13], committed: [3, 1], passedOver: 1, indexed: 3 })
  t.strictSame(await whole.partition.end(0), { ...at, offset: 1 })
})

t.test('a Postgres that is away is waited for, and nothing is committed before', async (t) => {
  let calls = 0
  const told = story([drainedOf([letter(1)])], () => {
    calls += 1
    t.strictSame(told.committed, [])
    return calls < 3 ? Promise.reject(new TroupeError('POSTGRES_UNAVAILABLE', 'away')) : Promise.resolve(1)
  })
  await told.partition.read()
  t.equal(calls, 3)
  t.strictSame(told.committed, [1])
})

t.test('a letter that the index never takes holds up none of its neighbours', async (t) => {
  const told = story([drainedOf([letter(1), letter(2), letter(3), letter(4), letter(5)])], (letters) =>
    letters.some(({ original }) => original.offset === 3)
      ? Promise.reject(new TroupeError('EFFECTS_REFUSED', 'no'))
      : Promise.resolve(letters.length),
  )
  await told.partition.read()
  t.match(told, { added: [1, 2, 4, 5], committed: [5], passedOver: 1, indexed: 4 })
})

t.test('a partition that was given back commits nothing any more', async (t) => {
  // given a write that hangs, and a partition that is lost meanwhile
  const answer = Promise.withResolvers<number>()
  const told = story([drainedOf([letter(1)])], () => answer.promise)
  const reading = told.partition.read()
  t.equal(await told.partition.end(0), undefined)
  // when it ends after all
  answer.resolve(1)
  await reading
  // then
  t.strictSame(told.committed, [])
})

t.test('at a revoke what is under way is written within the budget; a retry is given up', async (t) => {
  const answer = Promise.withResolvers<number>()
  const slow = story([drainedOf([letter(1)])], () => answer.promise)
  const reading = slow.partition.read()
  const ending = slow.partition.end(60_000)
  answer.resolve(1)
  t.strictSame(await ending, { ...at, offset: 1 })
  await reading

  let calls = 0
  const away = story([drainedOf([letter(1)])], () => {
    calls += 1
    return Promise.reject(new TroupeError('POSTGRES_UNAVAILABLE', 'away'))
  })
  const waiting = away.partition.read()
  await waitUntil('it has tried', () => calls > 0)
  t.equal(await away.partition.end(0), undefined)
  await waiting
  t.strictSame(away.committed, [])
})
