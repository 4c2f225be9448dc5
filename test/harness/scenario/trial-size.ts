/**
 * How much a trial does: `make test-kafka` runs the small form, `make soak` the large one (TRIAL_SIZE=soak). One table,
 * so that what was tried can be told from one place.
 */

import type { Test } from 'tap'

const sizes = {
  /** Consumers killed, and after how many effects each time, at most. */
  kills: { small: 10, soak: 50 },
  effectsBetweenKills: { small: 900, soak: 8_500 },
  /** Consumers killed while timers wait, and while keys are parked. */
  timerKills: { small: 6, soak: 50 },
  parkingKills: { small: 6, soak: 50 },
  /** Consumers killed while they give up records. */
  letterKills: { small: 5, soak: 50 },
  /** Consumers killed while records wait in retry topics. */
  retryTopicKills: { small: 5, soak: 50 },
  /** Rounds of the four cuts around COMMIT; crashes of Postgres. */
  commitCuts: { small: 2, soak: 20 },
  postgresCrashes: { small: 2, soak: 20 },
  /** The broker's connections reset; it is silent; it refuses: how often, and for how long. */
  brokerResets: { small: 3, soak: 10 },
  brokerSilences: { small: 1, soak: 10 },
  brokerRefusals: { small: 1, soak: 10 },
  brokerAwayMs: { small: 8_000, soak: 60_000 },
  /** Rounds of all ways in which a registry can be of no use. */
  registryRounds: { small: 1, soak: 5 },
  /** Members that join or leave, one after the other. */
  membersChanges: { small: 30, soak: 240 },
  /** Times that partitions are added. */
  partitionAdditions: { small: 1, soak: 3 },
  /** Records that hold their handler for longer than the poll interval, in pairs. */
  slowHandlers: { small: 1, soak: 5 },
  /** Stops with a start after each. */
  stops: { small: 10, soak: 100 },
  /** Events of which one in a hundred is poison. */
  poisonedEvents: { small: 5_000, soak: 100_000 },
  /** Midnights passed. */
  midnights: { small: 2, soak: 10 },
} as const satisfies Readonly<Record<string, { readonly small: number; readonly soak: number }>>

const form = process.env['TRIAL_SIZE'] === 'soak' ? 'soak' : 'small'

export const sizeOf = (what: keyof typeof sizes): number => sizes[what][form]

/** For the table at the end of a soak: what was done, and how often. */
export const tried = (t: Test, what: string, times: number): void => {
  t.comment(`tried: ${String(times)} × ${what}`)
}
