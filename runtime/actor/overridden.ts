/** An actor with some of its options set by operators. */

import type { ActorDefinition, ActorOptions, Receivables, RetryTimes } from './actor-definition.ts'
import type { Tracked } from './context.ts'
import { withoutUndefined } from './actor-options.ts'
import { defineActor } from './define-actor.ts'

export type DefinitionOverrides = {
  readonly [Time in keyof RetryTimes]?: RetryTimes[Time] | undefined
} & { readonly concurrency?: number | undefined }

/** Checked as its author's options are. Throws ACTOR_INVALID. */
export const overridden = (
  { kind, concurrency, retry, ...own }: ActorDefinition,
  { concurrency: wanted, ...times }: DefinitionOverrides,
): ActorDefinition => {
  kind satisfies 'troupe-actor'
  const isSerial = own.sql || own.order === 'partition'
  return defineActor(
    withoutUndefined({
      ...own,
      concurrency: wanted ?? (isSerial ? undefined : concurrency),
      retry: { ...retry, ...withoutUndefined(times) },
    }) as unknown as ActorOptions<Receivables, unknown, Tracked>,
  )
}
