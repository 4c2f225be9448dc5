/** Questions to the operators' API of this origin, with the key that was typed in: it lives as long as the tab. */

const keyName = 'troupe-operator-key'

export const keptKey = (): string | null => sessionStorage.getItem(keyName)
export const keepKey = (key: string): void => {
  sessionStorage.setItem(keyName, key)
}
export const forgetKey = (): void => {
  sessionStorage.removeItem(keyName)
}

/** What went wrong, in words for an operator. */
export class Refusal extends Error {
  /** 0: nobody answered. */
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

interface Answer<T> {
  readonly data: T | null
  readonly errors?: readonly { readonly message: string }[]
}

export type Variables = Readonly<Record<string, unknown>>

export interface Question {
  readonly query: string
  readonly variables?: Variables | undefined
}

/** Throws Refusal. */
export const ask = async <T>({ query, variables = {} }: Question, signal: AbortSignal): Promise<T> => {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${keptKey() ?? ''}` },
    body: JSON.stringify({ query, variables }),
    signal,
  }).catch((error: unknown) => {
    if (signal.aborted && (signal.reason as Error).name !== 'TimeoutError') throw error
    throw new Refusal(0, 'The control plane does not answer.')
  })
  const { data, errors } = (await response.json().catch(() => ({ data: null }))) as Answer<T>
  if (data !== null && errors === undefined) return data
  throw new Refusal(
    response.status,
    errors?.[0]?.message ?? `Answered with status ${String(response.status)}.`,
  )
}
