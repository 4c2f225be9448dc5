/** The readiness of a node: it is ready when all its processes are, and each reason says whose it is. */

import type { Readiness } from '../control/index.ts'
import type { Slot, SlotState } from './slot-lifecycle.ts'

export interface SlotView {
  readonly number: Slot
  readonly state: SlotState
  /** As its process told last; undefined: it has not answered yet. */
  readonly readiness: readonly Readiness[] | undefined
  /** Looks in a row without an answer. */
  readonly unansweredLooks: number
  /** Why the last process in it ended; '': none has. */
  readonly lastEnd: string
}

/** A look or two without an answer is a busy event loop. */
const mostUnanswered = 5

const checkNames = ['process', 'consumer', 'producer', 'postgres', 'registry'] as const

export const nodeReadiness = (slots: readonly SlotView[]): readonly Readiness[] => {
  const ofSlots = slots.map((slot) => ({ slot: slot.number, checks: checksOf(slot) }))
  return checkNames.flatMap((name) => {
    const asked = ofSlots.flatMap(({ slot, checks }) =>
      checks.filter((check) => check.name === name).map(({ ready, reason }) => ({ slot, ready, reason })),
    )
    if (asked.length === 0) return []
    const missing = asked.filter(({ ready }) => !ready)
    return [{ name, ready: missing.length === 0, reason: inWords(missing) }]
  })
}

const checksOf = ({ state, readiness, unansweredLooks, lastEnd }: SlotView): readonly Readiness[] => {
  const notReady = (reason: string): readonly Readiness[] => [{ name: 'process', ready: false, reason }]
  const after = lastEnd === '' ? '' : `; the one before: ${lastEnd}`
  switch (state) {
    case 'waiting':
      return notReady(`it ended and starts again: ${lastEnd}`)
    case 'stopping':
      return notReady('stopping: work in flight finishes, nothing new is begun')
    case 'free':
    case 'closed':
      return notReady('no process runs')
    case 'starting':
    case 'running':
      if (unansweredLooks >= mostUnanswered) return notReady('it does not answer its primary')
      if (readiness === undefined) return notReady(`starting${after}`)
      return readiness
    default:
      return state satisfies never
  }
}

/** The same of several processes is said once. */
const inWords = (missing: readonly { readonly slot: Slot; readonly reason: string }[]): string =>
  [...Map.groupBy(missing, ({ reason }) => reason)]
    .map(([reason, those]) => `process ${those.map(({ slot }) => String(slot)).join(', ')}: ${reason}`)
    .join('; ')
