/** Where records that are given up go. */
export interface LetterTopics {
  readonly deadLetterTopic: string
  /** Of all actors, for those who look after the code. Undefined: there is none. */
  readonly unhandledTopic: string | undefined
}

/** What the outside gives a decision: passed in, so that it can be repeated. */
export interface Circumstances extends LetterTopics {
  /** 0 to 1. */
  random(): number
  /** ms since the epoch, with fractions where the clock has them. */
  now(): number
}
