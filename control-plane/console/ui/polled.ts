/** A question that is asked again and again while its page is looked at. */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks'

import { ask, type Refusal, type Variables } from './ask.ts'

export interface Polled<T> {
  /** The last answer; kept while a later question fails. */
  readonly data: T | undefined
  readonly refusal: Refusal | undefined
  readonly at: number
  /** Asks now: something was changed, or is said to have changed. */
  readonly again: () => void
}

const everyMs = 2_000

export const usePolled = <T>(query: string, variables?: Variables): Polled<T> => {
  const [polled, setPolled] = useState<Omit<Polled<T>, 'again'>>({
    data: undefined,
    refusal: undefined,
    at: 0,
  })
  const askNow = useRef<() => void>(undefined)
  const given = JSON.stringify(variables ?? {})
  useEffect(() => {
    const leaving = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const turn = { isAsking: false, isAskedMeanwhile: false }
    const askAgain = async (): Promise<void> => {
      clearTimeout(timer)
      if (turn.isAsking) {
        turn.isAskedMeanwhile = true
        return
      }
      turn.isAsking = true
      // Nobody looks: the next look asks at once.
      if (document.visibilityState === 'visible') {
        const question = { query, variables: JSON.parse(given) as Variables }
        await ask<T>(question, leaving.signal).then(
          (data) => {
            if (!leaving.signal.aborted) setPolled({ data, refusal: undefined, at: Date.now() })
          },
          (refusal: unknown) => {
            if (!leaving.signal.aborted)
              setPolled(({ data, at }) => ({ data, at, refusal: refusal as Refusal }))
          },
        )
      }
      turn.isAsking = false
      if (leaving.signal.aborted) return
      timer = setTimeout(() => void askAgain(), turn.isAskedMeanwhile ? 0 : everyMs)
      turn.isAskedMeanwhile = false
    }
    askNow.current = () => void askAgain()
    const looked = (): void => {
      if (document.visibilityState === 'visible') void askAgain()
    }
    document.addEventListener('visibilitychange', looked)
    void askAgain()
    return () => {
      leaving.abort()
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', looked)
    }
  }, [query, given])
  const again = useCallback(() => askNow.current?.(), [])
  return { ...polled, again }
}
