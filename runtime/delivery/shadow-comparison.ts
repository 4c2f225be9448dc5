/** How what a shadow made of a record differs from what the version that runs made of it. In words, without what is in its data. */

import { jsonDifference } from './json-difference.ts'
import type {
  CollectedEffects,
  HeldState,
  ObservedEvent,
  ObservedRecord,
  ShadowVerdict,
} from './observed-record.ts'

/** `live`: all that the shadow was given. */
export const shadowVerdict = (
  live: readonly ObservedRecord[],
  shadow: readonly ObservedRecord[],
): ShadowVerdict => {
  const liveOf = new Map(live.map((record) => [record.index, record]))
  const pairs = shadow.flatMap((record) => {
    const other = liveOf.get(record.index)
    return other === undefined ? [] : [{ record, other }]
  })
  const failed = new Map<string, number>()
  let differing = 0
  let lastFailure: ShadowVerdict['lastFailure']
  let lastDifference: ShadowVerdict['lastDifference']
  for (const { record, other } of pairs.sort((a, b) => a.record.index - b.record.index)) {
    const { offset, outcome } = record
    if (outcome.kind === 'failed') {
      const { errorClass, message } = outcome
      failed.set(errorClass, (failed.get(errorClass) ?? 0) + 1)
      lastFailure = { offset, errorClass, message }
    }
    const text = shadowDifference(other, record)
    if (text === undefined) continue
    differing += 1
    lastDifference = { offset, text }
  }
  return {
    handled: pairs.length,
    failed: Object.fromEntries(failed),
    differing,
    dropped: live.length - pairs.length,
    ...(lastFailure && { lastFailure }),
    ...(lastDifference && { lastDifference }),
  }
}

/** The first difference; undefined: there is none. */
export const shadowDifference = (live: ObservedRecord, shadow: ObservedRecord): string | undefined => {
  const [theirs, its] = [live.outcome, shadow.outcome]
  if (theirs.kind !== 'committed' || its.kind !== 'committed')
    return theirs.kind === its.kind
      ? undefined
      : `it ${ended(its)}, and the version that runs ${ended(theirs)}`
  return (
    events(theirs.effects.events, its.effects.events) ??
    rows('row that it tracks', theirs.effects.tracked, its.effects.tracked) ??
    rows('timer that it sets or cancels', theirs.effects.timers, its.effects.timers) ??
    states(live.before, theirs.effects, its.effects)
  )
}

const ended = (outcome: ObservedRecord['outcome']): string => {
  switch (outcome.kind) {
    case 'committed':
      return 'commits'
    case 'rejected':
      return 'rejects the record'
    case 'failed':
      return `fails (${outcome.errorClass})`
    default:
      return outcome satisfies never
  }
}

const events = (theirs: readonly ObservedEvent[], its: readonly ObservedEvent[]): string | undefined => {
  for (const [at, event] of its.entries()) {
    const other = theirs[at]
    if (other === undefined) return `it emits ${event.name}, and the version that runs does not`
    if (event.name !== other.name)
      return `it emits ${event.name} where the version that runs emits ${other.name}`
    if (event.topic !== other.topic || event.digest !== other.digest)
      return `event ${String(at + 1)} that it emits, ${event.name}, is another one`
  }
  const missing = theirs[its.length]
  return missing && `it does not emit ${missing.name}, which the version that runs emits`
}

const rows = (what: string, theirs: readonly string[], its: readonly string[]): string | undefined => {
  if (theirs.length !== its.length)
    return `number of each ${what}: ${String(its.length)}, and ${String(theirs.length)} of the version that runs`
  for (const [at, row] of its.entries()) {
    const path = jsonDifference(JSON.parse(theirs[at] ?? 'null'), JSON.parse(row))
    if (path !== undefined) return `${what} number ${String(at + 1)} is another one${atPath(path)}`
  }
  return undefined
}

/** States in different forms are not compared. */
const states = (
  before: HeldState | undefined,
  theirs: CollectedEffects,
  its: CollectedEffects,
): string | undefined => {
  const [live, shadow] = [theirs.state ?? before, its.state ?? before]
  if (live?.form !== shadow?.form) return undefined
  if (live?.json === shadow?.json) return undefined
  const path = jsonDifference(parsed(live), parsed(shadow))
  return path === undefined ? undefined : `the state that it leaves is another one${atPath(path)}`
}

const parsed = (state: HeldState | undefined): unknown =>
  state?.json === undefined ? undefined : (JSON.parse(state.json) as unknown)

const longestPath = 100

const atPath = (path: string): string => (path === '' ? '' : `, at ${path.slice(0, longestPath)}`)
