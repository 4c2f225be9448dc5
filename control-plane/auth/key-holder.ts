/** Who a credential stands for. */

/** What an operator may do; each may do what those before it may. */
export const operatorRoles = ['viewer', 'operator', 'admin'] as const
export type OperatorRole = (typeof operatorRoles)[number]

/** What a tenant's credential may be limited to. */
export const tenantScopes = ['tracking:read', 'tracking:subscribe'] as const
export type TenantScope = (typeof tenantScopes)[number]

interface Shown {
  /** Of the credential, for rate limits; tells nothing of it. */
  readonly id: string
  /** Ms since the epoch; undefined: it does not expire. */
  readonly expiresAtMs: number | undefined
}

/** A tenant's credential opens the public API, an operator's the operators': never both. */
export type KeyHolder =
  | (Shown & { readonly kind: 'tenant'; readonly tenant: string; readonly scopes: readonly TenantScope[] })
  | (Shown & { readonly kind: 'operator'; readonly role: OperatorRole; readonly keyName: string })

/** Those that are known here; others are another version's. */
export const scopesIn = (names: readonly string[] | null | undefined): readonly TenantScope[] =>
  names ? tenantScopes.filter((scope) => names.includes(scope)) : tenantScopes
