/** How a shadow fares, out of what the live processes tell of it. Pure. */

import type { ShadowStatus } from '../../../runtime/control/index.ts'

export interface ShadowReportView extends Pick<
  ShadowStatus,
  'handled' | 'failed' | 'differing' | 'dropped' | 'lastFailure' | 'lastDifference'
> {
  readonly failures: readonly { readonly errorClass: string; readonly count: number }[]
  readonly ended: readonly string[]
}

/** Undefined: none of them has it. */
export const shadowReport = (told: readonly ShadowStatus[]): ShadowReportView | undefined => {
  if (told.length === 0) return undefined
  const sum = (of: (status: ShadowStatus) => unknown): number =>
    told.reduce((total, status) => total + countOf(of(status)), 0)
  const classes = [...new Set(told.flatMap(({ failures }) => Object.keys(failures)))]
  return {
    handled: sum(({ handled }) => handled),
    failed: sum(({ failed }) => failed),
    differing: sum(({ differing }) => differing),
    dropped: sum(({ dropped }) => dropped),
    failures: classes
      .map((errorClass) => ({ errorClass, count: sum(({ failures }) => failures[errorClass]) }))
      .toSorted((one, other) => other.count - one.count),
    lastFailure: told.findLast(({ lastFailure }) => lastFailure !== null)?.lastFailure ?? null,
    lastDifference: told.findLast(({ lastDifference }) => lastDifference !== null)?.lastDifference ?? null,
    ended: [...new Set(told.flatMap(({ ended }) => ended ?? []))],
  }
}

/** Another process wrote it. */
export const countOf = (count: unknown): number => (Number.isSafeInteger(count) ? (count as number) : 0)
