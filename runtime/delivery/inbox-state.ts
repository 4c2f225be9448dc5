/**
 * What the inbox says of a key. A key is remembered for INBOX_DAYS; parked and dead ones until they are settled, at
 * most for thirty days.
 */

/** state → where a retry of the parked event, or a redrive of the dead one, may move it. */
export const inboxTransitions = {
  done: [],
  rejected: [],
  parked: ['done', 'rejected', 'parked', 'dead'],
  dead: ['done', 'rejected', 'parked', 'dead'],
} as const satisfies Record<string, readonly string[]>

/** The same, for what is settled: it is moved by a replay alone, which does not park. */
const replayedTransitions: Readonly<Record<string, readonly InboxState[]>> = {
  done: ['rejected', 'dead'],
  rejected: ['done', 'dead'],
}

/** What is remembered of a handled event, so that the next one with its key does nothing. */
export interface InboxKey {
  readonly tenant: string
  readonly key: string
}

export type InboxState = keyof typeof inboxTransitions

export const mayMove = (from: InboxState, to: InboxState, isReplayed = false): boolean =>
  (inboxTransitions[from] as readonly InboxState[]).includes(to) ||
  (isReplayed && (replayedTransitions[from]?.includes(to) ?? false))

/**
 * Whether a stranger's event with this key, one from another offset, is settled by it. That of a parked or dead event
 * is not: it is counted as its duplicate and linked to it, since what it stands for has not happened.
 */
export const suppresses = (state: InboxState): boolean => state === 'done' || state === 'rejected'
