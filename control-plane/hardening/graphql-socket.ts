/**
 * Subscriptions over WebSocket, protocol graphql-transport-ws, for either API. A socket says who it is in its first
 * message, is asked again while it lasts, and may ask for subscriptions alone: what is refused of a request by POST is
 * refused here.
 */

import fastifyWebsocket, { type WebSocket } from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  type DocumentNode,
  type ExecutionArgs,
  type FormattedExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import {
  type Context,
  handleProtocols,
  makeServer,
  type ServerOptions,
  type SubscribePayload,
} from 'graphql-ws'

import { messageOf } from '../../runtime/errors.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import type { Access } from '../auth/access.ts'
import { credentialIn, hasScope, type Wanted } from '../auth/authenticate.ts'
import type { KeyHolder } from '../auth/key-holder.ts'
import { type AnsweredError, errorAnswer } from './error-answer.ts'
import { limits, validateOptions, validationRules } from './limits.ts'
import { refuseCostly } from './query-cost.ts'
import { type QueryOf, writtenQuery } from './request-checks.ts'
import { MessageBudget, socketLimits } from './socket-limits.ts'

export interface GraphqlSocketOptions {
  readonly schema: GraphQLSchema
  readonly access: Access
  readonly wanted: Wanted
  readonly introspection: boolean
  readonly log: Log
  /** What resolvers know of a subscription. */
  readonly contextOf: (holder: KeyHolder) => object
  /** Objects that one message of a subscription may hold; default: `limits`'. */
  readonly cost?: number | undefined
  /** Default: what stands in the message. */
  readonly queryOf?: QueryOf | undefined
  /** Default: `socketLimits`'. */
  readonly recheckMs?: number | undefined
}

/** What a socket is known by here. */
interface Held {
  readonly socket: WebSocket
  readonly request: FastifyRequest
  credential?: string | undefined
  holder?: KeyHolder | undefined
  recheck?: NodeJS.Timeout | undefined
}

type Init = Record<string, unknown> | undefined

const path = '/subscriptions'

/** Of RFC 6455, and of the protocol. */
const closing = {
  goingAway: [1001, 'The server stops'],
  tryAgainLater: [1013, 'Too many connections'],
  forbidden: [4403, 'Forbidden'],
  tooMuch: [4429, 'Too many messages'],
  internal: [4500, 'Internal error'],
} as const

/** To be registered in a scope of its own. */
export const graphqlSocket = async (app: FastifyInstance, options: GraphqlSocketOptions): Promise<void> => {
  const server = makeServer<Init, Held>(serverOptions(options))
  await app.register(fastifyWebsocket, {
    options: { maxPayload: limits.bodyBytes, handleProtocols, perMessageDeflate: false },
    errorHandler: (error, socket) => {
      options.log.warn('a WebSocket failed', { err: error })
      socket.terminate()
    },
    preClose(done) {
      for (const client of this.websocketServer.clients) client.close(...closing.goingAway)
      this.websocketServer.close(done)
    },
  })
  app.get(path, { websocket: true }, (socket, request) => {
    if (app.websocketServer.clients.size > socketLimits.sockets) {
      socket.close(...closing.tryAgainLater)
      return
    }
    serve(server, socket, request, options.log)
  })
}

/** Messages in, messages out, and the end. */
const serve = (
  server: ReturnType<typeof makeServer<Init, Held>>,
  socket: WebSocket,
  request: FastifyRequest,
  log: Log,
): void => {
  const held: Held = { socket, request }
  const budget = new MessageBudget(Date.now())
  let answered = true
  const ping = setInterval(() => {
    if (!answered) socket.terminate()
    answered = false
    socket.ping()
  }, socketLimits.pingMs)
  socket.on('pong', () => (answered = true))
  socket.on('error', () => {
    socket.terminate()
  })
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: (text) => sendOn(socket, text),
      close: (code, reason) => {
        socket.close(code, reason)
      },
      onMessage: (handle) => {
        socket.on('message', (data: Buffer) => {
          if (!budget.take(Date.now())) {
            socket.close(...closing.tooMuch)
            return
          }
          handle(data.toString()).catch((error: unknown) => {
            log.error('a subscription failed', { err: error })
            socket.close(...closing.internal)
          })
        })
      },
    },
    held,
  )
  socket.once('close', (code, reason) => {
    clearInterval(ping)
    clearTimeout(held.recheck)
    void Promise.resolve(closed(code, reason.toString())).catch((error: unknown) => {
      log.error('a subscription did not end as it should', { err: error })
    })
  })
}

/** Answers when the message has left: so a slow client slows down what is read for it. */
const sendOn = (socket: WebSocket, text: string): Promise<void> => {
  if (socket.bufferedAmount > socketLimits.bufferedBytes) socket.terminate()
  return new Promise((resolve) => {
    // Where it cannot be sent the socket ends, which says it all.
    socket.send(text, () => {
      resolve()
    })
  })
}

const serverOptions = (options: GraphqlSocketOptions): ServerOptions<Init, Held> => {
  const { log, access, wanted, recheckMs = socketLimits.recheckMs } = options

  const letIn = async (held: Held): Promise<boolean> => {
    const verdict = await access.judge(held.credential, wanted.kind, held.request.ip)
    if (verdict.kind !== 'let-in' || !hasScope(verdict.holder, wanted)) return false
    held.holder = verdict.holder
    return true
  }

  /** Where nobody can say, it goes on: what it reads comes from the same Postgres. */
  const recheck = async (held: Held): Promise<void> => {
    const valid = await letIn(held).catch(() => true)
    if (held.socket.readyState !== held.socket.OPEN) return
    if (valid) recheckLater(held)
    else held.socket.close(...closing.forbidden)
  }

  const recheckLater = (held: Held): void => {
    const leftMs = (held.holder?.expiresAtMs ?? Infinity) - Date.now()
    held.recheck = setTimeout(() => void recheck(held), Math.max(0, Math.min(recheckMs, leftMs)))
  }

  return {
    connectionInitWaitTimeout: socketLimits.initMs,
    onConnect: async ({ extra, connectionParams = {} }) => {
      extra.credential = credentialIn(lowerCased(connectionParams)) ?? credentialIn(extra.request.headers)
      if (!(await letIn(extra))) return false
      if (extra.socket.readyState === extra.socket.OPEN) recheckLater(extra)
      return true
    },
    onSubscribe: (context, _, payload) => {
      try {
        return executionOf(context, payload, options)
      } catch (error) {
        return [graphqlError(error)]
      }
    },
    onNext: (_, __, ___, ____, { data, errors }) =>
      errors === undefined ? undefined : answerOf({ data: data ?? null, errors }, log),
    onError: (_, __, ___, errors) => answerOf({ errors }, log).errors,
  }
}

const answerOf = (
  ...told: Parameters<typeof errorAnswer>
): FormattedExecutionResult & { errors: readonly AnsweredError[] } =>
  errorAnswer(...told).response as FormattedExecutionResult & { errors: readonly AnsweredError[] }

const graphqlError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError(messageOf(error), { originalError: error instanceof Error ? error : null })

/** Names of HTTP headers, in whatever letters a client writes them. */
const lowerCased = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]))

const refused = (code: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code } })

/** Throws what the client is told. */
const executionOf = (
  { extra: { holder }, subscriptions }: Context<Init, Held>,
  payload: SubscribePayload,
  { schema, introspection, contextOf, cost = limits.cost, queryOf = writtenQuery }: GraphqlSocketOptions,
): ExecutionArgs | readonly GraphQLError[] => {
  if (holder === undefined) throw new GraphQLError('Say who you are first.')
  if (Object.keys(subscriptions).length > socketLimits.subscriptions)
    throw refused('TOO_MANY_SUBSCRIPTIONS', `A connection may have ${String(socketLimits.subscriptions)}.`)
  const { variables, operationName } = payload
  const document: DocumentNode = parse(queryOf(payload), { maxLexicalTokens: limits.tokens })
  const errors = validate(
    schema,
    document,
    [...specifiedRules, ...validationRules({ introspection })],
    validateOptions({ introspection }),
  )
  if (errors.length > 0) return errors
  if (getOperationAST(document, operationName)?.operation !== OperationTypeNode.SUBSCRIPTION)
    throw refused('BAD_REQUEST', 'Here come subscriptions alone; send queries by POST to /graphql.')
  refuseCostly(schema, document, variables, { objects: cost, selections: limits.selections })
  return {
    schema,
    document,
    variableValues: variables ?? null,
    operationName: operationName ?? null,
    contextValue: contextOf(holder),
  }
}
