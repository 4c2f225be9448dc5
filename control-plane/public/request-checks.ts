/** What is refused before GraphQL sees a request: whoever has no key, and whatever is no query. */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError } from 'graphql'

import type { Sql } from '../read-model/sql.ts'
import { tenantOfKey } from '../auth/api-key.ts'
import { InputError } from '../read-model/input-error.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose data this request may read; '' until its key was looked at. */
    tenant: string
  }
}

/** The API answers POST only: a GET can be made by any page or image that a customer's browser loads. */
export const refuseOtherMethods = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
  if (request.method === 'POST') return
  await reply
    .code(405)
    .header('allow', 'POST')
    .send(refusal('METHOD_NOT_ALLOWED', 'Send queries by POST, as application/json.'))
}

/** Sets `request.tenant`, or answers 401: the same for no key, one that is not ours, and one that was revoked. */
export const authenticate =
  (sql: Sql) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const key = keyOf(request)
    const tenant = key === undefined ? undefined : await tenantOfKey(sql, key)
    if (tenant !== undefined) {
      request.tenant = tenant
      return
    }
    await reply
      .code(401)
      .header('www-authenticate', 'Bearer realm="troupe"')
      .send(refusal('UNAUTHENTICATED', 'Send a valid API key: "Authorization: Bearer trp_…".'))
  }

const keyOf = ({ headers }: FastifyRequest): string | undefined => {
  const given = headers['x-api-key']
  if (typeof given === 'string') return given
  return /^Bearer ([^ ]+)$/i.exec(headers.authorization ?? '')?.[1]
}

/** A body without a query would come back as an error of the parser about `undefined`. */
export const requireQuery = (request: FastifyRequest): Promise<void> => {
  const { query } = (request.body ?? {}) as { readonly query?: unknown }
  if (typeof query === 'string' && query.trim() !== '') return Promise.resolve()
  return Promise.reject(new InputError('The body is no object with a "query".'))
}

/**
 * mercurius takes JSON for an already parsed document, past the parser and its limit of tokens. No GraphQL document is
 * valid JSON, so whatever parses as JSON is no query.
 */
export const refuseParsedDocuments = (source: string): void => {
  try {
    JSON.parse(source)
  } catch {
    return
  }
  throw new GraphQLError('Syntax Error: the query is JSON, not GraphQL.')
}

const refusal = (code: string, message: string): object => ({
  data: null,
  errors: [{ message, extensions: { code } }],
})
