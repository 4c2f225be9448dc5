/** API keys in Postgres: issued, replaced, revoked, listed, and looked up by their hash. */

import { TroupeError } from '../../runtime/errors.ts'
import type { Sql } from '../read-model/sql.ts'
import { hashOf, isKey, newKey, shownOf } from './key-form.ts'
import { type KeyHolder, type OperatorRole, operatorRoles, scopesIn, type TenantScope } from './key-holder.ts'

export type KeyOwner = { readonly tenant: string } | { readonly role: OperatorRole }

export type NewApiKey = KeyOwner & {
  /** What it is for, in words. Two keys of an owner and a name can live at once. */
  readonly name: string
  /** Of a tenant's key; default: all. */
  readonly scopes?: readonly TenantScope[] | undefined
  /** Default: it lives until it is revoked. */
  readonly expiresAt?: Date | undefined
}

export interface IssuedApiKey {
  /** The only time it is seen. */
  readonly key: string
  /** Its first characters, which lists show. */
  readonly prefix: string
}

/** Throws CONFIG_INVALID where two of this name live. */
export const issueApiKey = async (sql: Sql, asked: NewApiKey): Promise<IssuedApiKey> => {
  const { role, tenant } = columnsOf(asked)
  const key = newKey()
  const prefix = shownOf(key)
  // An expired key must not hold a place.
  await sql`
    update troupe.api_keys set revoked_at = expires_at
    where role = ${role} and coalesce(tenant, '') = ${tenant ?? ''} and name = ${asked.name}
      and revoked_at is null and expires_at <= now()`
  const issued = await sql`
    insert into troupe.api_keys (key_hash, key_prefix, role, tenant, name, scopes, expires_at, slot)
    select ${hashOf(key)}, ${prefix}, ${role}, ${tenant}, ${asked.name}, ${asked.scopes ?? null}::text[],
      ${asked.expiresAt ?? null}::timestamptz, free.slot
    from (values (1), (2)) as free (slot)
    where not exists (
      select from troupe.api_keys as taken
      where taken.role = ${role} and coalesce(taken.tenant, '') = ${tenant ?? ''} and taken.name = ${asked.name}
        and taken.revoked_at is null and taken.slot = free.slot
    )
    order by free.slot limit 1
    on conflict do nothing
    returning 1`
  if (issued.length === 1) return { key, prefix }
  throw new TroupeError(
    'CONFIG_INVALID',
    `Two keys named "${asked.name}" live already: troupe keys list shows them, troupe keys revoke ends one.`,
  )
}

/** From a second later on. Answers how many were revoked: 0 when the tenant has no such live key. */
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

/** Live keys of a name end at `at`, but for the one that takes their place. Answers those that do. */
export const endOthers = async (
  sql: Sql,
  owner: KeyOwner & { readonly name: string },
  successor: string,
  at: Date,
): Promise<readonly string[]> => {
  const { role, tenant } = columnsOf(owner)
  const ended = await sql<{ readonly prefix: string }>`
    update troupe.api_keys set expires_at = least(expires_at, ${at}::timestamptz)
    where role = ${role} and coalesce(tenant, '') = ${tenant ?? ''} and name = ${owner.name}
      and revoked_at is null and key_prefix <> ${successor}
    returning key_prefix as prefix`
  return ended.map(({ prefix }) => prefix)
}

export interface ListedKey {
  readonly prefix: string
  readonly name: string
  readonly role: string
  readonly tenant: string | null
  readonly scopes: readonly string[] | null
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly lastUsedAt: Date | null
  readonly revokedAt: Date | null
  readonly state: 'live' | 'expired' | 'revoked'
}

/** The last issued first. */
export const listApiKeys = (
  sql: Sql,
  { tenant, dead }: { readonly tenant?: string | undefined; readonly dead: boolean },
): Promise<readonly ListedKey[]> => sql<ListedKey>`
  select key_prefix as prefix, name, role, tenant, scopes, created_at as "createdAt", expires_at as "expiresAt",
    last_used_at as "lastUsedAt", revoked_at as "revokedAt",
    case when revoked_at is not null and revoked_at is distinct from expires_at then 'revoked'
         when expires_at <= now() then 'expired' else 'live' end as state
  from troupe.api_keys
  where (${tenant ?? null}::text is null or tenant = ${tenant ?? null})
    and (${dead} or (revoked_at is null and coalesce(expires_at > now(), true)))
  order by created_at desc, key_prefix
  limit 1000`

interface KeyRow {
  readonly role: string
  readonly tenant: string | null
  readonly name: string
  readonly scopes: readonly string[] | null
  readonly expiresAt: Date | null
  readonly usedLately: boolean
}

/** undefined: no key of ours, unknown, expired, or revoked; the caller is not told which. */
export const holderOfKey = async (
  sql: Sql,
  key: string,
): Promise<{ readonly holder: KeyHolder; readonly usedLately: boolean } | undefined> => {
  if (!isKey(key)) return undefined
  const hash = hashOf(key)
  const [row] = await sql<KeyRow>`
    select role, tenant, name, scopes, expires_at as "expiresAt",
      coalesce(last_used_at > now() - interval '10 min', false) as "usedLately"
    from troupe.api_keys
    where key_hash = ${hash} and revoked_at is null and coalesce(expires_at > now(), true)`
  const holder = row && holderIn(row, shownOf(key))
  return holder && { holder, usedLately: row.usedLately }
}

/** Once in ten minutes at most, whoever asks. */
export const noteUse = async (sql: Sql, key: string): Promise<void> => {
  await sql`
    update troupe.api_keys set last_used_at = now()
    where key_hash = ${hashOf(key)} and coalesce(last_used_at <= now() - interval '10 min', true)`
}

const holderIn = (
  { role: written, tenant, name, scopes, expiresAt }: KeyRow,
  id: string,
): KeyHolder | undefined => {
  const expiresAtMs = expiresAt?.getTime()
  if (written === 'tenant')
    return tenant === null ? undefined : { kind: 'tenant', tenant, scopes: scopesIn(scopes), id, expiresAtMs }
  const role = operatorRoles.find((known) => known === written)
  return role === undefined ? undefined : { kind: 'operator', role, keyName: name, id, expiresAtMs }
}

const columnsOf = (owner: KeyOwner): { readonly role: string; readonly tenant: string | null } =>
  'tenant' in owner ? { role: 'tenant', tenant: owner.tenant } : { role: owner.role, tenant: null }
