/**
 * The public API: `POST /graphql` and WebSockets at `/subscriptions`, read-only, each bound to its key's tenant.
 *
 * In the order in which a request meets them: method, key, content type (CSRF: a browser sends JSON to another site only
 * after asking), size, shape; then tokens, validity, depth, aliases, directives; then cost; then time.
 */

import { readFile } from 'node:fs/promises'

import type { FastifyInstance, FastifyReply } from 'fastify'
import {
  buildSchema,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
} from 'graphql'
import mercurius, { type IResolvers, type MercuriusContext } from 'mercurius'

import type { Log } from '../../runtime/telemetry/index.ts'
import type { Access } from '../auth/access.ts'
import type { KeyHolder } from '../auth/key-holder.ts'
import type { Sql } from '../read-model/sql.ts'
import { errorAnswer } from '../hardening/error-answer.ts'
import { limits, validateOptions, validationRules } from '../hardening/limits.ts'
import { costRefusal, type Variables } from '../hardening/query-cost.ts'
import { onceADocument } from '../hardening/once-a-document.ts'
import { type QueryOf, refuseParsedDocuments } from '../hardening/request-checks.ts'
import { graphqlSocket } from '../hardening/graphql-socket.ts'
import { guardRequests } from '../hardening/request-guard.ts'
import { DateTime } from '../hardening/scalars.ts'
import { maxAgeOf } from './cache-hint.ts'
import { Loads, LoadsOfTenants } from './loads.ts'
import { type Hear, PackageChanges } from './package-changes.ts'
import { knownQueries, type PersistedQueries } from './persisted-queries.ts'
import type { RequestContext } from './request-context.ts'
import { resolvers, subscriptions } from './resolvers.ts'

export interface PublicApiOptions {
  readonly access: Access
  /** For what is no tenant's. */
  readonly sql: Sql
  /** Sees one tenant's rows alone. */
  readonly tenantSql: (tenant: string) => Sql
  /** Of packages that change. */
  readonly hear: Hear
  readonly log: Log
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean
  /** Of one key. */
  readonly requestsPerMinute: number
  readonly persistedQueries?: PersistedQueries | undefined
  /** Default: `socketLimits`'. */
  readonly recheckMs?: number | undefined
}

const sdlFile = new URL('../../schemas/graphql/public.graphql', import.meta.url)

/** To be registered in a scope of its own: its hooks and error handlers are for its paths alone. */
export const publicApi = async (app: FastifyInstance, options: PublicApiOptions): Promise<void> => {
  const { tenantSql, introspection, persistedQueries, log, access, recheckMs } = options
  const schema = buildSchema(await readFile(sdlFile, 'utf8'))
  const changes = new PackageChanges(options)
  app.addHook('onClose', () => changes.close())
  const shared = new LoadsOfTenants()
  const contextOf = (holder: KeyHolder | null): RequestContext => {
    // mercurius makes one for a request that was refused, too: it has the tenant that nobody is.
    const tenant = holder?.kind === 'tenant' ? holder.tenant : ''
    const together = (): Loads => shared.of(tenant)
    return { tenant, sql: tenantSql(tenant), loads: new Loads(), together, changes }
  }
  const queryOf: QueryOf = knownQueries(persistedQueries)
  await app.register((scope) => queries(scope, { ...options, schema, contextOf, queryOf }))
  subscribeWith(schema)
  await app.register((scope) =>
    graphqlSocket(scope, {
      ...{ schema, access, introspection, log, contextOf, queryOf, recheckMs },
      wanted: { kind: 'tenant', scope: 'tracking:subscribe' },
    }),
  )
}

interface QueriesOptions extends PublicApiOptions {
  readonly schema: GraphQLSchema
  readonly contextOf: (holder: KeyHolder | null) => RequestContext
  readonly queryOf: QueryOf
}

const queries = async (app: FastifyInstance, options: QueriesOptions): Promise<void> => {
  const { schema, log, introspection, contextOf, queryOf } = options
  await guardRequests(app, { ...options, wanted: { kind: 'tenant', scope: 'tracking:read' }, queryOf })
  await app.register(mercurius, {
    schema,
    resolvers: { ...resolvers, DateTime } as unknown as IResolvers,
    context: ({ keyHolder }) => contextOf(keyHolder),
    path: '/graphql',
    graphiql: false,
    allowBatchedQueries: false,
    cache: limits.cachedQueries,
    jit: compileFrom,
    csrfPrevention: { allowedContentTypes: ['application/json'], requiredHeaders: [] },
    graphql: {
      parseOptions: { maxLexicalTokens: limits.tokens },
      validateOptions: validateOptions({ introspection }),
    },
    validationRules: validationRules({ introspection }),
    errorFormatter: (execution, context) => {
      const { reply } = context as { readonly reply?: FastifyReply }
      reply?.removeHeader('cache-control')
      reply?.removeHeader('vary')
      return errorAnswer(execution, log) as ReturnType<typeof mercurius.defaultErrorFormatter>
    },
  })
  app.graphql.addHook('preParsing', (_, source) => {
    refuseParsedDocuments(source)
  })
  const refuseCostly = costRefusal(schema, { objects: limits.cost, selections: limits.selections })
  const hintOf = onceADocument((document) => {
    requireOneQuery(document)
    return maxAgeOf(schema, document)
  })
  app.graphql.addHook(
    'preExecution',
    (_: GraphQLSchema, document: DocumentNode, { reply }: MercuriusContext, variables: Variables) => {
      const maxAgeS = hintOf(document)
      refuseCostly(document, variables)
      if (maxAgeS === 0) return
      reply.header('cache-control', `private, max-age=${String(maxAgeS)}`)
      reply.header('vary', 'authorization, x-api-key')
    },
  )
}

/** A query that was asked so often is compiled: those that are written once cost no compiling. */
const compileFrom = 3

/** What is compiled is kept by its text: of several operations the first to come would be answered for all. */
const requireOneQuery = ({ definitions }: DocumentNode): void => {
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  if (operations.length !== 1)
    throw refused('BAD_REQUEST', 'Send one operation at a time, with the fragments that it uses.')
  if (operations[0]?.operation === OperationTypeNode.SUBSCRIPTION)
    throw refused('BAD_REQUEST', 'Subscriptions come by WebSocket, at /subscriptions.')
}

const refused = (code: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code } })

/** mercurius leaves subscriptions out where it does not serve them itself. */
const subscribeWith = (schema: GraphQLSchema): void => {
  const fields = schema.getSubscriptionType()?.getFields() ?? {}
  for (const [name, resolver] of Object.entries(subscriptions)) Object.assign(fields[name] ?? {}, resolver)
}
