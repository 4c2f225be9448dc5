/** What filters of packages and orders share. */

export interface ChangeTime {
  /** From this moment on. */
  readonly changedSince?: Date | null | undefined
  /** Before this moment. */
  readonly changedBefore?: Date | null | undefined
}

/** Ms since the epoch; without a bound infinite, which Postgres's times can be. */
export const boundsOf = ({ changedSince, changedBefore }: ChangeTime) => ({
  since: changedSince?.getTime() ?? -Infinity,
  before: changedBefore?.getTime() ?? Infinity,
})

/** Postgres texts hold no NUL, so no row has such an id; asking for it would be an error instead of "none". */
export const isPossibleId = (id: string): boolean => !id.includes('\0')
