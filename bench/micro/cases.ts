/**
 * The hot path in pieces, each without broker and threads: passing over a packed batch, decoding it, handling it, what
 * the partition actor does with it, joining, encoding. One turn is one pass over a batch of `recordsPerTurn`.
 */

import avro from 'avsc'
import { BatchReader, joinBatches, writeBatch } from '../../runtime/batch/index.ts'
import { PartitionActor } from '../../runtime/partition/index.ts'
import { ActorHost } from '../../runtime/pool/index.ts'
import { DecoderCache, EventEncoder, frame, wireHeaderBytes } from '../../runtime/serde/index.ts'
import noop, { counted } from '../pipeline/actors/partition/noop.ts'
import { OrderPlaced, type OrderPlaced as Event } from '../pipeline/workload.ts'

export const recordsPerTurn = 500
const schemaId = 7

export interface MicroCase {
  readonly id: string
  readonly turn: () => void | Promise<void>
}

const eventOf = (i: number): Event => ({
  eventId: `0c51b9a4-5e0f-4f5b-9b43-${String(i).padStart(12, '0')}`,
  tenantId: `tenant-${i % 100}`,
  orderId: `order-${i % 500}`,
  trackingId: `trk-${i}`,
  amountCents: i,
  currency: 'EUR',
  status: 'PAID',
  occurredAt: 1_700_000_000_000 + i,
  email: `user${i}@example.com`,
  items: [
    { sku: 'sku-1', qty: 1 },
    { sku: 'sku-2', qty: 2 },
  ],
})

const encoder = new EventEncoder(OrderPlaced)
const events = Array.from({ length: recordsPerTurn }, (_, i) => eventOf(i))
const values = events.map((event) => Buffer.from(frame(schemaId, encoder.encode(event))))
const headers: readonly (readonly [string, Uint8Array])[] = [
  ['traceparent', Buffer.from('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00')],
  ['correlation-id', Buffer.from('7f9c24e8-3b12-4fef-91e0-56a2d5a3c111')],
  ['source', Buffer.from('web-shop')],
]

const packed = (from: number, to: number, withHeaders: boolean): ArrayBuffer =>
  writeBatch(
    values.slice(from, to).map((value, i) => ({
      offset: from + i,
      timestamp: 1_700_000_000_000 + i,
      timestampType: 'create',
      key: Buffer.from(`order-${(from + i) % 500}`),
      value,
      headers: withHeaders ? headers : [],
    })),
  )

const plain = packed(0, recordsPerTurn, false)
const headed = packed(0, recordsPerTurn, true)

/** What results go into, so that nothing is optimised away. */
let sink = 0
export const seen = (): number => sink + counted()

/** avsc alone, from a buffer a record: what everything else is compared with. */
const type = avro.Type.forSchema(OrderPlaced.schema as avro.Schema)
const reference: MicroCase = {
  id: 'avsc',
  turn: () => {
    for (const value of values) {
      const { value: event } = type.decode(value, wireHeaderBytes) as { value: Event }
      if (event.amountCents >= 0) sink += 1
    }
  },
}

const read: MicroCase = {
  id: 'read',
  turn: () => {
    const reader = new BatchReader(plain)
    while (reader.next()) sink += reader.valueLength
  },
}

const decoders = new DecoderCache()
decoders.addWriter(schemaId, OrderPlaced.schema)
const decoder = decoders.decoder(schemaId, OrderPlaced)
const decode: MicroCase = {
  id: 'decode',
  turn: () => {
    const reader = new BatchReader(plain)
    while (reader.next()) {
      const { buffer, valueStart, valueLength } = reader
      const event = decoder.decode(buffer, valueStart + wireHeaderBytes, valueStart + valueLength) as Event
      if (event.amountCents >= 0) sink += 1
    }
  },
}

const host = new ActorHost({
  threadId: 1,
  loadModule: () => Promise.resolve({ noop }),
  schemas: {
    schemaById: () => Promise.resolve(OrderPlaced.schema),
    register: () => Promise.resolve(schemaId),
  },
  emissions: { eventType: () => undefined, topicOf: () => 'bench.out', subjectStrategy: 'topic-record' },
  store: undefined,
  writeLog: () => undefined,
  random: () => 0.5,
  now: () => 0,
  monotonicMs: () => performance.now(),
  deadLetterTopic: 'dead',
  unhandledTopic: undefined,
})

const handled = (id: string, batch: ArrayBuffer): MicroCase => ({
  id,
  turn: async () => {
    const unit = { group: 'bench', actor: noop.name, topic: 'bench.events', partition: 0 }
    const result = await host.handle({
      kind: 'handle',
      actor: noop.name,
      url: 'memory:noop',
      unit,
      epoch: 1,
      lane: 0,
      workId: 1,
      batch,
    })
    if (result.kind !== 'handled' || result.counts.applied !== recordsPerTurn)
      throw new Error(`not handled: ${JSON.stringify(result)}`)
  },
})

/** As many batches as a turn has records, so that its cost a batch stands beside the others' a record. */
const dispatch: MicroCase = {
  id: 'dispatch',
  turn: () => {
    const batch = new ArrayBuffer(8)
    const actor = new PartitionActor({
      order: 'key',
      lanes: 4,
      epoch: 1,
      maxRecords: 1_000_000,
      maxBytes: 1e9,
    })
    actor.start()
    for (let n = 0; n < recordsPerTurn; n += 1) {
      const at = { firstOffset: n, lastOffset: n }
      actor.deliver(1, [{ lane: n % 4, count: 1, bytes: 100, batch, ...at }], n + 1)
      const work = actor.take()
      if (work !== undefined) actor.complete(1, work.workId)
    }
    sink += actor.frontier() ?? 0
  },
}

const pieces = Array.from({ length: 16 }, (_, i) => packed(i * 30, (i + 1) * 30, false))
const join: MicroCase = { id: 'join', turn: () => void (sink += joinBatches(pieces).byteLength) }

const encode: MicroCase = {
  id: 'encode',
  turn: () => {
    for (const event of events) sink += encoder.encode(event).length
  },
}

export const microCases: readonly MicroCase[] = [
  reference,
  read,
  decode,
  handled('handle', plain),
  handled('handle-3-headers', headed),
  dispatch,
  join,
  encode,
]
export const referenceId = reference.id
