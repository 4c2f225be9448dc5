/**
 * The public API: `POST /graphql`, read-only, every request bound to its key's tenant.
 *
 * In the order in which a request meets them: method, key, content type (CSRF: a browser sends JSON to another site only
 * after asking), size, shape; then tokens, validity, depth, aliases, directives; then cost; then time.
 */

import { readFile } from 'node:fs/promises'

import type { FastifyInstance } from 'fastify'
import { buildSchema, type DocumentNode, type GraphQLSchema } from 'graphql'
import mercurius, { type IResolvers, type MercuriusLoaders } from 'mercurius'

import type { Sql } from '../read-model/sql.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import { errorAnswer } from './error-answer.ts'
import { limits, validationRules } from './limits.ts'
import { refuseCostly, type Variables } from './query-cost.ts'
import { authenticate, refuseOtherMethods, refuseParsedDocuments, requireQuery } from './request-checks.ts'
import { DateTime, fieldLoaders, queryResolvers } from './resolvers.ts'

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
  app.decorateRequest('tenant', '')
  app.addHook('onRequest', refuseOtherMethods)
  app.addHook('onRequest', authenticate(sql))
  app.addHook('preHandler', requireQuery)
  app.addHook('onSend', async (_, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
  })

  await app.register(mercurius, {
    schema,
    resolvers: { Query: queryResolvers(sql), DateTime } as unknown as IResolvers,
    loaders: fieldLoaders(sql) as unknown as MercuriusLoaders,
    context: ({ tenant }) => ({ tenant }),
    path: '/graphql',
    graphiql: false,
    allowBatchedQueries: false,
    cache: limits.cachedQueries,
    csrfPrevention: { allowedContentTypes: ['application/json'], requiredHeaders: [] },
    graphql: {
      parseOptions: { maxLexicalTokens: limits.tokens },
      validateOptions: validateOptions(introspection),
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

/** "Did you mean …?" tells a schema as well as introspection does. mercurius hands it on; its types do not know it. */
const validateOptions = (introspection: boolean): { maxErrors: number } => {
  const options = { maxErrors: limits.errors, hideSuggestions: !introspection }
  return options
}
