/** From the options of the control plane: who may ask its APIs, how often, and what. */

import type { Options } from '../runtime/config/index.ts'
import { TroupeError } from '../runtime/errors.ts'
import { Access } from './auth/access.ts'
import { tokenReader, type TokenReader } from './auth/json-web-token.ts'
import { type PersistedQueries, readPersistedQueries } from './public/persisted-queries.ts'
import type { Sql } from './read-model/sql.ts'

type Name =
  | 'requestsPerMinute'
  | 'refusalsPerMinute'
  | 'trustedProxies'
  | 'jwtJwksUrl'
  | 'jwtKeyFile'
  | 'jwtIssuer'
  | 'jwtAudience'
  | 'jwtAlgorithms'
  | 'persistedQueriesFile'
  | 'onlyPersisted'

/** What is left out has its default. */
export type AccessSettings = Partial<Pick<Options, Name>>

export interface AccessParts {
  readonly access: Access
  readonly requestsPerMinute: number
  readonly persistedQueries: PersistedQueries | undefined
}

const defaults = { requestsPerMinute: 6_000, refusalsPerMinute: 60, jwtAlgorithms: 'RS256,PS256,ES256,EdDSA' }

/** Throws CONFIG_INVALID when a file that is named is not what it should be. */
export const accessOf = async (sql: Sql, given: AccessSettings): Promise<AccessParts> => {
  const settings = { ...defaults, ...given }
  const file = settings.persistedQueriesFile
  return {
    access: new Access({
      sql,
      tokens: await tokensOf(settings),
      refusalsPerMinute: settings.refusalsPerMinute,
    }),
    requestsPerMinute: settings.requestsPerMinute,
    persistedQueries:
      file === undefined ? undefined : await readPersistedQueries(file, settings.onlyPersisted ?? false),
  }
}

const tokensOf = async (settings: AccessSettings & typeof defaults): Promise<TokenReader | undefined> => {
  const { jwtJwksUrl, jwtKeyFile, jwtIssuer, jwtAudience, jwtAlgorithms } = settings
  const keys =
    jwtJwksUrl !== undefined ? { url: jwtJwksUrl } : jwtKeyFile !== undefined && { file: jwtKeyFile }
  if (!keys) return undefined
  if (jwtIssuer === undefined || jwtAudience === undefined)
    throw new TroupeError('CONFIG_INVALID', 'JSON Web Tokens need JWT_ISSUER and JWT_AUDIENCE.')
  return tokenReader({
    keys,
    issuer: jwtIssuer,
    audience: jwtAudience,
    algorithms: jwtAlgorithms.split(','),
  })
}
