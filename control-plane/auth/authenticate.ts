/** Who asks: the credential of a request, judged once, before its body is read. */

import type { FastifyReply, FastifyRequest } from 'fastify'

import { refusal } from '../hardening/request-checks.ts'
import type { Access } from './access.ts'
import type { KeyHolder, TenantScope } from './key-holder.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose credential this request showed; null until it was looked at. */
    keyHolder: KeyHolder | null
  }
}

/** Whose credentials open an API, and which scope a tenant's must have. */
export type Wanted = { readonly kind: 'operator' } | { readonly kind: 'tenant'; readonly scope: TenantScope }

const hints: Readonly<Record<KeyHolder['kind'], string>> = {
  tenant:
    "This credential is an operator's. The public API wants a tenant's: npm run issue-api-key -- --tenant …",
  operator:
    "This credential is a tenant's. The operators' API wants one with a role: npm run issue-api-key -- --role …",
}

/**
 * Sets `request.keyHolder`, or answers: 401, the same for no credential, one that is not ours, one that has expired and one
 * that was revoked; 403 for one of ours that opens the other API, or lacks the scope; 429 to an address that has shown too
 * many wrong ones.
 */
export const authenticate =
  (access: Access, wanted: Wanted) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const verdict = await access.judge(credentialIn(request.headers), wanted.kind, request.ip)
    switch (verdict.kind) {
      case 'let-in':
        request.keyHolder = verdict.holder
        if (!hasScope(verdict.holder, wanted))
          await reply.code(403).send(refusal('FORBIDDEN', lacking(wanted)))
        return
      case 'unknown':
        await reply
          .code(401)
          .header('www-authenticate', 'Bearer realm="troupe"')
          .send(refusal('UNAUTHENTICATED', 'Send a valid API key: "Authorization: Bearer trp_…".'))
        return
      case 'other-api':
        await reply.code(403).send(refusal('FORBIDDEN', hints[wanted.kind]))
        return
      case 'too-many':
        await reply
          .code(429)
          .header('retry-after', String(verdict.waitS))
          .send(
            refusal(
              'TOO_MANY_REQUESTS',
              `Too many wrong credentials: wait ${String(verdict.waitS)} seconds.`,
            ),
          )
        return
      default:
        verdict satisfies never
    }
  }

export const hasScope = (holder: KeyHolder, wanted: Wanted): boolean =>
  holder.kind !== 'tenant' || wanted.kind !== 'tenant' || holder.scopes.includes(wanted.scope)

const lacking = (wanted: Wanted): string =>
  `This credential lacks the scope ${wanted.kind === 'tenant' ? wanted.scope : ''}.`

/** Of HTTP headers, or of what a WebSocket's client says in its first message. */
export const credentialIn = (headers: Readonly<Record<string, unknown>>): string | undefined => {
  const given = headers['x-api-key']
  if (typeof given === 'string') return given
  const { authorization } = headers
  return typeof authorization === 'string' ? /^Bearer ([^ ]+)$/i.exec(authorization)?.[1] : undefined
}
