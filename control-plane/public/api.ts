/**
 * The public API: `POST /graphql`, read-only, every request bound to its key's tenant.
 *
 * In the order in which a request meets them: method, key, content type (CSRF: a browser sends JSON to another site only
 * after asking), size, shape; then tokens, validity, depth, aliases, directives; then cost; then time.
 */

import { readFile } from 'node:fs/promises'

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { buildSchema, type DocumentNode, type GraphQLSchema } from 'graphql'
import mercurius, { type IResolvers, type MercuriusLoaders } from 'mercurius'

import type { Sql } from '../read-model/sql.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import { errorAnswer } from '../hardening/error-answer.ts'
import { limits, validateOptions, validationRules } from '../hardening/limits.ts'
import { refuseCostly, type Variables } from '../hardening/query-cost.ts'
import { refuseParsedDocuments } from '../hardening/request-checks.ts'
import { guardRequests } from '../hardening/request-guard.ts'
import { DateTime } from '../hardening/scalars.ts'
import type { RequestContext } from './request-context.ts'
import { fieldLoaders, queryResolvers } from './resolvers.ts'

export interface PublicApiOptions {
  readonly sql: Sql
  readonly log: Log
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean
}

const sdlFile = new URL('../../schemas/graphql/public.graphql', import.meta.url)

/** To be registered in a scope of its own: its hooks and error handler are for `/graphql` alone. */
export const publicApi = async (app: FastifyInstance, options: PublicApiOptions): Promise<void> => {
  const { sql, log, introspection } = options
  const schema = buildSchema(await readFile(sdlFile, 'utf8'))
  guardRequests(app, sql, 'tenant')

  await app.register(mercurius, {
    schema,
    resolvers: { Query: queryResolvers(sql), DateTime } as unknown as IResolvers,
    loaders: fieldLoaders(sql) as unknown as MercuriusLoaders,
    context: contextOf,
    path: '/graphql',
    graphiql: false,
    allowBatchedQueries: false,
    cache: limits.cachedQueries,
    csrfPrevention: { allowedContentTypes: ['application/json'], requiredHeaders: [] },
    graphql: {
      parseOptions: { maxLexicalTokens: limits.tokens },
      validateOptions: validateOptions({ introspection }),
    },
    validationRules: validationRules({ introspection }),
    errorFormatter: (execution) =>
      errorAnswer(execution, log) as ReturnType<typeof mercurius.defaultErrorFormatter>,
  })
  app.graphql.addHook('preParsing', (_, source) => {
    refuseParsedDocuments(source)
  })
  app.graphql.addHook(
    'preExecution',
    (_: GraphQLSchema, document: DocumentNode, __, variables: Variables) => {
      refuseCostly(schema, document, variables, { objects: limits.cost, selections: limits.selections })
    },
  )
}

/** mercurius makes one for a request that was refused, too: it has the tenant that nobody is. */
const contextOf = ({ keyHolder }: FastifyRequest): RequestContext => ({
  tenant: keyHolder?.kind === 'tenant' ? keyHolder.tenant : '',
})
