/** The versions of an actor, out of what its live processes tell of them. Pure. */

import type { ActorStatus, ActorVersionStatus } from '../../../runtime/control/index.ts'
import { countOf, shadowReport, type ShadowReportView } from './shadow-report.ts'

export interface ActorVersionView {
  readonly version: string
  /** Where processes do not agree, in the middle of a change: the first of current, canary, shadow, former. */
  readonly role: ActorVersionStatus['role']
  readonly partitions: readonly number[]
  readonly applied: number
  readonly rejected: number
  readonly exhausted: number
  readonly others: number
  readonly shadow: ShadowReportView | undefined
}

const roles = ['current', 'canary', 'shadow', 'former'] as const

/** The one that runs, its canary, its shadow, then those that ran. */
export const actorVersions = (told: readonly ActorStatus[]): readonly ActorVersionView[] => {
  const byVersion = Map.groupBy(
    told.flatMap(({ versions }) => versions ?? []),
    ({ version }) => version,
  )
  return [...byVersion]
    .map(([version, all]) => viewOf(version, all))
    .toSorted((one, other) => roles.indexOf(one.role) - roles.indexOf(other.role))
}

const viewOf = (version: string, told: readonly ActorVersionStatus[]): ActorVersionView => {
  const sum = (...outcomes: readonly (keyof ActorVersionStatus['counts'])[]): number =>
    told.reduce(
      (total, { counts }) => outcomes.reduce((all, outcome) => all + countOf(counts[outcome]), total),
      0,
    )
  return {
    version,
    role: roles.find((role) => told.some((each) => each.role === role)) ?? 'former',
    partitions: [...new Set(told.flatMap(({ partitions }) => partitions))].toSorted((a, b) => a - b),
    applied: sum('applied'),
    rejected: sum('rejected'),
    exhausted: sum('exhausted'),
    shadow: shadowReport(told.flatMap(({ shadow }) => shadow ?? [])),
    others: sum('undecodable', 'duplicate', 'redelivered', 'skipped'),
  }
}
