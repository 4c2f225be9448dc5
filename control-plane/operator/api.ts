/**
 * The operators' API: `POST /graphql` and WebSockets at `/subscriptions`, for keys with a role. In the order in which a request meets them: method, key,
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
import { GraphQLError, type GraphQLScalarType, type GraphQLSchema, OperationTypeNode } from 'graphql'

import type { RecordSource } from '../../runtime/control/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import type { Access } from '../auth/access.ts'
import type { KeyHolder } from '../auth/key-holder.ts'
import { errorAnswer } from '../hardening/error-answer.ts'
import { graphqlSocket } from '../hardening/graphql-socket.ts'
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
import { openWatches, type Watches } from './watching/watches.ts'

export interface OperatorApiOptions {
  readonly access: Access
  /** Of one key. */
  readonly requestsPerMinute: number
  readonly sql: Sql
  /** They are the caller's to close. */
  readonly stores: OperatorStores
  /** The caller's to close, too; default: none are read. */
  readonly records?: RecordSource | undefined
  readonly log: Log
  /** Whether operators may ask for the schema. */
  readonly introspection: boolean
  /** How old the reports of an answer may be, read together for several requests; default: `statusReader`'s. */
  readonly statusMaxAgeMs?: number
  /** Default: `socketLimits`'. */
  readonly recheckMs?: number | undefined
}

const sdlFile = new URL('../../schemas/graphql/operator.graphql', import.meta.url)

/** To be registered in a scope of its own: its hooks and error handlers are for its paths alone. */
export const operatorApi = async (app: FastifyInstance, options: OperatorApiOptions): Promise<void> => {
  const { sql, stores, records, log, access, introspection, recheckMs, statusMaxAgeMs: maxAgeMs } = options
  const reader = statusReader({ sql, ...(maxAgeMs !== undefined && { maxAgeMs }) })
  const watches = openWatches({ ...stores, reader, sql, log })
  app.addHook('onClose', () => {
    watches.close()
  })
  const sources: Sources = { reader, sql, stores, watches, records }
  const apollo = apolloOf(await readFile(sdlFile, 'utf8'), options)
  await apollo.server.start()
  app.addHook('onClose', () => apollo.server.stop())
  await app.register((scope) => queries(scope, apollo.server, sources, options))
  await app.register((scope) =>
    graphqlSocket(scope, {
      ...{ schema: apollo.schema(), access, introspection, log, recheckMs },
      wanted: { kind: 'operator' },
      cost: operatorLimits.cost,
      contextOf: (holder) => subscriptionContext(holder, sources),
    }),
  )
}

const queries = async (
  app: FastifyInstance,
  apollo: ApolloServer<RequestContext>,
  sources: Sources,
  options: OperatorApiOptions,
): Promise<void> => {
  await guardRequests(app, { ...options, wanted: { kind: 'operator' } })
  app.setErrorHandler((error: Error, _, reply) => {
    const { statusCode, response } = errorAnswer({ errors: [error] }, options.log)
    return reply.code(statusCode).send(response)
  })
  app.route({
    // Others are answered by the guard, which a route must exist for.
    method: ['POST', 'GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/graphql',
    handler: fastifyApolloHandler(apollo, {
      context: (request) => Promise.resolve(requestContext(request, sources)),
    }),
  })
}

/** `schema`: once it has started. */
const apolloOf = (typeDefs: string, { introspection, log }: OperatorApiOptions) => {
  let schema: GraphQLSchema | undefined
  const server = new ApolloServer<RequestContext>({
    typeDefs,
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
      {
        serverWillStart: (server) => {
          schema = server.schema
          return Promise.resolve()
        },
      },
      refuseCost,
      tellErrors(log),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
  })
  return {
    server,
    schema: () => {
      if (schema === undefined) throw new TroupeError('BUG', 'Apollo Server has no schema before it starts')
      return schema
    },
  }
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

/** What the answers are made from. */
interface Sources {
  readonly reader: StatusReader
  readonly sql: Sql
  readonly stores: OperatorStores
  readonly watches: Watches
  readonly records: RecordSource | undefined
}

const requestContext = ({ keyHolder }: FastifyRequest, sources: Sources): RequestContext => {
  let picture: ReturnType<StatusReader['current']> | undefined
  let registrations: ReturnType<RequestContext['registrations']> | undefined
  return {
    ...subscriptionContext(keyHolder, sources),
    picture: () => (picture ??= sources.reader.current()),
    loadCommand: commandLoads(sources.stores.desk),
    registrations: () => (registrations ??= sources.stores.desk.registrations()),
  }
}

/** A subscription lasts: nothing that was read is kept for it. */
const subscriptionContext = (
  holder: KeyHolder | null,
  { reader, sql, stores, watches, records }: Sources,
): RequestContext => {
  if (holder?.kind !== 'operator') throw new TroupeError('BUG', 'a request of no operator reached GraphQL')
  return {
    role: holder.role,
    keyName: holder.keyName,
    picture: () => reader.current(),
    sql,
    ...stores,
    loadCommand: (id) => stores.desk.command(id),
    registrations: () => stores.desk.registrations(),
    watches,
    records,
    patienceEndsMs: performance.now() + patienceMs,
  }
}

/** After the validity of a query, before its execution. */
const refuseCost: ApolloServerPlugin<RequestContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ schema, document, request, operation }) => {
        if (operation?.operation === OperationTypeNode.SUBSCRIPTION) throw subscriptionsElsewhere()
        const { cost: objects, selections } = operatorLimits
        refuseCostly(schema, document, request.variables, { objects, selections })
        return Promise.resolve()
      },
    }),
}

const subscriptionsElsewhere = (): GraphQLError =>
  new GraphQLError('Subscriptions come by WebSocket, at /subscriptions.', {
    extensions: { code: 'BAD_REQUEST' },
  })

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
