/**
 * JSON Web Tokens of somebody else's sign-in service: verified by its public keys, for our audience, by algorithms that
 * have a public key. So a token that is signed with the public key as a secret, or not signed, is none.
 *
 * Claims: `tenant` opens the public API for that tenant, limited to what `scope` names where it names anything of ours;
 * `troupe_role` (viewer, operator, admin) opens the operators'.
 */

import { createPublicKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'

import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
} from 'jose'

import { messageOf, TroupeError } from '../../runtime/errors.ts'
import { type KeyHolder, operatorRoles, scopesIn, tenantScopes } from './key-holder.ts'

export interface TokenOptions {
  /** Where the keys are: a JWKS, by URL or in a file; the file may be a public key in PEM. */
  readonly keys: { readonly url: string } | { readonly file: string }
  readonly issuer: string
  readonly audience: string
  readonly algorithms: readonly string[]
}

/** undefined: no token that opens this API. Throws DEPENDENCY_AWAY when the keys cannot be fetched. */
export type TokenReader = (token: string) => Promise<readonly KeyHolder[]>

const clockToleranceS = 30

/** Throws CONFIG_INVALID when the key file is none. */
export const tokenReader = async (options: TokenOptions): Promise<TokenReader> => {
  const keys = await keysOf(options.keys)
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: options.issuer,
        audience: options.audience,
        algorithms: [...options.algorithms],
        clockTolerance: clockToleranceS,
        requiredClaims: ['sub', 'exp'],
      })
      return holdersIn(payload)
    } catch (error) {
      if (isRefusal(error)) return []
      throw new TroupeError(
        'DEPENDENCY_AWAY',
        `The keys of JSON Web Tokens cannot be fetched (JWT_JWKS_URL): ${messageOf(error)}`,
        { cause: error },
      )
    }
  }
}

export const looksLikeToken = (credential: string): boolean =>
  /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(credential)

/** What is wrong with the token rather than with where its keys come from. */
const isRefusal = (error: unknown): boolean =>
  error instanceof errors.JOSEError &&
  !(error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) &&
  error.code !== 'ERR_JOSE_GENERIC'

const keysOf = async (keys: TokenOptions['keys']): Promise<JWTVerifyGetKey> => {
  if ('url' in keys) return createRemoteJWKSet(new URL(keys.url), { timeoutDuration: 3_000 })
  try {
    const text = await readFile(keys.file, 'utf8')
    if (text.trimStart().startsWith('{')) {
      const written = JSON.parse(text) as JSONWebKeySet | JSONWebKeySet['keys'][number]
      return createLocalJWKSet('keys' in written ? written : { keys: [written] })
    }
    const key = createPublicKey(text)
    return () => key
  } catch (error) {
    throw new TroupeError(
      'CONFIG_INVALID',
      `JWT_KEY_FILE is "${keys.file}", which is no public key in PEM and no JWKS: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

const holdersIn = (claims: JWTPayload): readonly KeyHolder[] => {
  const { iss = '', sub = '', exp, tenant, scope, troupe_role: role } = claims
  const shown = { id: `${iss} ${sub}`, expiresAtMs: exp === undefined ? undefined : exp * 1_000 }
  const holders: KeyHolder[] = []
  if (typeof tenant === 'string' && tenant !== '') {
    const named = typeof scope === 'string' ? scope.split(' ') : []
    const scopes = named.some((name) => tenantScopes.some((known) => known === name)) ? named : undefined
    holders.push({ kind: 'tenant', tenant, scopes: scopesIn(scopes), ...shown })
  }
  const known = operatorRoles.find((one) => one === role)
  if (known !== undefined) holders.push({ kind: 'operator', role: known, keyName: sub, ...shown })
  return holders
}
