/** An actor with some of its options set by operators. */

import type { ActorDefinition, RetryTimes } from './actor-definition.ts'
import { withoutUndefined } from './actor-options.ts'
import { definitionOf } from './define-actor.ts'

export type DefinitionOverrides = {
  readonly [Time in keyof RetryTimes]?: RetryTimes[Time] | undefined
} & { readonly concurrency?: number | undefined }

/** Checked as its author's options are. Throws ACTOR_INVALID. */
export const overridden = (
  definition: ActorDefinition,
  { concurrency, ...times }: DefinitionOverrides,
): ActorDefinition => {
  const { name, receives, receive, order, effects, sql } = definition
  const isSerial = sql || order === 'partition'
  const wanted = concurrency ?? (isSerial ? undefined : definition.concurrency)
  const checked = definitionOf({
    ...{ name, receives, receive, order, effects, sql },
    ...(wanted !== undefined && { concurrency: wanted }),
    retry: { ...definition.retry, ...(withoutUndefined(times) as Partial<RetryTimes>) },
  })
  return Object.freeze({ ...definition, concurrency: checked.concurrency, retry: checked.retry })
}
