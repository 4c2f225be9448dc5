/** Who asks: the key of a request, looked up once, before its body is read. */

import type { FastifyReply, FastifyRequest } from 'fastify'

import { refusal } from '../hardening/request-checks.ts'
import type { Sql } from '../read-model/sql.ts'
import { holderOfKey, type KeyHolder } from './api-key.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose key this request showed; null until it was looked at. */
    keyHolder: KeyHolder | null
  }
}

const wanted: Readonly<Record<KeyHolder['kind'], string>> = {
  tenant: "This key is an operator's. The public API wants a tenant's: npm run issue-api-key -- --tenant …",
  operator:
    "This key is a tenant's. The operators' API wants one with a role: npm run issue-api-key -- --role …",
}

/**
 * Sets `request.keyHolder`, or answers: 401, the same for no key, one that is not ours, and one that was revoked; 403 for a
 * key of ours that opens the other API.
 */
export const authenticate =
  (sql: Sql, kind: KeyHolder['kind']) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const key = keyOf(request)
    const holder = key === undefined ? undefined : await holderOfKey(sql, key)
    if (holder === undefined) {
      await reply
        .code(401)
        .header('www-authenticate', 'Bearer realm="troupe"')
        .send(refusal('UNAUTHENTICATED', 'Send a valid API key: "Authorization: Bearer trp_…".'))
    } else if (holder.kind !== kind) {
      await reply.code(403).send(refusal('FORBIDDEN', wanted[kind]))
    } else {
      request.keyHolder = holder
    }
  }

const keyOf = ({ headers }: FastifyRequest): string | undefined => {
  const given = headers['x-api-key']
  if (typeof given === 'string') return given
  return /^Bearer ([^ ]+)$/i.exec(headers.authorization ?? '')?.[1]
}
