// Work of effects 'kafka' is complete when its transaction is committed: one that is aborted is sent again, one whose end is
// not known is looked for in the group's offsets, and what was given up is in none.

import t from 'tap'
import type { OutgoingRecord } from '../../../runtime/delivery/index.ts'
import { TroupeError } from '../../../runtime/errors.ts'
import type { BatchOutcome } from '../../../runtime/kafka/index.ts'
import {
  KafkaTransactions,
  type FinishedWork,
  type TransactionPorts,
} from '../../../runtime/system/kafka-transactions.ts'
import type { Log } from '../../../runtime/telemetry/index.ts'
import { settled, Waits } from '../../harness/group-in-memory.ts'

const quietLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quietLog,
}
type Producer = Awaited<ReturnType<TransactionPorts['connect']>>

interface Attempt {
  readonly records: readonly string[]
  /** As asked for at the end; undefined: some are another's. */
  offsets(): readonly string[] | undefined
  ends(outcome: BatchOutcome | TroupeError): Promise<void>
}

const world = () => {
  const attempts: Attempt[] = []
  const waits = new Waits()
  const state = { connected: 0, closed: 0, committed: undefined as number | undefined }
  const fatal: string[] = []
  const producer: Producer = {
    broken: undefined,
    close: () => {
      state.closed += 1
      return Promise.resolve()
    },
    send: (records, consumed) => {
      const { promise, resolve, reject } = Promise.withResolvers<BatchOutcome>()
      attempts.push({
        records: records.map(({ topic }) => topic),
        offsets: () =>
          consumed?.offsets()?.map(({ partition, offset }) => `${String(partition)}@${String(offset)}`),
        ends: async (outcome) => {
          if (outcome instanceof TroupeError) reject(outcome)
          else resolve(outcome)
          await settled()
        },
      })
      return promise
    },
  }
  const transactions = new KafkaTransactions({
    connect: () => {
      state.connected += 1
      return Promise.resolve(producer)
    },
    consumer: {
      sendOffsetsTo: () => undefined,
      offsets: (_, partitions) => Promise.resolve(partitions.map(() => state.committed)),
    },
    pause: waits.pause,
    random: () => 0.5,
    fatal: (error) => fatal.push(error.code),
    log: quietLog,
  })
  const done: string[] = []
  const add = (partition: number, next: number, over = new AbortController()): AbortController => {
    const work: FinishedWork = {
      at: { topic: 'orders', partition },
      next,
      records: [{ topic: `of ${String(partition)}@${String(next)}` } as OutgoingRecord],
      over: over.signal,
      committed: () => done.push(`${String(partition)}@${String(next)}`),
    }
    transactions.add(work)
    return over
  }
  return { transactions, attempts, waits, state, fatal, done, add }
}
const sent: BatchOutcome = { kind: 'sent' }
const away = new TroupeError('KAFKA_UNAVAILABLE', 'no answer')
const aborted: BatchOutcome = { kind: 'aborted', refusals: [{ index: 0, error: away, certain: false }] }

t.test(
  'what is finished by then goes in one transaction, and is complete when it is committed',
  async (t) => {
    const { attempts, done, add } = world()
    add(0, 5)
    add(1, 7)
    await settled()
    add(0, 9)
    t.same(attempts[0]?.records, ['of 0@5', 'of 1@7'])
    t.same(attempts[0]?.offsets(), ['0@5', '1@7'])
    t.same(done, [])
    await attempts[0]?.ends(sent)
    t.same(done, ['0@5', '1@7'])
    t.same(attempts[1]?.offsets(), ['0@9'], 'what came meanwhile goes with the next')
  },
)

t.test('one that is aborted is sent again, whole', async (t) => {
  const { attempts, waits, done, add } = world()
  add(0, 5)
  await settled()
  await attempts[0]?.ends(aborted)
  t.same(done, [])
  await waits.passAll()
  t.same(attempts[1]?.records, ['of 0@5'])
  await attempts[1]?.ends(sent)
  t.same(done, ['0@5'])
})

t.test('offsets of what was given up are in no transaction that is committed', async (t) => {
  const { attempts, waits, done, add } = world()
  const over = add(0, 5)
  add(1, 7)
  await settled()
  over.abort()
  t.equal(attempts[0]?.offsets(), undefined, 'asked for last, they are missing')
  await attempts[0]?.ends(aborted)
  await waits.passAll()
  t.same(attempts[1]?.records, ['of 1@7'])
  await attempts[1]?.ends(sent)
  t.same(done, ['1@7'])
})

for (const [name, committed, expected] of [
  ['was committed: nothing of it is sent again', 5, []],
  ['was not committed: it is sent again', 4, ['of 0@5']],
  ['was not, and the group has committed nothing', undefined, ['of 0@5']],
] as const) {
  t.test(`one whose end was not known ${name}`, async (t) => {
    const { attempts, waits, state, done, add } = world()
    add(0, 5)
    await settled()
    state.committed = committed
    await attempts[0]?.ends(away)
    await waits.passAll()
    t.same(attempts[1]?.records ?? [], expected)
    await attempts[1]?.ends(sent)
    t.same(done, ['0@5'])
    t.same([state.connected, state.closed], [2, 1], 'a new producer has ended what the old one left open')
  })
}

t.test('a producer that was fenced stops the process', async (t) => {
  const { attempts, fatal, done, add } = world()
  add(0, 5)
  await settled()
  await attempts[0]?.ends(new TroupeError('KAFKA_FENCED', 'another one has the id'))
  t.same(fatal, ['KAFKA_FENCED'])
  t.same(done, [])
})

t.test('at the end nothing is sent any more', async (t) => {
  const { transactions, attempts, done, add } = world()
  add(0, 5)
  await settled()
  const closing = transactions.close()
  await attempts[0]?.ends(aborted)
  await closing
  t.equal(attempts.length, 1)
  t.same(done, [])
})
