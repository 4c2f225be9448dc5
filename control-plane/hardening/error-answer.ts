/**
 * What a client is told when something is wrong. Its own mistakes it is told as they are, shortened; of ours it gets an
 * id that the log has, too, and nothing else: messages of databases and libraries name hosts, tables and values.
 */

import { randomUUID } from 'node:crypto'

import { GraphQLError } from 'graphql'

import { TroupeError } from '../../runtime/errors.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import { ForbiddenError, InputError } from '../read-model/input-error.ts'
import { limits } from './limits.ts'

export interface AnsweredError {
  readonly message: string
  readonly locations?: readonly { readonly line: number; readonly column: number }[]
  readonly path?: readonly (string | number)[]
  readonly extensions: { readonly code: string; readonly id?: string; readonly help?: string }
}

export interface ErrorAnswer {
  readonly statusCode: number
  readonly response: { readonly data: object | null; readonly errors: readonly AnsweredError[] }
}

/** Of a failed execution, or of a request that did not get so far. */
export const errorAnswer = (
  { data, errors = [] }: { readonly data?: object | null; readonly errors?: readonly Error[] },
  log: Log,
): ErrorAnswer => {
  const told = errors
    .flatMap(unpacked)
    .slice(0, limits.errors)
    .map((error) => tell(error, log))
  return {
    // With some data the answer stands, as GraphQL has it; without, the status says whose fault it is.
    statusCode: data ? 200 : Math.max(...told.map(({ statusCode }) => statusCode), 400),
    response: { data: data ?? null, errors: told.map(({ answered }) => answered) },
  }
}

/** mercurius gathers the errors of a validation in one. */
const unpacked = (error: Error): readonly Error[] => {
  const { errors } = (error instanceof GraphQLError ? (error.originalError ?? error) : error) as {
    readonly errors?: unknown
  }
  return Array.isArray(errors) ? (errors as Error[]) : [error]
}

/** graphql wraps what was thrown, its own errors included. */
const causeOf = (error: Error): Error =>
  error instanceof GraphQLError && error.originalError ? causeOf(error.originalError) : error

interface Told {
  readonly statusCode: number
  readonly answered: AnsweredError
}

const tell = (error: Error, log: Log): Told => {
  const graphqlError = error instanceof GraphQLError ? error : undefined
  const cause = causeOf(error)
  const where = {
    ...(graphqlError?.locations && { locations: graphqlError.locations.slice(0, 3) }),
    ...(graphqlError?.path && { path: graphqlError.path }),
  }
  const clients = clientsMistake(graphqlError, cause)
  if (clients !== undefined) {
    const { statusCode, ...extensions } = clients
    return { statusCode, answered: { message: shortened(error.message), ...where, extensions } }
  }
  const id = randomUUID()
  const away = cause instanceof TroupeError && cause.retryable
  const late = statusOf(cause) === 503
  log.error(away || late ? 'a request could not be served' : 'a request failed', { errorId: id, err: cause })
  return away || late
    ? answer(503, 'UNAVAILABLE', `Not available now, try again later. Error ${id}`, id, where)
    : answer(500, 'INTERNAL', `Something went wrong on our side. Error ${id}`, id, where)
}

const answer = (statusCode: number, code: string, message: string, id: string, where: object): Told => ({
  statusCode,
  answered: { message, ...where, extensions: { code, id } },
})

/** undefined: not the client's. */
const clientsMistake = (
  error: GraphQLError | undefined,
  cause: Error,
): { readonly statusCode: number; readonly code: string; readonly help?: string } | undefined => {
  if (cause instanceof InputError) {
    const { code, help } = cause
    return { statusCode: 400, code, ...(help !== undefined && { help }) }
  }
  if (cause instanceof ForbiddenError) return { statusCode: 403, code: 'FORBIDDEN' }
  const status = statusOf(cause)
  if (status !== undefined && status >= 400 && status < 500)
    return { statusCode: status, code: 'BAD_REQUEST' }
  // With a path it comes from the execution, where graphql's own errors are about our data.
  if (error === undefined || error.path !== undefined || !(cause instanceof GraphQLError)) return undefined
  const { code } = error.extensions
  return { statusCode: 400, code: typeof code === 'string' ? code : 'GRAPHQL_VALIDATION_FAILED' }
}

/** Fastify's errors and mercurius's carry the status they mean. */
const statusOf = (error: Error): number | undefined => {
  const { statusCode, validation } = error as { readonly statusCode?: unknown; readonly validation?: unknown }
  if (validation !== undefined) return 400
  return typeof statusCode === 'number' ? statusCode : undefined
}

const shortened = (message: string): string =>
  message.length <= limits.errorLength ? message : `${message.slice(0, limits.errorLength)}…`
