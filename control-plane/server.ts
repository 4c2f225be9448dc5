/** The control plane's process: its connections to Postgres, the public API and its port, and how they stop. */

import Fastify, { type FastifyInstance } from 'fastify'

import { messageOf, TroupeError } from '../runtime/errors.ts'
import { openDatabase } from '../runtime/store/index.ts'
import type { Log } from '../runtime/telemetry/index.ts'
import { publicApi } from './public/api.ts'
import { limits } from './public/limits.ts'

export interface ControlPlaneOptions {
  readonly databaseUrl: string
  readonly databaseConnections: number
  readonly publicApiHost: string
  /** 0: a free one. */
  readonly publicApiPort: number
  /** Whether clients may ask for the schema; not in production. */
  readonly publicApiIntrospection: boolean
}

export interface ControlPlane {
  /** Where the public API listens: `http://host:port`. */
  readonly publicUrl: string
  /** Answers what is under way, then closes; after 5 s whatever is still open is cut. */
  stop(): Promise<void>
}

const closeDeadlineMs = 5_000

export const startControlPlane = async (options: ControlPlaneOptions, log: Log): Promise<ControlPlane> => {
  const database = openDatabase({
    url: options.databaseUrl,
    applicationName: 'troupe-control-plane',
    maxConnections: options.databaseConnections,
    // Every query reads a page by its index; what takes longer is something else's fault, and must not pile up.
    statementTimeoutMs: 3_000,
  })
  const app = httpServer(log)
  try {
    await app.register(publicApi, { sql: database.sql, log, introspection: options.publicApiIntrospection })
    const publicUrl = await listen(app, options)
    return { publicUrl, stop: once(() => close(app, () => database.close())) }
  } catch (error) {
    await close(app, () => database.close())
    throw error
  }
}

const listen = async (
  app: FastifyInstance,
  { publicApiHost: host, publicApiPort: port }: ControlPlaneOptions,
): Promise<string> => {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    throw new TroupeError(
      'CONFIG_INVALID',
      `the public API cannot listen on ${host}:${port} (PUBLIC_API_HOST, PUBLIC_API_PORT): ${messageOf(error)}`,
      { cause: error },
    )
  }
}

const httpServer = (log: Log): FastifyInstance => {
  const app = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    handlerTimeout: limits.requestMs,
    connectionTimeout: 2 * limits.requestMs,
  })
  app.get('/healthz', () => ({ status: 'ok' }))
  app.setNotFoundHandler((_, reply) =>
    reply.code(404).send({ error: 'Nothing is here. The API is at /graphql.' }),
  )
  app.setErrorHandler((error, _, reply) => {
    log.error('a request failed', { err: error })
    return reply.code(500).send({ error: 'Something went wrong on our side.' })
  })
  return app
}

/** A client that never finishes its request must not hold up a stop. */
const close = async (app: FastifyInstance, closeDatabase: () => Promise<void>): Promise<void> => {
  const deadline = setTimeout(() => app.server.closeAllConnections(), closeDeadlineMs)
  try {
    await app.close()
  } finally {
    clearTimeout(deadline)
    await closeDatabase()
  }
}

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined
  return () => (done ??= work())
}
