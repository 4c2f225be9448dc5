/**
 * Who may come in: a credential → whom it stands for. Keys are looked up in Postgres, tokens verified by their signature;
 * what was found is believed for a second, so that a busy client costs a look-up a second and a revoked key ends within one.
 */

import type { Sql } from '../read-model/sql.ts'
import { holderOfKey, noteUse } from './api-key.ts'
import { looksLikeToken, type TokenReader } from './json-web-token.ts'
import { hashOf } from './key-form.ts'
import type { KeyHolder } from './key-holder.ts'
import { RefusalBudget } from './refusal-budget.ts'

export interface AccessOptions {
  readonly sql: Sql
  /** undefined: no token opens anything. */
  readonly tokens?: TokenReader | undefined
  /** Wrong credentials of an address in a minute. */
  readonly refusalsPerMinute: number
}

export type Verdict =
  | { readonly kind: 'let-in'; readonly holder: KeyHolder }
  /** No credential, or none of ours, or one that has ended: nobody is told which. */
  | { readonly kind: 'unknown' }
  /** It opens the other API. */
  | { readonly kind: 'other-api' }
  /** The address has shown too many wrong ones. */
  | { readonly kind: 'too-many'; readonly waitS: number }

const believedMs = 1_000
const mostBelieved = 10_000

interface Believed {
  readonly holders: readonly KeyHolder[]
  readonly untilMs: number
}

export class Access {
  readonly #sql: Sql
  readonly #tokens: TokenReader | undefined
  readonly #refusals: RefusalBudget
  readonly #believed = new Map<string, Believed>()

  constructor({ sql, tokens, refusalsPerMinute }: AccessOptions) {
    this.#sql = sql
    this.#tokens = tokens
    this.#refusals = new RefusalBudget(refusalsPerMinute)
  }

  /** Throws what Postgres, or the place of the tokens' keys, throws when it is away. */
  async judge(
    credential: string | undefined,
    kind: KeyHolder['kind'],
    address: string,
    nowMs = Date.now(),
  ): Promise<Verdict> {
    if (credential === undefined) return { kind: 'unknown' }
    const hash = hashOf(credential)
    const known = this.#known(hash, nowMs)
    // Who was right a second ago is not held up by others at the same address.
    const waitS = known === undefined ? this.#refusals.waitFor(address, nowMs) : 0
    if (waitS > 0) return { kind: 'too-many', waitS }
    const holders = (known ?? (await this.#lookUp(credential, hash, nowMs))).filter(
      ({ expiresAtMs }) => expiresAtMs === undefined || expiresAtMs > nowMs,
    )
    const holder = holders.find((one) => one.kind === kind)
    if (holder !== undefined) return { kind: 'let-in', holder }
    this.#refusals.note(address, nowMs)
    return { kind: holders.length > 0 ? 'other-api' : 'unknown' }
  }

  #known(hash: string, nowMs: number): readonly KeyHolder[] | undefined {
    const believed = this.#believed.get(hash)
    return believed !== undefined && nowMs < believed.untilMs ? believed.holders : undefined
  }

  async #lookUp(credential: string, hash: string, nowMs: number): Promise<readonly KeyHolder[]> {
    const holders = looksLikeToken(credential)
      ? ((await this.#tokens?.(credential)) ?? [])
      : await this.#holdersOfKey(credential)
    if (holders.length === 0) return []
    this.#believed.delete(hash)
    this.#believed.set(hash, { holders, untilMs: nowMs + believedMs })
    const [oldest] = this.#believed.keys()
    if (this.#believed.size > mostBelieved && oldest !== undefined) this.#believed.delete(oldest)
    return holders
  }

  async #holdersOfKey(key: string): Promise<readonly KeyHolder[]> {
    const found = await holderOfKey(this.#sql, key)
    if (found === undefined) return []
    // Nobody waits for it, and nobody hears when it fails: the next use is noted as well.
    if (!found.usedLately) void noteUse(this.#sql, key).catch(() => undefined)
    return [found.holder]
  }
}
