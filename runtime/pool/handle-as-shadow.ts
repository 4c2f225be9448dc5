/**
 * A batch for a shadow: the records that the version that runs has handled are handled once more, each with the state that it
 * met there; what they collect is compared and dropped. There is no store here, and nothing leaves.
 */

import { shadowVerdict, type HeldState, type ObservedRecord, type ShadowVerdict } from '../delivery/index.ts'
import { BatchOutcome } from './batch-outcome.ts'
import type { BatchWork } from './batch-work.ts'
import { callReceive } from './call-receive.ts'
import { StateSlot } from './keyed-states.ts'
import type { RecordContext } from './record-context.ts'
import { RecordRun } from './record-run.ts'
import { RecordSource } from './record-source.ts'
import type { UnreadableIds } from './writer-schemas.ts'

/** `live`: what the version that runs made of them, as it told it. */
export const handleAsShadow = async (
  { scope, routes, clock, circumstances }: BatchWork,
  unreadable: UnreadableIds,
  live: string,
): Promise<{ readonly outcome: BatchOutcome; readonly verdict: ShadowVerdict }> => {
  const handled = JSON.parse(live) as readonly ObservedRecord[]
  const records = handled.map(({ index }) => ({ index, attempt: 1 }))
  const befores = new Map(handled.map(({ index, before }) => [index, before]))
  const source = new RecordSource(scope, routes, unreadable, { records }, clock)
  const outcome = new BatchOutcome(scope, circumstances)
  const supply = {
    next: (): RecordContext | undefined => {
      const record = source.next(outcome)
      if (record !== undefined) giveState(record, befores.get(record.index), scope.actor.stateForm)
      return record
    },
    leaveRest: () => {
      source.leaveRest(outcome)
    },
  }
  // Records of a key take turns; one that fails holds up nobody: whatever the order, each is tried once.
  const run = new RecordRun(scope, outcome, supply, {
    order: 'none',
    concurrency: scope.actor.concurrency,
    keyed: true,
    call: (record) => callReceive(scope, record),
  })
  await run.run()
  return { outcome, verdict: shadowVerdict(handled, outcome.told.observation?.records ?? []) }
}

const giveState = (
  record: RecordContext,
  before: HeldState | undefined,
  form: ConstructorParameters<typeof StateSlot>[1],
): void => {
  const { key } = record
  if (before === undefined || key === undefined) return
  record.slot = new StateSlot({ tenant: record.tenant, key }, form)
  record.slot.hold(before)
}
