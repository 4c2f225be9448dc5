/**
 * What the records of one run came to, kept to be compared: of the version that runs while it has a shadow, and of the
 * shadow. Bounded: what there is no room for is counted.
 */

import { hash } from 'node:crypto'
import type {
  CollectedEffects,
  HeldState,
  ObservedBatch,
  ObservedEvent,
  ObservedRecord,
} from '../delivery/index.ts'
import type { Failure } from '../supervision/index.ts'
import type { Emission } from './emissions.ts'
import { jsonText } from './json-text.ts'
import type { FailureData } from './messages.ts'
import type { RecordContext } from './record-context.ts'
import type { TaskScope } from './task-scope.ts'

/** Of the text of one batch: what a batch makes may be many times its size. */
const mostCharacters = 4_194_304
const longestMessage = 300

export class Observation {
  readonly records: ObservedRecord[] = []
  #missed = 0
  #room = mostCharacters

  told(): ObservedBatch {
    return { text: JSON.stringify(this.records), count: this.records.length, missed: this.#missed }
  }

  /** `before`: its state as it met it. */
  committed(record: RecordContext, before: HeldState | undefined): void {
    if (!isFirstAttempt(record)) return
    try {
      const effects = effectsOf(record, before)
      this.#add({ ...placeOf(record), ...(before && { before }), outcome: { kind: 'committed', effects } })
    } catch {
      // Data of the author's that cannot be read as text: the record has succeeded all the same.
      this.#missed += 1
    }
  }

  failed(record: RecordContext, kind: Failure['kind'], failure: FailureData): void {
    if (!isFirstAttempt(record)) return
    const before = record.slot?.held()
    const outcome = failedWith(failure, kind === 'rejected' ? 'rejected' : 'failed')
    this.#add({ ...placeOf(record), ...(before && { before }), outcome })
  }

  undecodable({ index, offset }: Place, failure: FailureData): void {
    this.#add({ index, offset, outcome: failedWith(failure, 'failed') })
  }

  /** The version that runs passes over most of what is in its topics; what it has handled and its shadow has not is told. */
  skipped({ isShadow, reader: { index, offset } }: TaskScope): void {
    if (!isShadow) return
    const effects = { events: [], tracked: [], timers: [] }
    this.#add({ index, offset, outcome: { kind: 'committed', effects } })
  }

  include(other: Observation): void {
    this.#missed += other.#missed
    for (const record of other.records) this.#add(record)
  }

  #add(record: ObservedRecord): void {
    this.#room -= sizeOf(record)
    if (this.#room < 0) this.#missed += 1
    else this.records.push(record)
  }
}

/** A shadow has each record once. */
const isFirstAttempt = ({ attempt, timer }: RecordContext): boolean => attempt === 1 && timer === undefined

const failedWith = (
  failure: FailureData,
  kind: 'rejected' | 'failed',
): Extract<ObservedRecord['outcome'], { kind: 'failed' | 'rejected' }> => ({
  kind,
  errorClass: failure.class,
  message: failure.message.slice(0, longestMessage),
})

type Place = Pick<ObservedRecord, 'index' | 'offset'>

const placeOf = ({ index, logOffset: offset }: RecordContext): Place => ({
  index,
  offset,
})

const effectsOf = (
  { emissions = [], tracked = [], timerChanges = [], slot }: RecordContext,
  before: HeldState | undefined,
): CollectedEffects => {
  const after = slot?.held()
  return {
    events: emissions.map(observedEvent),
    tracked: tracked.map(textOf),
    timers: timerChanges.map((change) => {
      const { kind, name } = change
      return textOf({ kind, name, ...(change.kind === 'set' && { payload: change.payload }) })
    }),
    ...(after !== undefined && after.json !== before?.json && { state: after }),
  }
}

/** A span's id is made up; its header is no part of what was emitted. */
const observedEvent = ({ type, record }: Emission): ObservedEvent => {
  const headers = record.headers.filter(([name]) => name !== 'traceparent')
  const parts = [record.key, ...headers.flat(), record.value].map((part) =>
    part === null ? '-' : hash('sha1', part),
  )
  return { name: type.name, topic: record.topic, digest: hash('sha1', parts.join(' ')) }
}

/** Authors may track numbers that JSON does not know. Throws where it holds itself. */
const textOf = (value: unknown): string =>
  jsonText(value, (_, part) => (typeof part === 'bigint' ? String(part) : part)) ?? 'null'

const sizeOf = ({ before, outcome }: ObservedRecord): number => {
  const size = 200 + (before?.json?.length ?? 0)
  if (outcome.kind !== 'committed') return size + outcome.message.length
  const { events, tracked, timers, state } = outcome.effects
  return [...tracked, ...timers, state?.json ?? ''].reduce(
    (sum, { length }) => sum + length,
    size + events.length * 150,
  )
}
