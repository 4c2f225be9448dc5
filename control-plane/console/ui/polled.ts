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

/** `bell`: a subscription whose messages mean that the answer may have changed. */
export const usePolled = <T>(query: string, variables?: Variables, bell?: Question): Polled<T> => {
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
    const asking = new Poll(leaving.signal, bellText !== undefined, () =>
      ask<T>(question, leaving.signal).then(
        (data) => {
          tellAnswered(true)
          setPolled({ data, refusal: undefined, at: Date.now() })
        },
        (error: unknown) => {
          if (leaving.signal.aborted) return
          const refusal = error as Refusal
          tellAnswered(refusal.status !== 0)
          setPolled(({ data, at }) => ({ data, at, refusal }))
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
  }, [query, given, bellText])
  const again = useCallback(() => poll.current?.soon(0), [])
  return { ...polled, again }
}

/** One question under way at a time. What is asked for meanwhile is asked after it. */
class Poll {
  readonly #hasBell: boolean
  readonly #leaving: AbortSignal
  readonly #question: () => Promise<void>
  #timer: ReturnType<typeof setTimeout> | undefined
  #askedAt = -Infinity
  #dueAt = Infinity
  #isAsking = false

  constructor(leaving: AbortSignal, hasBell: boolean, question: () => Promise<void>) {
    this.#leaving = leaving
    this.#hasBell = hasBell
    this.#question = question
    leaving.addEventListener('abort', () => clearTimeout(this.#timer))
  }

  /** At the earliest so long after the question before. */
  soon(sinceLastMs: number): void {
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
      await this.#question()
      this.#isAsking = false
    }
    const next = performance.now() + (this.#hasBell && isLive() ? liveEveryMs : everyMs)
    this.#dueAt = Math.min(this.#dueAt, next)
    this.#wait()
  }
}
