/** The steps of a batch, whatever its effects: read it, know its schemas, handle its records, say what became of it. */

import type { Rejection } from '../actor/rejection.ts'
import { BatchOutcome } from './batch-outcome.ts'
import type { BatchWork } from './batch-work.ts'
import { callReceive } from './call-receive.ts'
import { failureData } from './failure-data.ts'
import { handleAsShadow } from './handle-as-shadow.ts'
import { handleWithEffects } from './handle-with-effects.ts'
import type { TaskResult } from './messages.ts'
import { OutgoingOrder } from './outgoing-order.ts'
import type { RecordContext } from './record-context.ts'
import { RecordRun } from './record-run.ts'
import { RecordSource } from './record-source.ts'
import type { TaskScope } from './task-scope.ts'
import { learnWriters, unknownIds } from './writer-schemas.ts'

export const handleBatch = async (work: BatchWork): Promise<TaskResult> => {
  const { scope, conversation, decoders, schemas, routes, task, dependencies } = work
  await dependencies.untilThere(scope.actor, conversation)
  const unknown = unknownIds(scope.reader, decoders)
  const unreadable = await conversation.patiently('registry', () => learnWriters(unknown, schemas, decoders))
  if (task.shadow !== undefined) {
    const { outcome, verdict } = await handleAsShadow(work, unreadable, task.shadow.live)
    const { counts, retries } = outcome
    return {
      kind: 'handled',
      counts,
      retries,
      unfinished: [],
      failures: [],
      verdict,
      times: work.clock.times(),
    }
  }
  const source = new RecordSource(scope, routes, unreadable, task, work.clock)
  const outgoing = new OutgoingOrder(
    conversation,
    work.emittedIds,
    scope.emissions.memory,
    work.circumstances,
    scope.keepsEffects,
  )
  const outcome = scope.keepsEffects
    ? await handleWithEffects(work, source, outgoing)
    : await handleAtOnce(work, source, outgoing)
  if (scope.timesAway() === 0) dependencies.worked(scope.actor)
  tellRejected(outcome.rejections, scope)
  return resultOf(outcome, work)
}

/** Nobody waits for the actor's hook, and what it throws changes nothing. */
const tellRejected = (rejections: readonly Rejection[], { actor, unit, writeLog }: TaskScope): void => {
  for (const rejection of rejections) {
    void (async () => {
      try {
        await actor.onReject?.(rejection)
      } catch (error) {
        const { offset, eventId } = rejection
        const { topic, partition } = unit
        const message = `onReject of actor '${actor.name}' failed: ${failureData(error).message}`
        writeLog('error', message, { topic, partition, offset, eventId, error: failureData(error) })
      }
    })()
  }
}

/** effects: 'none'. Records are decoded, handled and forgotten one by one. */
const handleAtOnce = async (
  { scope, circumstances, clock }: BatchWork,
  source: RecordSource,
  outgoing: OutgoingOrder,
): Promise<BatchOutcome> => {
  const { order, concurrency } = scope.actor
  const outcome = new BatchOutcome(scope, circumstances)
  const supply = {
    next: () => source.next(outcome),
    leaveRest: () => {
      source.leaveRest(outcome)
    },
  }
  const call = (record: RecordContext): unknown => callReceive(scope, record)
  const run = new RecordRun(scope, outcome, supply, { order, concurrency, keyed: order === 'key', call })
  await clock.timed('handleMs', () => run.run())
  clock.decodeMs = Math.min(source.decodeMs(), clock.handleMs)
  clock.handleMs -= clock.decodeMs
  await outgoing.acknowledged(outcome.outgoing)
  return outcome
}

const resultOf = (
  {
    counts,
    retries,
    unfinished,
    told: { failures, traced, observation },
    report,
    timersReport,
  }: BatchOutcome,
  { task: { batch, isPart }, clock, scope: { tracer } }: BatchWork,
): TaskResult => ({
  kind: 'handled',
  counts,
  retries,
  unfinished: unfinished.sort((a, b) => a.index - b.index),
  failures,
  ...((report.parked > 0 || report.settled > 0 || report.nextDueMs !== undefined) && { parking: report }),
  ...((timersReport.fired > 0 || timersReport.nextDueMs !== undefined) && { timers: timersReport }),
  ...(observation && { observed: observation.told() }),
  times: clock.times(),
  ...(tracer && { traced: { records: traced, notTraced: tracer.notTraced } }),
  ...((unfinished.length > 0 || isPart) && { batch }),
})
