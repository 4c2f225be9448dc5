/** The steps of a batch, whatever its effects: read it, know its schemas, handle its records, say what became of it. */

import type { EffectsStore } from '../delivery/effects.ts'
import type { DecoderCache } from '../serde/index.ts'
import { BatchOutcome, type Circumstances } from './batch-outcome.ts'
import type { Conversation } from './conversation.ts'
import type { EventRoutes } from './event-routes.ts'
import { handleWithEffects } from './handle-with-effects.ts'
import type { HandleTask, TaskResult } from './messages.ts'
import { OutgoingOrder, type EmittedSchemaIds } from './outgoing-order.ts'
import { RecordRun } from './record-run.ts'
import { RecordSource } from './record-source.ts'
import type { TaskScope } from './task-scope.ts'
import { learnWriters, unknownIds, type SchemaSource } from './writer-schemas.ts'

/** One task and all it needs. */
export interface BatchWork {
  readonly task: HandleTask
  readonly scope: TaskScope
  readonly routes: EventRoutes
  readonly conversation: Conversation
  readonly circumstances: Circumstances
  readonly decoders: DecoderCache
  readonly schemas: SchemaSource
  readonly emittedIds: EmittedSchemaIds
  /** Throws when the process has no database. */
  readonly store: () => EffectsStore
}

export const handleBatch = async (work: BatchWork): Promise<TaskResult> => {
  const { scope, conversation, decoders, schemas, routes, task } = work
  const unknown = unknownIds(scope.reader, decoders)
  const unreadable = await conversation.patiently('registry', () => learnWriters(unknown, schemas, decoders))
  const source = new RecordSource(scope, routes, unreadable, task)
  const outgoing = new OutgoingOrder(
    conversation,
    work.emittedIds,
    scope.emissions.memory,
    scope.keepsEffects,
  )
  const outcome = scope.keepsEffects
    ? await handleWithEffects(work, source, outgoing)
    : await handleAtOnce(work, source, outgoing)
  return resultOf(outcome, task.batch)
}

/** effects: 'none'. Records are decoded, handled and forgotten one by one. */
const handleAtOnce = async (
  { scope, circumstances }: BatchWork,
  source: RecordSource,
  outgoing: OutgoingOrder,
): Promise<BatchOutcome> => {
  const { order, concurrency, receive } = scope.actor
  const outcome = new BatchOutcome(scope, circumstances)
  const supply = {
    next: () => source.next(outcome),
    leaveRest: () => {
      source.leaveRest(outcome)
    },
  }
  const call = (record: Parameters<typeof receive>[1] & { readonly event: unknown }): unknown =>
    receive(record.event, record)
  await new RecordRun(scope, outcome, supply, { order, concurrency, keyed: order === 'key', call }).run()
  await outgoing.acknowledged(outcome.outgoing)
  return outcome
}

const resultOf = ({ counts, unfinished, failures }: BatchOutcome, batch: ArrayBuffer): TaskResult => ({
  kind: 'handled',
  counts,
  unfinished: unfinished.sort((a, b) => a.index - b.index),
  failures,
  ...(unfinished.length > 0 && { batch }),
})
