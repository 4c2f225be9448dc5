/**
 * Queries that are known before anybody asks them, by their SHA-256: a client sends the hash alone. Where only these are
 * answered, nobody can ask what no client of ours asks.
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
    if (hash !== createHash('sha256').update(query).digest('hex'))
      throw invalid(file, `${hash} is not the SHA-256 of its query`)
  }
  return { byHash: new Map(entries as [string, string][]), only }
}

const invalid = (file: string, what: string, cause?: unknown): TroupeError =>
  new TroupeError('CONFIG_INVALID', `PERSISTED_QUERIES_FILE is "${file}": ${what}`, { cause })

/** What a request, or a WebSocket's message, asks by. */
export interface Asked {
  readonly query?: unknown
  readonly extensions?: unknown
}

/** undefined: it names none. */
export const hashIn = ({ extensions }: Asked): string | undefined => {
  const { persistedQuery } = (extensions ?? {}) as { readonly persistedQuery?: unknown }
  const { sha256Hash } = (persistedQuery ?? {}) as { readonly sha256Hash?: unknown }
  return typeof sha256Hash === 'string' ? sha256Hash : undefined
}

/** Throws InputError when there is none, or it is none that is answered. */
export const queryOf = (asked: Asked, known: PersistedQueries | undefined): string => {
  const hash = hashIn(asked)
  const written = typeof asked.query === 'string' && asked.query.trim() !== '' ? asked.query : undefined
  if (known !== undefined && hash !== undefined && (known.only || written === undefined)) {
    const query = known.byHash.get(hash)
    if (query !== undefined) return query
    throw new InputError('PersistedQueryNotFound')
  }
  if (known?.only) throw new InputError('Only persisted queries are answered here: send its sha256Hash.')
  if (written !== undefined) return written
  throw new InputError('The body is no object with a "query".')
}
