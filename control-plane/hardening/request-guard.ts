/**
 * What every request of an API passes before GraphQL sees it, in this order: method, key, content type, size, shape. And
 * what every answer carries.
 */

import type { FastifyInstance } from 'fastify'

import type { KeyHolder } from '../auth/api-key.ts'
import { authenticate } from '../auth/authenticate.ts'
import type { Sql } from '../read-model/sql.ts'
import { refuseOtherContent, refuseOtherMethods, requireQuery } from './request-checks.ts'

/** For the scope of `app`. `kind`: whose keys open this API. */
export const guardRequests = (app: FastifyInstance, sql: Sql, kind: KeyHolder['kind']): void => {
  app.decorateRequest('keyHolder', null)
  app.addHook('onRequest', refuseOtherMethods)
  app.addHook('onRequest', authenticate(sql, kind))
  app.addHook('onRequest', refuseOtherContent)
  app.addHook('preHandler', requireQuery)
  app.addHook('onSend', async (_, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
  })
}
