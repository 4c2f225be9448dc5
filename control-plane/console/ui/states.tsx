/** What a page says when it has nothing to show, or not yet, or not any more. */

import type { ComponentChildren } from 'preact'

import { duration } from './format.ts'
import type { Polled } from './polled.ts'

export const Loading = () => (
  <p class="state" role="status">
    Asking …
  </p>
)

export const Empty = ({ title, children }: { title: string; children: ComponentChildren }) => (
  <div class="state">
    <h2>{title}</h2>
    <p>{children}</p>
  </div>
)

const remedy = (status: number): string => {
  if (status === 401) return 'The key is not valid any more: sign out, and sign in with another.'
  if (status === 403) return "This key is not an operator's."
  if (status === 400) return ''
  if (status === 429) return 'Too many questions with this key: it goes on by itself in a minute.'
  return 'It is asked again every two seconds. Look at the log of the control plane, and whether Postgres is up.'
}

/** The page's content as soon as there is some; a failure above it, with what is known from before. */
export const Answered = <T,>({
  polled: { data, refusal, at },
  children,
}: {
  polled: Polled<T>
  children: (data: T) => ComponentChildren
}) => (
  <>
    {refusal && (
      <div class="refusal" role="alert">
        <strong>{refusal.message}</strong> {remedy(refusal.status)}
        {data !== undefined && ` What you see is ${duration(Date.now() - at)} old.`}
      </div>
    )}
    {data !== undefined ? children(data) : !refusal && <Loading />}
  </>
)
