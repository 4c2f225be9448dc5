/** What is refused before GraphQL sees a request: whatever is no query. Who asks is looked at in `auth/authenticate.ts`. */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError } from 'graphql'

import { InputError } from '../read-model/input-error.ts'

/** The API answers POST only: a GET can be made by any page or image that a customer's browser loads. */
export const refuseOtherMethods = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
  if (request.method === 'POST') return
  await reply
    .code(405)
    .header('allow', 'POST')
    .send(refusal('METHOD_NOT_ALLOWED', 'Send queries by POST, as application/json.'))
}

/**
 * JSON alone: a browser sends it to another site only after asking. Forms and plain text, which it sends unasked, are
 * refused before they are read.
 */
export const refuseOtherContent = (request: FastifyRequest): Promise<void> =>
  /^application\/json *(;|$)/i.test(request.headers['content-type'] ?? '')
    ? Promise.resolve()
    : Promise.reject(new InputError('Send the query as application/json.'))

/** What a body asks; throws InputError when it asks nothing. */
export type QueryOf = (body: { readonly query?: unknown; readonly extensions?: unknown }) => string

/** A body without a query would come back as an error of the parser about `undefined`. */
export const writtenQuery: QueryOf = ({ query }) => {
  if (typeof query === 'string' && query.trim() !== '') return query
  throw new InputError('The body is no object with a "query".')
}

/** From here on the body has its query, wherever it came from. */
export const requireQuery =
  (queryOf: QueryOf) =>
  async (request: FastifyRequest): Promise<void> => {
    const body = (request.body ?? {}) as { query?: unknown }
    body.query = queryOf(body)
    return Promise.resolve()
  }

/**
 * mercurius takes JSON for an already parsed document, past the parser and its limit of tokens. No GraphQL document is
 * valid JSON, so whatever parses as JSON is no query.
 */
export const refuseParsedDocuments = (source: string): void => {
  if (!mayBeJson.test(source)) return
  try {
    JSON.parse(source)
  } catch {
    return
  }
  throw new GraphQLError('Syntax Error: the query is JSON, not GraphQL.')
}

/** Holds for whatever is JSON, and for no query: to parse each and fail would cost more than all else that is looked at. */
const mayBeJson = /^\s*(?:\{\s*["}]|\[|"|-|\d|(?:true|false|null)\s*$)/

/** An answer in GraphQL's form to what never got to GraphQL. */
export const refusal = (code: string, message: string): object => ({
  data: null,
  errors: [{ message, extensions: { code } }],
})
