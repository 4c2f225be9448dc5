/** What a test asks of the operators' API, as an operator would. */

export interface OperatorAnswer {
  readonly status: number
  // What a test asks for it says itself.
  readonly data: Record<string, never>
  readonly errors: readonly { message: string; extensions: { code: string } }[] | undefined
}

export type OperatorsQuery = (query: string, variables?: object) => Promise<OperatorAnswer>

/** `url`: of `/graphql`. */
export const operatorsQuery =
  (url: string, key: string): OperatorsQuery =>
  async (query, variables = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = (await response.json()) as Pick<OperatorAnswer, 'data' | 'errors'>
    return { status: response.status, data, errors }
  }
