// Offsets without a record (markers of transactions, what was aborted) are told from lost records by reading the log.

import { randomUUID } from 'node:crypto'
import t from 'tap'
import { auditGroup } from '../../runtime/system/group-audit.ts'
import { resolveOptions } from '../../runtime/config/index.ts'
import { noOutcomes, type OutgoingRecord, type Unit } from '../../runtime/delivery/index.ts'
import { connectAdmin, TransactionalProducer } from '../../runtime/kafka/index.ts'
import { migrate, openAuditStore, openEffectsStore, openProgressStore } from '../../runtime/store/index.ts'
import { skipWithoutTrialServices, trialServices } from '../harness/scenario/services-of-trials.ts'

const skip = await skipWithoutTrialServices()

t.test('an audit of a topic with transactions', { skip, timeout: 300_000 }, async (t) => {
  // given a partition with a committed transaction, one that was aborted, and another committed one
  const { KAFKA_BROKERS: brokers, DATABASE_URL: url } = trialServices()
  await migrate({ url })
  const topic = `audit-${randomUUID()}`
  const group = `audit-${randomUUID()}`
  const admin = await connectAdmin({ brokers, clientId: 'trial' })
  await admin.ensureTopics([{ topic, partitions: 1, config: { 'max.message.bytes': '2000' } }], {
    create: true,
  })
  await admin.close()
  const record = (bytes: number): OutgoingRecord => ({
    topic,
    partition: 0,
    key: Buffer.from('k'),
    value: Buffer.alloc(bytes),
    headers: [],
  })
  const transaction = async (records: readonly OutgoingRecord[]): Promise<string> => {
    const producer = await TransactionalProducer.connect({
      brokers,
      clientId: 'trial',
      compression: 'none',
      lingerMs: 0,
      transactionalId: topic,
    })
    const { kind } = await producer.send(records)
    await producer.close()
    return kind
  }
  t.equal(await transaction([record(10), record(10), record(10)]), 'sent')
  t.equal(await transaction([record(10), record(10_000)]), 'aborted')
  t.equal(await transaction([record(10), record(10)]), 'sent')

  const options = resolveOptions({}, { KAFKA_BROKERS: brokers, DATABASE_URL: url })
  const store = openAuditStore({ url })
  const progress = openProgressStore({ url })
  const effects = openEffectsStore({ url })
  t.teardown(() => Promise.all([store.close(), progress.close(), effects.close()]))
  const ask = async (deep: boolean) => {
    const [only] = await auditGroup(store, options, {
      group,
      actor: undefined,
      topic: undefined,
      deep,
      onRead: () => undefined,
    })
    return only?.audit
  }

  // and a unit that handled its five records, and stands at the end, behind the last marker
  const unit: Unit = { group, actor: 'tracker', topic, partition: 0 }
  const [taken] = await progress.take([{ unit, lanes: 1 }], 'node-1')
  const epoch = taken?.epoch ?? 0
  await progress.begin([{ unit, epoch, offset: 0, topicId: undefined, account: 'anew', events: [] }])
  const end = (await ask(false))?.behind ?? 0
  t.ok(end > 5, `the log has ${String(end)} offsets for 5 records`)
  const nothing = { inbox: [], duplicates: [], states: [], tracked: [], applyTracked: undefined }
  const middle = 4
  const apply = (from: number, to: number, applied: number) =>
    effects.apply({
      ...nothing,
      unit,
      progress: {
        epoch,
        lane: 0,
        ranges: [{ from, to }],
        frontier: to,
        counts: { ...noOutcomes(), applied },
      },
    })
  t.match(await apply(0, middle, 3), { kind: 'applied' })
  t.match(await apply(middle, end, 2), { kind: 'applied' })

  // when, then
  t.match(await ask(false), { absent: undefined, findings: [{ kind: 'unproven' }] })
  t.match(await ask(true), { absent: end - 5, behind: 0, findings: { length: 0 } })

  // and a record whose outcome is missing is found in spite of them
  await progress.reset(unit, { frontier: 0, dedupe: 'keep', by: 'ada' })
  const [again] = await progress.take([{ unit, lanes: 1 }], 'node-1')
  const later = again?.epoch ?? 0
  t.match(
    await effects.apply({
      ...nothing,
      unit,
      progress: {
        epoch: later,
        lane: 0,
        ranges: [{ from: 0, to: end }],
        frontier: end,
        counts: { ...noOutcomes(), applied: 4 },
      },
    }),
    { kind: 'applied' },
  )
  t.match(await ask(true), {
    findings: [{ kind: 'unaccounted', message: /^Records have no outcome\. 1 records/ }],
  })
})
