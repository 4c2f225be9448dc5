/**
 * API keys: `trp_` and 43 characters of base64url, 256 random bits. Kept as a SHA-256 only: nobody can guess that many
 * bits, so a slow hash would protect nothing and cost time on every request.
 *
 * The prefix makes a leaked key findable for secret scanners, and its first characters tell keys apart in lists.
 */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

import type { Sql } from '../read-model/sql.ts'

const keyFormat = /^trp_[A-Za-z0-9_-]{43}$/
const shownCharacters = 12

/** What an operator may do; each may do what those before it may. */
export const operatorRoles = ['viewer', 'operator', 'admin'] as const
export type OperatorRole = (typeof operatorRoles)[number]

/** A tenant's key opens the public API, an operator's the operators': never both. */
export type KeyHolder =
  | { readonly kind: 'tenant'; readonly tenant: string }
  | { readonly kind: 'operator'; readonly role: OperatorRole; readonly keyName: string }

export type NewApiKey = {
  /** What it is for, in words. */
  readonly name: string
} & ({ readonly tenant: string } | { readonly role: OperatorRole })

export interface IssuedApiKey {
  /** The only time it is seen. */
  readonly key: string
  /** Its first characters, which lists show. */
  readonly prefix: string
}

export const issueApiKey = async (sql: Sql, asked: NewApiKey): Promise<IssuedApiKey> => {
  const key = `trp_${randomBytes(32).toString('base64url')}`
  const prefix = key.slice(0, shownCharacters)
  const [role, tenant] = 'tenant' in asked ? ['tenant', asked.tenant] : [asked.role, null]
  await sql`
    insert into troupe.api_keys (key_hash, key_prefix, role, tenant, name)
    values (${hashOf(key).toString('hex')}, ${prefix}, ${role}, ${tenant}, ${asked.name})`
  return { key, prefix }
}

/** From the next request on. Answers how many were revoked: 0 when the tenant has no such live key. */
export const revokeApiKey = async (sql: Sql, tenant: string, prefix: string): Promise<number> => {
  const revoked = await sql`
    update troupe.api_keys set revoked_at = now()
    where tenant = ${tenant} and key_prefix = ${prefix} and revoked_at is null
    returning key_hash`
  return revoked.length
}

/** The same for an operator's key, which has no tenant. */
export const revokeOperatorKey = async (sql: Sql, prefix: string): Promise<number> => {
  const revoked = await sql`
    update troupe.api_keys set revoked_at = now()
    where tenant is null and key_prefix = ${prefix} and revoked_at is null
    returning key_hash`
  return revoked.length
}

interface KeyRow {
  readonly key_hash: string
  readonly role: string
  readonly tenant: string | null
  readonly name: string
}

/** undefined: no key of ours, unknown, or revoked; the caller is not told which. */
export const holderOfKey = async (sql: Sql, key: string): Promise<KeyHolder | undefined> => {
  if (!keyFormat.test(key)) return undefined
  const hash = hashOf(key)
  const [row] = await sql<KeyRow>`
    select key_hash, role, tenant, name from troupe.api_keys
    where key_hash = ${hash.toString('hex')} and revoked_at is null`
  return row !== undefined && timingSafeEqual(hash, Buffer.from(row.key_hash, 'hex'))
    ? holderIn(row)
    : undefined
}

const holderIn = ({ role: written, tenant, name }: KeyRow): KeyHolder | undefined => {
  if (written === 'tenant') return tenant === null ? undefined : { kind: 'tenant', tenant }
  const role = operatorRoles.find((known) => known === written)
  return role === undefined ? undefined : { kind: 'operator', role, keyName: name }
}

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest()
