/** What the outside gives a decision: passed in, so that it can be repeated. */
export interface Circumstances {
  /** 0 to 1. */
  random(): number
  /** ms since the epoch, with fractions where the clock has them. */
  now(): number
  readonly deadLetterTopic: string
}
