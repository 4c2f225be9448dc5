/**
 * `ctx.callKey(name)`: what an outside service is given to know a call again ("idempotency key"). It depends on the event
 * and the name alone, so every attempt, redelivery, retry of a parked record and redrive of a dead letter makes the same
 * one, in whatever process; two calls of one handler have two names. Whoever changes the form below makes all services
 * take calls that were made before for new ones: it stays.
 */

import type { InboxKey } from './inbox-state.ts'
import type { ActorIdentity } from './unit.ts'
import { uuid8 } from './uuid8.ts'

/** SHA-256 of UTF-8 text, in lower-case hex. Passed in: pure folders have no cryptography. */
export type Sha256Hex = (text: string) => string

/**
 * A UUID of version 8 (RFC 9562, 5.8) made of the first 122 bits of SHA-256 over the JSON array
 * `["troupe call", 1, group, actor, tenant, idempotency key, name]`. `idempotencyKey`: the actor's, else the event id.
 */
export const callKey = (
  { group, actor }: ActorIdentity,
  { tenant, key: idempotencyKey }: InboxKey,
  name: string,
  sha256Hex: Sha256Hex,
): string => {
  return uuid8(sha256Hex(JSON.stringify(['troupe call', 1, group, actor, tenant, idempotencyKey, name])))
}
