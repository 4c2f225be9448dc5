/** `defineActor`: what an author's module exports. */

import type { ActorDefinition, ActorOptions, KafkaActorOptions, Receivables } from './actor-definition.ts'
import { checkedOptions, defaultRetry, defaultRetryMode, withoutUndefined } from './actor-options.ts'
import type { Tracked } from './context.ts'
import type { Dependency } from './dependency.ts'

interface DefineActor {
  <const R extends Receivables>(options: KafkaActorOptions<R>): ActorDefinition
  <const R extends Receivables, State = unknown, T extends Tracked = Tracked>(
    options: ActorOptions<R, State, T>,
  ): ActorDefinition
}

/**
 * Checks every option and fills in the defaults. Throws ACTOR_INVALID, naming the actor, the option, its value and
 * what is allowed.
 */
export const defineActor: DefineActor = (options: unknown): ActorDefinition => definitionOf(options)

/** The same, of options whose types nobody has looked at. */
export const definitionOf = (options: unknown): ActorDefinition => {
  const { name, receives, receive, order, concurrency, effects, sql, ...rest } = checkedOptions(options)
  return Object.freeze<ActorDefinition>({
    kind: 'troupe-actor',
    name,
    receives,
    receive,
    order: order ?? 'partition',
    // An open transaction is one connection: its records come one after the other, as they do in partition order.
    concurrency: sql === true || (order ?? 'partition') === 'partition' ? 1 : (concurrency ?? 16),
    effects: effects ?? 'none',
    sql: sql ?? false,
    group: rest.group,
    startFrom: rest.startFrom ?? 'earliest',
    idempotencyKey: rest.idempotencyKey,
    retry: {
      ...defaultRetry,
      mode: defaultRetryMode(order, effects),
      ...withoutUndefined(rest.retry ?? {}),
    },
    timeLimitMs: rest.timeLimitMs ?? 300_000,
    dependencies: withDefaults(rest.dependencies ?? {}),
    onTimer: rest.onTimer,
    stateForm: rest.state?.form ?? { version: 1, upgrade: undefined },
    onReject: rest.onReject,
    applyTracked: rest.applyTracked,
  })
}

const withDefaults = (dependencies: Readonly<Record<string, Dependency>>): ActorDefinition['dependencies'] =>
  Object.fromEntries(
    Object.entries(dependencies).map(([name, { check, everyMs = 5_000, timeoutMs = 2_000 }]) => [
      name,
      { check, everyMs, timeoutMs },
    ]),
  )

/** Is it what `defineActor` answers? For what a module exports. */
export const isActorDefinition = (value: unknown): value is ActorDefinition =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'troupe-actor'
