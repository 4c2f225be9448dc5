/**
 * Cautious mode: after an owner ended without giving its unit back, one of the records it had in hand may have ended
 * it. Those suspects are handled in a forked child without Kafka, then everything goes on at full speed. Who of them
 * was under way the child names, record by record; what follows from its end is `Suspects`'.
 *
 * C1: suspects are the offsets in [frontier, frontier + credit) that are not done, and only after an unclean end.
 * C2: only the child's own end is evidence: what killed it from outside (SIGKILL, SIGTERM, the parent's death) says
 *     nothing of the record, which runs again.
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
