/** An HTTP server of the control plane: its time limits, its answers beside the API, how it listens and how it ends. */

import Fastify, { type FastifyError, type FastifyInstance } from 'fastify'

import { messageOf, TroupeError } from '../../runtime/errors.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import { limits } from './limits.ts'

export interface Address {
  readonly host: string
  /** 0: a free one. */
  readonly port: number
}

const closeDeadlineMs = 5_000

/** `trustedProxies`: whose word on a client's address is taken; undefined: nobody's. `answerMs`: default as in limits.ts. */
export const httpServer = (
  log: Log,
  trustedProxies?: string,
  answerMs: number = limits.requestMs,
): FastifyInstance => {
  const app = Fastify({
    logger: false,
    trustProxy: trustedProxies ?? false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    connectionTimeout: 2 * limits.requestMs,
  })
  answerInTime(app, answerMs)
  app.get('/healthz', () => ({ status: 'ok' }))
  app.setNotFoundHandler((_, reply) =>
    reply.code(404).send({ error: 'Nothing is here. The API is at /graphql.' }),
  )
  app.setErrorHandler((error: FastifyError, _, reply) => {
    const { statusCode = 500 } = error
    if (statusCode >= 400 && statusCode < 500)
      return reply.code(statusCode).send({ error: 'The request is not one that can be answered.' })
    log.error('a request failed', { err: error })
    return reply.code(500).send({ error: 'Something went wrong on our side.' })
  })
  return app
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Ends the wait for an answer; null until the request is looked at. */
    answerTimer: NodeJS.Timeout | null
  }
}

/**
 * Whatever hangs, a client is answered. Fastify's `handlerTimeout` does it too, and makes and aborts a signal for each
 * request, which took a tenth of the time of a quick one.
 */
const answerInTime = (app: FastifyInstance, answerMs: number): void => {
  app.decorateRequest('answerTimer', null)
  app.addHook('onRequest', (request, reply, next) => {
    request.answerTimer = setTimeout(() => {
      // An answer that is on its way ends by itself; a WebSocket's handshake is none.
      if (!reply.sent && !reply.raw.headersSent) void reply.send(new TooLate())
    }, answerMs).unref()
    next()
  })
  app.addHook('onSend', (request, _, payload, next) => {
    if (request.answerTimer !== null) clearTimeout(request.answerTimer)
    next(null, payload)
  })
}

class TooLate extends Error {
  override readonly name = 'TooLate'
  readonly statusCode = 503

  constructor() {
    super('the request was not answered in time')
  }
}

/** Answers `http://host:port`. Throws CONFIG_INVALID naming `api` and the variables that say where it listens. */
export const listen = async (
  app: FastifyInstance,
  { host, port }: Address,
  { api, variables }: { readonly api: string; readonly variables: string },
): Promise<string> => {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    throw new TroupeError(
      'CONFIG_INVALID',
      `${api} cannot listen on ${host}:${port} (${variables}): ${messageOf(error)}`,
      { cause: error },
    )
  }
}

/** Answers what is under way, then closes. A client that never finishes its request must not hold up a stop: it is cut after 5 s. */
export const closeServer = async (app: FastifyInstance): Promise<void> => {
  const deadline = setTimeout(() => app.server.closeAllConnections(), closeDeadlineMs)
  try {
    await app.close()
  } finally {
    clearTimeout(deadline)
  }
}
