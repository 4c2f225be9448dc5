/** A question that is asked again and again while its page is looked at; at once when its bell rings. */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks'

import { ask, type Question, type Refusal, type Variables } from './ask.ts'
import { isLive, listen, tellAnswered } from './live.ts'

export interface Polled<T> {
  /** The last answer; kept while a later question fails. */
  readonly data: T | undefined
  readonly refusal: Refusal | undefined
  readonly at: number
  /** Asks now: something was changed. */
  readonly again: () => void
}

const everyMs = 2_000
/** While a bell tells of changes: not of all that a page shows. */
const liveEveryMs = 10_000
/** However often the bell rings. */
const leastMs = 500

interface PollOptions {
  /** The answer does not change: it is asked for until it is there. */
  readonly once?: boolean
}

/** `bell`: a subscription whose messages mean that the answer may have changed. */
export const usePolled = <T>(
  query: string,
  variables?: Variables,
  bell?: Question,
  { once = false }: PollOptions = {},
): Polled<T> => {
  const [polled, setPolled] = useState<Omit<Polled<T>, 'again'>>({
    data: undefined,
    refusal: undefined,
    at: 0,
  })
  const poll = useRef<Poll>(undefined)
  const given = JSON.stringify(variables ?? {})
  const bellText = bell && JSON.stringify(bell)
  useEffect(() => {
    const leaving = new AbortController()
    const question = { query, variables: JSON.parse(given) as Variables }
    const asking = new Poll(leaving.signal, { hasBell: bellText !== undefined, once }, () =>
      ask<T>(question, leaving.signal).then(
        (data) => {
          tellAnswered(true)
          setPolled({ data, refusal: undefined, at: Date.now() })
          return true
        },
        (error: unknown) => {
          if (leaving.signal.aborted) return true
          const refusal = error as Refusal
          tellAnswered(refusal.status !== 0)
          setPolled(({ data, at }) => ({ data, at, refusal }))
          return refusal.status === 400
        },
      ),
    )
    poll.current = asking
    const looked = (): void => asking.soon(0)
    document.addEventListener('visibilitychange', looked)
    const leave =
      bellText === undefined
        ? undefined
        : listen(JSON.parse(bellText) as Question, () => asking.soon(leastMs))
    asking.soon(0)
    return () => {
      leaving.abort()
      leave?.()
      document.removeEventListener('visibilitychange', looked)
    }
  }, [query, given, bellText, once])
  const again = useCallback(() => poll.current?.again(), [])
  return { ...polled, again }
}

/** One question under way at a time. What is asked for meanwhile is asked after it. */
class Poll {
  readonly #hasBell: boolean
  readonly #once: boolean
  readonly #leaving: AbortSignal
  /** Whether there is nothing more to ask. */
  readonly #question: () => Promise<boolean>
  #timer: ReturnType<typeof setTimeout> | undefined
  #askedAt = -Infinity
  #dueAt = Infinity
  #isAsking = false
  #isDone = false

  constructor(
    leaving: AbortSignal,
    { hasBell, once }: { readonly hasBell: boolean; readonly once: boolean },
    question: () => Promise<boolean>,
  ) {
    this.#once = once
    this.#leaving = leaving
    this.#hasBell = hasBell
    this.#question = question
    leaving.addEventListener('abort', () => clearTimeout(this.#timer))
  }

  /** Also what is there already. */
  again(): void {
    this.#isDone = false
    this.soon(0)
  }

  /** At the earliest so long after the question before. */
  soon(sinceLastMs: number): void {
    if (this.#isDone) return
    const at = Math.max(performance.now(), this.#askedAt + sinceLastMs)
    if (at >= this.#dueAt) return
    this.#dueAt = at
    if (!this.#isAsking) this.#wait()
  }

  #wait(): void {
    clearTimeout(this.#timer)
    if (!this.#leaving.aborted)
      this.#timer = setTimeout(() => void this.#ask(), Math.max(0, this.#dueAt - performance.now()))
  }

  async #ask(): Promise<void> {
    this.#dueAt = Infinity
    // Nobody looks: the next look asks at once.
    if (document.visibilityState === 'visible') {
      this.#isAsking = true
      this.#askedAt = performance.now()
      this.#isDone = (await this.#question()) && this.#once
      this.#isAsking = false
      if (this.#isDone) return
    }
    const next = performance.now() + (this.#hasBell && isLive() ? liveEveryMs : everyMs)
    this.#dueAt = Math.min(this.#dueAt, next)
    this.#wait()
  }
}
