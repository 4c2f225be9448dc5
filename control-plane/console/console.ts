/**
 * The console: a page for operators at `/console/`, beside their API. It comes from this server whole, asks this server
 * alone, and nothing runs in it but its own files. It shows what the key that is typed into it may see, and no more.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'

import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

export interface ConsoleOptions {
  /** What `npm run build-console` made; default: dist/console. */
  readonly folder?: string
}

const path = '/console/'
const built = join(import.meta.dirname, '../../dist/console')

const policy = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `img-src 'self'`,
  `connect-src 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ')

/** To be registered in a scope of its own: its headers are for its files alone. */
export const operatorConsole = async (
  app: FastifyInstance,
  { folder = built }: ConsoleOptions,
): Promise<void> => {
  app.addHook('onSend', async (_, reply) => {
    reply
      .header('content-security-policy', policy)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
  })
  for (const place of ['/', '/console']) app.get(place, (_, reply) => reply.redirect(path, 302))
  if (!existsSync(join(folder, 'index.html'))) {
    app.get(path, (_, reply) =>
      reply.code(503).type('text/plain').send('The console was not built: npm run build-console makes it.\n'),
    )
    return
  }
  await app.register(fastifyStatic, {
    root: folder,
    prefix: path,
    decorateReply: false,
    setHeaders: (response, file) => {
      // Names of assets change with their content.
      const lasts = file.includes('/assets/')
      response.header('cache-control', lasts ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}
