/**
 * Cautious mode: after an owner ended without giving its unit back, one of the records it had in hand may have ended
 * it. Those suspects run one at a time in a forked child without Kafka, then everything goes on at full speed.
 *
 * C1: suspects are the offsets in [frontier, frontier + credit) that are not done, and only after an unclean end.
 * C2: only the child's own end is evidence: what killed it from outside (SIGKILL, SIGTERM, the parent's death) says
 *     nothing of the record, which runs again. A child that something outside goes on killing is told, not guessed at.
 * C3: a record is blamed when it was under way, alone; the end of a child between two records blames none.
 * C4: a death whose suspect was found does not use up the restart budget.
 */

import { difference, intersection, type OffsetRanges } from '../delivery/offset-ranges.ts'
import type { Ledger } from '../delivery/ledger.ts'
import type { Offset } from '../topic-partition.ts'
import type { FailureKind } from './failure.ts'

/** C1. `creditRecords`: how many offsets past the frontier an owner may have had in hand. `end`: of the log. */
export const suspectsOf = (
  { frontier, done }: Ledger,
  wasClean: boolean,
  creditRecords: number,
  end: Offset,
): OffsetRanges => {
  if (wasClean) return []
  const [first = [], ...others] = done
  return difference(
    [{ from: frontier, to: Math.min(frontier + creditRecords, end) }],
    others.reduce(intersection, first),
  )
}

export type CautiousMode =
  /** Batches, workers, full speed. `blamed`: what cautious mode found. */
  | { readonly kind: 'full-speed'; readonly blamed: readonly Offset[] }
  | {
      readonly kind: 'cautious'
      /** Not yet run, the one under way included. */
      readonly suspects: OffsetRanges
      readonly underWay: Offset | undefined
      /** Times in a row that something outside ended the child. */
      readonly outsideEnds: number
      readonly blamed: readonly Offset[]
    }
  /** Something outside goes on ending the child. */
  | { readonly kind: 'given-up'; readonly reason: string; readonly blamed: readonly Offset[] }

export type CautiousEvent =
  /** The child began with this record. Offsets without a record, or of other lanes, are passed over. */
  | { readonly kind: 'began'; readonly offset: Offset }
  /** The record's outcome is known, whatever it is. */
  | { readonly kind: 'ended'; readonly offset: Offset }
  /** Nothing of the suspects is below this offset any more. */
  | { readonly kind: 'passed'; readonly offset: Offset }
  | { readonly kind: 'child-ended'; readonly by: ChildEnd }

export type ChildEnd =
  { readonly kind: 'signal'; readonly signal: string } | { readonly kind: 'exit'; readonly code: number }

/** What a child that ended by itself says of the record under way; undefined: it was ended from outside (C2). */
export const failureOfChild = (end: ChildEnd): FailureKind | undefined => {
  if (end.kind === 'signal') return ownSignals.has(end.signal) ? 'process-abort' : undefined
  // A shell or a container's init tells a signal as 128 and its number.
  const signal = signalNumbers[end.code - 128]
  return signal === undefined || ownSignals.has(signal) ? 'process-abort' : undefined
}

/** What a process does to itself; V8 ends it with SIGABRT, SIGTRAP or SIGILL when its heap is used up. */
const ownSignals = new Set(['SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGTRAP', 'SIGFPE', 'SIGSYS'])

const signalNumbers: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
  31: 'SIGSYS',
}

const mostOutsideEnds = 5

export const beginCautiously = (suspects: OffsetRanges): CautiousMode => cautious(suspects, [])

/** Events out of turn throw: a record that began while another was under way, an end without its beginning. */
export const cautiously = (mode: CautiousMode, event: CautiousEvent): CautiousMode => {
  if (mode.kind !== 'cautious') throw new RangeError(`${event.kind} in ${mode.kind} mode`)
  const { suspects, underWay, blamed } = mode
  switch (event.kind) {
    case 'began':
      if (underWay !== undefined) outOfTurn(event, underWay)
      return { ...mode, underWay: event.offset }
    case 'ended':
      if (underWay !== event.offset) outOfTurn(event, underWay)
      return cautious(above(suspects, event.offset + 1), blamed)
    case 'passed':
      if (underWay !== undefined) outOfTurn(event, underWay)
      return cautious(above(suspects, event.offset), blamed)
    case 'child-ended':
      return afterChild(mode, event.by)
    default:
      return event satisfies never
  }
}

/** C4. */
export const usesRestartBudget = (mode: CautiousMode): boolean => mode.blamed.length === 0

const afterChild = (mode: Extract<CautiousMode, { kind: 'cautious' }>, by: ChildEnd): CautiousMode => {
  const { suspects, underWay, blamed } = mode
  if (failureOfChild(by) === undefined || underWay === undefined) {
    const outsideEnds = mode.outsideEnds + 1
    if (outsideEnds < mostOutsideEnds) return { ...mode, underWay: undefined, outsideEnds }
    const how = by.kind === 'signal' ? by.signal : `exit code ${String(by.code)}`
    return {
      kind: 'given-up',
      reason: `The process that tries the records after an unclean end was itself ended ${String(outsideEnds)} times in a row (the last time by ${how}), and no record was to blame. Look whether the machine runs out of memory or somebody kills it.`,
      blamed,
    }
  }
  return cautious(above(suspects, underWay + 1), [...blamed, underWay]) // C3
}

const cautious = (suspects: OffsetRanges, blamed: readonly Offset[]): CautiousMode =>
  suspects.length === 0
    ? { kind: 'full-speed', blamed }
    : { kind: 'cautious', suspects, underWay: undefined, outsideEnds: 0, blamed }

const above = (ranges: OffsetRanges, offset: Offset): OffsetRanges =>
  intersection(ranges, [{ from: offset, to: Infinity }])

function outOfTurn(event: { readonly kind: string; readonly offset: Offset }, underWay?: Offset): never {
  throw new RangeError(
    `${event.kind} ${String(event.offset)} while ${underWay === undefined ? 'nothing' : String(underWay)} is under way`,
  )
}
