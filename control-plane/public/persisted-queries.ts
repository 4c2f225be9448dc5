/**
 * Queries that are known by their SHA-256: a client sends the hash alone. Those of the file are known before anybody asks
 * them; where only these are answered, nobody can ask what no client of ours asks.
 *
 * The file is a JSON object, hash in hex → query, as build tools of clients write it. A request names a query as
 * `extensions: { persistedQuery: { version: 1, sha256Hash } }`.
 */

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

import { messageOf, TroupeError } from '../../runtime/errors.ts'
import { InputError } from '../read-model/input-error.ts'

export interface PersistedQueries {
  readonly byHash: ReadonlyMap<string, string>
  /** Nothing else is answered. */
  readonly only: boolean
}

/** Throws CONFIG_INVALID naming what is wrong with the file. */
export const readPersistedQueries = async (file: string, only: boolean): Promise<PersistedQueries> => {
  const entries = await readFile(file, 'utf8')
    .then((text) => Object.entries(JSON.parse(text) as object))
    .catch((error: unknown) => {
      throw invalid(file, `it is no JSON object: ${messageOf(error)}`, error)
    })
  for (const [hash, query] of entries as [string, unknown][]) {
    if (typeof query !== 'string') throw invalid(file, `${hash} is no query`)
    if (hash !== hashOf(query)) throw invalid(file, `${hash} is not the SHA-256 of its query`)
  }
  return { byHash: new Map(entries as [string, string][]), only }
}

const hashOf = (query: string): string => createHash('sha256').update(query).digest('hex')

const invalid = (file: string, what: string, cause?: unknown): TroupeError =>
  new TroupeError('CONFIG_INVALID', `PERSISTED_QUERIES_FILE is "${file}": ${what}`, { cause })

/** What a request, or a WebSocket's message, asks by. */
export interface Asked {
  readonly query?: unknown
  readonly extensions?: unknown
}

/** undefined: it names none. */
const hashIn = ({ extensions }: Asked): string | undefined => {
  const { persistedQuery } = (extensions ?? {}) as { readonly persistedQuery?: unknown }
  const { sha256Hash } = (persistedQuery ?? {}) as { readonly sha256Hash?: unknown }
  return typeof sha256Hash === 'string' ? sha256Hash : undefined
}

/** What programs know these refusals by, of Apollo's protocol. */
const notFound = { message: 'PersistedQueryNotFound', code: 'PERSISTED_QUERY_NOT_FOUND' } as const

/** Of texts that were registered by their clients, so that they stay within some megabytes. */
const most = { registered: 1_000, characters: 8_192 } as const

/**
 * Which query a request asks. Where others than those of the file are answered, one that comes with its text and the hash of
 * it is known by the hash from then on, for as long as it is among the last that were asked. Of all tenants together: who
 * names a hash has its text. Throws InputError when there is none, or it is none that is answered.
 */
export const knownQueries = (persisted: PersistedQueries | undefined): ((asked: Asked) => string) => {
  /** Last asked last. */
  const registered = new Map<string, string>()
  const register = (hash: string, text: string): void => {
    registered.delete(hash)
    registered.set(hash, text)
    const [oldest] = registered.keys()
    if (registered.size > most.registered && oldest !== undefined) registered.delete(oldest)
  }
  return (asked) => {
    const hash = hashIn(asked)
    const written = typeof asked.query === 'string' && asked.query.trim() !== '' ? asked.query : undefined
    const kept = hash === undefined ? undefined : persisted?.byHash.get(hash)
    if (persisted?.only) {
      if (kept !== undefined) return kept
      const help =
        'Only persisted queries are answered here: have yours added to those, and send its sha256Hash.'
      throw hash === undefined
        ? new InputError(help, { code: 'PERSISTED_QUERY_ONLY' })
        : new InputError(notFound.message, { code: notFound.code, help })
    }
    if (hash !== undefined && written === undefined) {
      const text = kept ?? registered.get(hash)
      if (text === undefined)
        throw new InputError(notFound.message, {
          code: notFound.code,
          help: 'Send its text with the hash once: from then on the hash is enough.',
        })
      if (kept === undefined) register(hash, text)
      return text
    }
    if (written === undefined) throw new InputError('The body is no object with a "query".')
    if (hash !== undefined) {
      if (hash !== hashOf(written))
        throw new InputError('The sha256Hash is not that of the query: send the SHA-256 of its text, in hex.')
      if (kept === undefined && written.length <= most.characters) register(hash, written)
    }
    return written
  }
}
