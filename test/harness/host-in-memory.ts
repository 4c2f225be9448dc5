/** An actor host without threads, broker or registry: batches in, what became of their records out. */

import { eventType, type ActorDefinition, type AvroSchema } from '../../runtime/actor/index.ts'
import { writeBatch, type BatchRecord } from '../../runtime/batch/index.ts'
import type { EffectsStore, OutgoingRecord, RecordOutcome, Unit } from '../../runtime/delivery/index.ts'
import {
  ActorHost,
  type HandleTask,
  type HostPorts,
  type SchemaSource,
  type TaskResult,
} from '../../runtime/pool/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import { EventEncoder, frame } from '../../runtime/serde/index.ts'

export interface Happened {
  readonly eventId: string
  readonly tenantId: string
  readonly n: number
}

export const Happened = eventType<Happened>('test.thing.happened', {
  type: 'record',
  namespace: 'test.thing',
  name: 'happened',
  fields: [
    { name: 'eventId', type: 'string' },
    { name: 'tenantId', type: 'string' },
    { name: 'n', type: 'int' },
  ],
})

export const Other = eventType('test.thing.ignored', {
  type: 'record',
  namespace: 'test.thing',
  name: 'ignored',
  fields: [{ name: 'note', type: 'string' }],
})

export const happenedId = 11
export const otherId = 12

const happenedEncoder = new EventEncoder(Happened)
const otherEncoder = new EventEncoder(Other)

export interface Given {
  readonly n?: number
  readonly eventId?: string
  readonly tenantId?: string
  readonly key?: string | undefined
  readonly value?: Uint8Array | undefined
  readonly headers?: BatchRecord['headers']
  readonly schemaId?: number
}

/** Records at offsets 100, 101, …; each an event unless its value is given. */
export const batchOf = (records: readonly Given[]): ArrayBuffer =>
  writeBatch(
    records.map((given, index) => ({
      offset: 100 + index,
      timestamp: 1_700_000_000_000 + index,
      timestampType: 'create' as const,
      key: given.key === undefined ? undefined : Buffer.from(given.key),
      value: 'value' in given ? given.value : happened(given, index),
      headers: given.headers ?? [],
    })),
  )

export const happened = ({ n, eventId, tenantId, schemaId = happenedId }: Given, index = 0): Buffer =>
  frame(
    schemaId,
    happenedEncoder.encode({
      eventId: eventId ?? `e${String(index)}`,
      tenantId: tenantId ?? 't',
      n: n ?? index,
    }),
  )

export const ignored = (): Buffer => frame(otherId, otherEncoder.encode({ note: 'nobody reads it' }))

/** A registry of the two schemas, which can be made to be away. */
export class TestRegistry implements SchemaSource {
  away = false
  fetched: number[] = []
  registered: string[] = []
  readonly schemas = new Map<number, AvroSchema>([
    [happenedId, Happened.schema],
    [otherId, Other.schema],
  ])

  schemaById(id: number): Promise<AvroSchema> {
    this.fetched.push(id)
    if (this.away) return Promise.reject(new TroupeError('REGISTRY_UNAVAILABLE', 'the registry is away'))
    const schema = this.schemas.get(id)
    return schema === undefined
      ? Promise.reject(new TroupeError('SCHEMA_ID_UNKNOWN', `no schema ${String(id)}`))
      : Promise.resolve(schema)
  }

  register(subject: string): Promise<number> {
    if (this.away) return Promise.reject(new TroupeError('REGISTRY_UNAVAILABLE', 'the registry is away'))
    this.registered.push(subject)
    return Promise.resolve(99)
  }
}

export interface LogLine {
  readonly level: string
  readonly message: string
  readonly fields: object
}

export interface TestHost {
  readonly host: ActorHost
  readonly registry: TestRegistry
  readonly lines: LogLine[]
  /** Everything that was acknowledged, in order. */
  readonly produced: OutgoingRecord[]
  task(actor: ActorDefinition, batch: ArrayBuffer, more?: Partial<HandleTask>): HandleTask
  /** The whole conversation; `meanwhile` is called before each resume. */
  talk(task: HandleTask, meanwhile?: (asked: TaskResult) => void | Promise<void>): Promise<TaskResult>
  /** As `talk`, of a batch that is expected to be handled. */
  handled(actor: ActorDefinition, batch: ArrayBuffer, more?: Partial<HandleTask>): Promise<Handled>
}

export type Handled = Extract<TaskResult, { kind: 'handled' }>

export const unitOf = (actor: ActorDefinition): Unit => ({
  group: 'g',
  actor: actor.name,
  topic: 'things',
  partition: 3,
})

export const testHost = (
  actors: readonly ActorDefinition[],
  store?: EffectsStore,
  ports: Partial<HostPorts> = {},
): TestHost => {
  const registry = new TestRegistry()
  const lines: LogLine[] = []
  const produced: OutgoingRecord[] = []
  const host = new ActorHost({
    threadId: 5,
    loadModule: () => Promise.resolve(Object.fromEntries(actors.map((actor) => [actor.name, actor]))),
    schemas: registry,
    emissions: {
      eventType: (name) => (name === Happened.name ? Happened : undefined),
      topicOf: () => 'emitted',
      subjectStrategy: 'topic-record',
    },
    store,
    writeLog: (level, message, fields) => void lines.push({ level, message, fields }),
    random: () => 0.5,
    now: () => 1_750_000_000_000,
    monotonicMs: () => performance.now(),
    deadLetterTopic: 'dead',
    unhandledTopic: undefined,
    ...ports,
  })
  const task: TestHost['task'] = (actor, batch, more) => ({
    kind: 'handle',
    actor: actor.name,
    url: 'memory:actors',
    unit: unitOf(actor),
    epoch: 1,
    lane: 0,
    workId: 1,
    batch,
    ...more,
  })
  const talk: TestHost['talk'] = async (handle, meanwhile) => {
    let result = await host.handle(handle)
    while (result.kind === 'produce' || result.kind === 'waiting') {
      if (result.kind === 'produce') produced.push(...result.outgoing)
      await meanwhile?.(result)
      result = await host.handle({ kind: 'resume', token: result.token })
    }
    return result
  }
  return {
    host,
    registry,
    lines,
    produced,
    task,
    talk,
    handled: async (actor, batch, more) => {
      const result = await talk(task(actor, batch, more))
      if (result.kind !== 'handled') throw new Error(`not handled: ${JSON.stringify(result)}`)
      return result
    },
  }
}

/** Only the outcomes that occurred. */
export const occurred = ({ counts }: Handled): Partial<Record<RecordOutcome, number>> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))

export const header = (record: OutgoingRecord | undefined, name: string): string | undefined => {
  const value = record?.headers.find(([own]) => own === name)?.[1]
  return value === undefined ? undefined : Buffer.from(value as string).toString()
}
