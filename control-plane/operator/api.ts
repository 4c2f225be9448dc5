/**
 * The operators' API: `POST /graphql`, for keys with a role. In the order in which a request meets them: method, key,
 * content type, size, shape; then tokens, validity, depth, aliases, directives; then cost; then time.
 *
 * Apollo Server is kept from what it does unasked: no page from a CDN, nothing reported to its makers, whatever the
 * environment says, no persisted queries, no signal handlers, no errors in its own words.
 */

import { readFile } from 'node:fs/promises'

import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { GraphQLScalarType } from 'graphql'

import { TroupeError } from '../../runtime/errors.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import type { Access } from '../auth/access.ts'
import { errorAnswer } from '../hardening/error-answer.ts'
import { validateOptions, validationRules } from '../hardening/limits.ts'
import { refuseCostly } from '../hardening/query-cost.ts'
import { guardRequests } from '../hardening/request-guard.ts'
import { DateTime, SafeInt } from '../hardening/scalars.ts'
import { statusReader, type StatusReader } from '../read-model/operator/status-reports.ts'
import type { Sql } from '../read-model/sql.ts'
import { operatorLimits } from './limits.ts'
import type { RequestContext } from './request-context.ts'
import { resolvers } from './resolvers.ts'
import { commandLoads } from './steering/command-loads.ts'
import type { OperatorStores } from './stores.ts'

export interface OperatorApiOptions {
  readonly access: Access
  /** Of one key. */
  readonly requestsPerMinute: number
  readonly sql: Sql
  /** They are the caller's to close. */
  readonly stores: OperatorStores
  readonly log: Log
  /** Whether operators may ask for the schema. */
  readonly introspection: boolean
  /** How old the reports of an answer may be, read together for several requests; default: `statusReader`'s. */
  readonly statusMaxAgeMs?: number
}

const sdlFile = new URL('../../schemas/graphql/operator.graphql', import.meta.url)

/** To be registered in a scope of its own: its hooks and error handler are for `/graphql` alone. */
export const operatorApi = async (app: FastifyInstance, options: OperatorApiOptions): Promise<void> => {
  const { sql, stores, log, introspection, statusMaxAgeMs: maxAgeMs } = options
  await guardRequests(app, { ...options, wanted: { kind: 'operator' } })
  app.setErrorHandler((error: Error, _, reply) => {
    const { statusCode, response } = errorAnswer({ errors: [error] }, log)
    return reply.code(statusCode).send(response)
  })
  const apollo = new ApolloServer<RequestContext>({
    typeDefs: await readFile(sdlFile, 'utf8'),
    resolvers: { ...resolvers, DateTime, SafeInt } as unknown as Record<string, GraphQLScalarType>,
    // Our own rule refuses it where it is not allowed; Apollo's would tell clients how to switch it on.
    introspection: true,
    hideSchemaDetailsFromClientErrors: !introspection,
    validationRules: validationRules({ introspection }),
    validationOptions: validateOptions({ introspection }),
    parseOptions: { maxLexicalTokens: operatorLimits.tokens },
    maxRecursiveSelections: operatorLimits.selections,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    cache: 'bounded',
    logger: loggerOf(log),
    plugins: [
      refuseCost,
      tellErrors(log),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
  })
  await apollo.start()
  app.addHook('onClose', () => apollo.stop())
  const reader = statusReader({ sql, ...(maxAgeMs !== undefined && { maxAgeMs }) })
  app.route({
    // Others are answered by the guard, which a route must exist for.
    method: ['POST', 'GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/graphql',
    handler: fastifyApolloHandler(apollo, {
      context: (request) => Promise.resolve(contextOf(request, reader, sql, stores)),
    }),
  })
}

/** What Apollo Server has to say of itself is for us, and only when something is wrong. */
const loggerOf = (log: Log) => ({
  debug: () => undefined,
  info: () => undefined,
  warn: (message?: unknown) => log.warn(String(message)),
  error: (message?: unknown) => log.error(String(message)),
})

/** Less than a request may last. */
const patienceMs = 8_000

const contextOf = (
  { keyHolder }: FastifyRequest,
  reader: StatusReader,
  sql: Sql,
  stores: OperatorStores,
): RequestContext => {
  if (keyHolder?.kind !== 'operator') throw new TroupeError('BUG', 'a request of no operator reached GraphQL')
  let picture: ReturnType<StatusReader['current']> | undefined
  return {
    role: keyHolder.role,
    keyName: keyHolder.keyName,
    picture: () => (picture ??= reader.current()),
    sql,
    ...stores,
    loadCommand: commandLoads(stores.desk),
    patienceEndsMs: performance.now() + patienceMs,
  }
}

/** After the validity of a query, before its execution. */
const refuseCost: ApolloServerPlugin<RequestContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ schema, document, request }) => {
        const { cost: objects, selections } = operatorLimits
        refuseCostly(schema, document, request.variables, { objects, selections })
        return Promise.resolve()
      },
    }),
}

/** Errors in our words, and the status that belongs to them. */
const tellErrors = (log: Log): ApolloServerPlugin<RequestContext> => ({
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ errors, response }) => {
        if (response.body.kind === 'single' && errors !== undefined && errors.length > 0) {
          const { data } = response.body.singleResult
          const { statusCode, response: answer } = errorAnswer({ data: data ?? null, errors }, log)
          response.body.singleResult = answer as typeof response.body.singleResult
          response.http.status = statusCode
        }
        return Promise.resolve()
      },
    }),
})
