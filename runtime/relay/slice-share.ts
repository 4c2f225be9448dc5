/**
 * Which slices a relay should have. Pure: leases and living relays in, what to do out. All relays decide by the same
 * survey and the same rule, each for itself; the leases see to it that they cannot both be right.
 *
 * SS1. Quotas add up to all slices, whoever lives: when everybody has its quota, every slice has a holder.
 * SS2. Only a slice without holder is claimed. Nobody takes from the living; they give.
 */

import type { OutboxSurvey } from '../delivery/outbox.ts'

export interface ShareChange {
  /** Running here, but the lease is another's or nobody's: stop at once. */
  readonly lost: readonly number[]
  /** More than its share: finish, then give back. */
  readonly release: readonly number[]
  readonly claim: readonly number[]
}

/** `running`: the slices at work here, those included that are being given back. `leaving`: those. */
export const shareChange = (
  relay: string,
  { leases, relays }: OutboxSurvey,
  running: ReadonlySet<number>,
  leaving: ReadonlySet<number> = new Set(),
): ShareChange => {
  const own = leases.filter(({ holder }) => holder === relay).map(({ slice }) => slice)
  const quota = quotaOf(relay, relays, leases.length)
  const kept = own.filter((slice) => !leaving.has(slice))
  const free = leases.filter(({ holder }) => holder === undefined).map(({ slice }) => slice)
  return {
    lost: [...running].filter((slice) => !own.includes(slice)),
    release: kept.slice(quota),
    claim: rotated(free, Math.max(0, relays.indexOf(relay)) * quota).slice(
      0,
      Math.max(0, quota - own.length),
    ),
  }
}

/** What is left over goes to the first relays of the list. A relay that is not on it counts as the last. */
export const quotaOf = (relay: string, relays: readonly string[], slices: number): number => {
  const at = relays.indexOf(relay)
  const living = at < 0 ? relays.length + 1 : relays.length
  const rank = at < 0 ? relays.length : at
  return Math.floor(slices / living) + (rank < slices % living ? 1 : 0)
}

/** Relays that claim at once begin at different ones. */
const rotated = (slices: readonly number[], by: number): readonly number[] => {
  const at = slices.length === 0 ? 0 : by % slices.length
  return [...slices.slice(at), ...slices.slice(0, at)]
}
