/**
 * The registry of the embedded default: the part of Confluent's REST API that serializers, and Troupe, use. In
 * memory and on loopback: for demos, tests and development.
 * https://docs.confluent.io/platform/current/schema-registry/develop/api.html
 */

import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { AvroSchema } from '../../actor/event-type.ts'
import { messageOf } from '../../errors.ts'
import { RegistryError } from './registry-error.ts'
import { Subjects, type Version, levelNotFound } from './subjects.ts'

export interface EmbeddedRegistryOptions {
  /** Default: a free one. */
  readonly port?: number
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Registered at start, in this order. */
  readonly seed?: readonly { readonly subject: string; readonly schema: AvroSchema }[]
}

export interface EmbeddedRegistry {
  readonly url: string
  close(): Promise<void>
}

const contentType = 'application/vnd.schemaregistry.v1+json'

export const startEmbeddedRegistry = async ({
  port = 0,
  host = '127.0.0.1',
  seed = [],
}: EmbeddedRegistryOptions = {}): Promise<EmbeddedRegistry> => {
  const subjects = new Subjects()
  for (const { subject, schema } of seed) subjects.register(subject, JSON.stringify(schema))
  // Subjects are made of topic and record names: longer than the router's default of 100 characters for a parameter.
  const server = fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 1_000 } })
  speakJson(server)
  subjectRoutes(server, subjects)
  schemaRoutes(server, subjects)
  compatibilityRoutes(server, subjects)
  const url = await server.listen({ port, host })
  return { url, close: () => server.close() }
}

const speakJson = (server: FastifyInstance): void => {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, text === '' ? undefined : JSON.parse(String(text)))
    } catch (error) {
      done(new RegistryError('schemaInvalid', `The request is not JSON: ${messageOf(error)}`))
    }
  })
  server.addHook('onSend', async (_request, reply) => {
    void reply.header('content-type', contentType)
  })
  server.setErrorHandler((error: Error & { readonly statusCode?: number }, _request, reply) => {
    const { status, code } =
      error instanceof RegistryError
        ? error
        : { status: error.statusCode ?? 500, code: error.statusCode ?? internalError }
    return reply.status(status).send(JSON.stringify({ error_code: code, message: error.message }))
  })
  server.setNotFoundHandler((_request, reply) =>
    reply.status(404).send(JSON.stringify({ error_code: 404, message: 'HTTP 404 Not Found' })),
  )
}

const internalError = 50001

const subjectRoutes = (server: FastifyInstance, subjects: Subjects): void => {
  server.get('/', () => ({}))
  server.get('/subjects', () => subjects.names())
  server.get('/subjects/:subject/versions', (request) =>
    subjects.versions(param(request, 'subject')).map(({ version }) => version),
  )
  server.get('/subjects/:subject/versions/:version', (request) =>
    described(subjects.version(param(request, 'subject'), param(request, 'version'))),
  )
  server.delete(
    '/subjects/:subject/versions/:version',
    (request) => subjects.delete(param(request, 'subject'), param(request, 'version')).version,
  )
  server.get('/subjects/:subject/versions/:version/schema', (request, reply) =>
    reply.send(JSON.stringify(subjects.version(param(request, 'subject'), param(request, 'version')).schema)),
  )
  server.post('/subjects/:subject/versions', (request) => {
    const { id } = subjects.register(param(request, 'subject'), schemaIn(request))
    return { id }
  })
  server.post('/subjects/:subject', (request) =>
    described(subjects.lookUp(param(request, 'subject'), schemaIn(request))),
  )
}

const schemaRoutes = (server: FastifyInstance, subjects: Subjects): void => {
  server.get('/schemas/types', () => ['AVRO'])
  server.get('/schemas/ids/:id', (request) => ({ schema: JSON.stringify(subjects.schema(idIn(request))) }))
  server.get('/schemas/ids/:id/versions', (request) =>
    subjects.versionsOfSchema(idIn(request)).map(({ subject, version }) => ({ subject, version })),
  )
}

const compatibilityRoutes = (server: FastifyInstance, subjects: Subjects): void => {
  server.get('/config', () => ({ compatibilityLevel: subjects.globalLevel }))
  server.put('/config', (request) => ({
    compatibility: subjects.setLevel(undefined, bodyField(request, 'compatibility')),
  }))
  server.get<{ Querystring: { defaultToGlobal?: string } }>('/config/:subject', (request) => {
    const subject = param(request, 'subject')
    const inherited = request.query.defaultToGlobal === 'true' ? subjects.globalLevel : undefined
    const level = subjects.level(subject) ?? inherited
    if (level === undefined) throw levelNotFound(subject)
    return { compatibilityLevel: level }
  })
  server.put('/config/:subject', (request) => ({
    compatibility: subjects.setLevel(param(request, 'subject'), bodyField(request, 'compatibility')),
  }))
  server.delete('/config/:subject', (request) => ({
    compatibilityLevel: subjects.dropLevel(param(request, 'subject')),
  }))
  const check = (request: FastifyRequest, version: string | undefined): object => {
    const messages = subjects.check(param(request, 'subject'), schemaIn(request), version)
    const verbose = (request.query as { readonly verbose?: string }).verbose === 'true'
    return { is_compatible: messages.length === 0, ...(verbose ? { messages } : {}) }
  }
  server.post('/compatibility/subjects/:subject/versions', (request) => check(request, undefined))
  server.post('/compatibility/subjects/:subject/versions/:version', (request) =>
    check(request, param(request, 'version')),
  )
}

const described = ({ subject, version, id, schema }: Version): object => ({
  subject,
  version,
  id,
  schema: JSON.stringify(schema),
})

const param = (request: FastifyRequest, name: string): string =>
  String((request.params as Readonly<Record<string, string>>)[name])

const idIn = (request: FastifyRequest): number => {
  const text = param(request, 'id')
  if (!/^\d{1,10}$/.test(text)) throw new RegistryError('schemaNotFound', `Schema ${text} not found`)
  return Number(text)
}

const bodyField = ({ body }: FastifyRequest, field: string): unknown =>
  typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>)[field] : undefined

const schemaIn = (request: FastifyRequest): unknown => {
  const kind = bodyField(request, 'schemaType') ?? 'AVRO'
  if (kind !== 'AVRO')
    throw new RegistryError('schemaInvalid', `Invalid schema type ${JSON.stringify(kind)}: only AVRO is kept`)
  const references = bodyField(request, 'references')
  if (Array.isArray(references) && references.length > 0) {
    throw new RegistryError('schemaInvalid', 'References to other subjects are not supported')
  }
  return bodyField(request, 'schema')
}
