/** What makes two events the same one: what the actor says, else the event id. */

import type { ActorDefinition } from '../actor/index.ts'
import type { InboxKey } from '../delivery/effects.ts'
import type { EventIdentity } from '../serde/index.ts'
import { misused } from './context-errors.ts'
import { described } from './failure-data.ts'

/** Throws CONTEXT_MISUSED, and what the actor's own function throws. */
export const idempotencyKeyOf = (
  event: unknown,
  { tenant, id }: EventIdentity,
  { idempotencyKey, name }: ActorDefinition,
): InboxKey => {
  const key: unknown = idempotencyKey === undefined ? id : idempotencyKey(event)
  if (typeof key !== 'string' || key === '') {
    throw misused(
      `idempotencyKey of actor '${name}'`,
      `answered ${described(key)}, and not a string of some length`,
    )
  }
  return { tenant, key }
}
