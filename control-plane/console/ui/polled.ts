/** A question that is asked again and again while its page is looked at. */

import { useEffect, useState } from 'preact/hooks'

import { ask, type Refusal } from './ask.ts'

export interface Polled<T> {
  /** The last answer; kept while a later question fails. */
  readonly data: T | undefined
  readonly refusal: Refusal | undefined
  readonly at: number
}

const everyMs = 2_000

export const usePolled = <T>(query: string): Polled<T> => {
  const [polled, setPolled] = useState<Polled<T>>({ data: undefined, refusal: undefined, at: 0 })
  useEffect(() => {
    const leaving = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const askAgain = async (): Promise<void> => {
      // Nobody looks: the next look asks at once.
      if (document.visibilityState === 'visible') {
        await ask<T>(query, leaving.signal).then(
          (data) => {
            setPolled({ data, refusal: undefined, at: Date.now() })
          },
          (refusal: unknown) => {
            if (!leaving.signal.aborted)
              setPolled(({ data, at }) => ({ data, at, refusal: refusal as Refusal }))
          },
        )
      }
      if (!leaving.signal.aborted) timer = setTimeout(() => void askAgain(), everyMs)
    }
    void askAgain()
    return () => {
      leaving.abort()
      clearTimeout(timer)
    }
  }, [query])
  return polled
}
