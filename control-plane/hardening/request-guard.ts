/**
 * What every request of an API passes before GraphQL sees it, in this order: method, credential, rate, content type, size,
 * shape. And what every answer carries.
 */

import type { FastifyInstance } from 'fastify'

import type { Access } from '../auth/access.ts'
import { authenticate, type Wanted } from '../auth/authenticate.ts'
import { limitRates } from '../auth/rate-limit.ts'
import {
  type QueryOf,
  refuseOtherContent,
  refuseOtherMethods,
  requireQuery,
  writtenQuery,
} from './request-checks.ts'

export interface Guard {
  readonly access: Access
  readonly wanted: Wanted
  /** Of one credential. */
  readonly requestsPerMinute: number
  /** Default: what stands in the body. */
  readonly queryOf?: QueryOf | undefined
}

/** For the scope of `app`. */
export const guardRequests = async (
  app: FastifyInstance,
  { access, wanted, requestsPerMinute, queryOf = writtenQuery }: Guard,
): Promise<void> => {
  app.decorateRequest('keyHolder', null)
  app.addHook('onRequest', refuseOtherMethods)
  app.addHook('onRequest', authenticate(access, wanted))
  await limitRates(app, requestsPerMinute)
  app.addHook('onRequest', refuseOtherContent)
  app.addHook('preHandler', requireQuery(queryOf))
  app.addHook('onSend', async (_, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    // A hint of the schema's, or nothing is kept.
    if (reply.statusCode !== 200 || !reply.hasHeader('cache-control'))
      reply.header('cache-control', 'no-store')
  })
}
