/**
 * The explorer: a page to write queries in, at `/explorer`, for development. It comes from this server whole: its policy
 * lets the browser fetch from this origin alone, so that what its libraries would fetch elsewhere stays unfetched.
 */

import { createHash } from 'node:crypto'

import { AltairFastify } from 'altair-fastify-plugin'
import type { FastifyInstance } from 'fastify'

export interface ExplorerOptions {
  /** What stands in the editor at first. */
  readonly query: string
}

const path = '/explorer'

/** A header without a key that is one: its place is seen, and no key of anybody's is in the page. */
const headers = { Authorization: 'Bearer trp_PUT_YOUR_KEY_HERE' }

/** To be registered in a scope of its own: its headers are for the page and its files alone. */
export const explorer = async (app: FastifyInstance, { query }: ExplorerOptions): Promise<void> => {
  app.addHook('onSend', (_, reply, payload, done) => {
    reply
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .header('x-frame-options', 'SAMEORIGIN')
    if (String(reply.getHeader('content-type')).startsWith('text/html')) {
      reply
        .header('content-security-policy', policyFor(typeof payload === 'string' ? payload : ''))
        .header('cache-control', 'no-store')
    }
    done()
  })
  // Altair's files have an index page of their own, which knows nothing of this API.
  app.get(`${path}/`, (_, reply) => reply.redirect(path, 308))
  app.get(`${path}/index.html`, (_, reply) => reply.redirect(path, 308))
  await app.register(AltairFastify, {
    path,
    baseURL: `${path}/`,
    endpointURL: '/graphql',
    initialQuery: query,
    initialHeaders: headers,
    disableAccount: true,
    initialSettings: {
      'alert.disableUpdateNotification': true,
      disablePushNotification: true,
      'banners.disable': true,
    },
  })
}

/** Scripts: this origin's files, and those written into this very page. */
const policyFor = (page: string): string => {
  const inline = [...page.matchAll(/<script[^>]*>([^]+?)<\/script>/g)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  )
  return [
    `default-src 'none'`,
    `script-src ${[`'self'`, ...inline].join(' ')}`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data:`,
    `font-src 'self' data:`,
    `connect-src 'self'`,
    `worker-src 'self' blob:`,
    `manifest-src 'self'`,
    `frame-src 'self'`,
    `frame-ancestors 'self'`,
    `base-uri 'self'`,
    `form-action 'none'`,
  ].join('; ')
}
