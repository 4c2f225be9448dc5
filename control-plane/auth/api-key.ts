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

export interface NewApiKey {
  readonly tenant: string
  /** What it is for, in words. */
  readonly name: string
}

export interface IssuedApiKey {
  /** The only time it is seen. */
  readonly key: string
  /** Its first characters, which lists show. */
  readonly prefix: string
}

export const issueApiKey = async (sql: Sql, { tenant, name }: NewApiKey): Promise<IssuedApiKey> => {
  const key = `trp_${randomBytes(32).toString('base64url')}`
  const prefix = key.slice(0, shownCharacters)
  await sql`
    insert into troupe.api_keys (key_hash, key_prefix, tenant, name)
    values (${hashOf(key).toString('hex')}, ${prefix}, ${tenant}, ${name})`
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

/** undefined: no key of ours, unknown, or revoked; the caller is not told which. */
export const tenantOfKey = async (sql: Sql, key: string): Promise<string | undefined> => {
  if (!keyFormat.test(key)) return undefined
  const hash = hashOf(key)
  const [row] = await sql<{ key_hash: string; tenant: string }>`
    select key_hash, tenant from troupe.api_keys
    where key_hash = ${hash.toString('hex')} and revoked_at is null`
  return row !== undefined && timingSafeEqual(hash, Buffer.from(row.key_hash, 'hex')) ? row.tenant : undefined
}

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest()
