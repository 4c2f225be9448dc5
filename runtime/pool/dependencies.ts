/**
 * Whether what the actors of this worker declared to need is there: a breaker for each dependency of each actor.
 *
 *   closed   a good answer is believed for `everyMs`; the first batch after that asks again
 *   open     a check has failed, or a handler has said so: no record is handled, and whenever the main thread lets a
 *            waiting batch go on it asks again, until an answer is good
 *
 * D1. One check of a dependency at a time, whoever asks.
 */

import type { ActorDefinition } from '../actor/index.ts'
import { messageOf } from '../errors.ts'
import type { Conversation } from './conversation.ts'

type Declared = ActorDefinition['dependencies'][string]

interface Breaker {
  goodUntilMs: number
  /** How often in a row a handler found it away though the check had passed. */
  foundAway: number
  checking: Promise<string | undefined> | undefined
}

export class Dependencies {
  /** ms that never go back. */
  readonly #nowMs: () => number
  readonly #breakers = new Map<string, Breaker>()

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** Resolves when all are there. Throws Discarded. */
  async untilThere(actor: ActorDefinition, conversation: Conversation): Promise<void> {
    for (const [name, declared] of Object.entries(actor.dependencies)) {
      for (;;) {
        const reason = await this.#whyAway(this.#breaker(actor, name), declared)
        if (reason === undefined) break
        await conversation.ask({
          kind: 'waiting',
          for: 'dependency',
          reason: `'${name}' of actor '${actor.name}' is away: ${reason}`,
        })
      }
    }
  }

  /** A handler found it away. How often in a row that happened; undefined: the actor declares no such dependency. */
  foundAway(actor: ActorDefinition, name: string): number | undefined {
    if (!Object.hasOwn(actor.dependencies, name)) return undefined
    const breaker = this.#breaker(actor, name)
    breaker.goodUntilMs = -Infinity
    return (breaker.foundAway += 1)
  }

  /** A batch went through without one being away. */
  worked(actor: ActorDefinition): void {
    for (const name of Object.keys(actor.dependencies)) this.#breaker(actor, name).foundAway = 0
  }

  #breaker(actor: ActorDefinition, name: string): Breaker {
    const key = `${actor.name}/${name}`
    const known = this.#breakers.get(key)
    if (known !== undefined) return known
    const breaker: Breaker = { goodUntilMs: -Infinity, foundAway: 0, checking: undefined }
    this.#breakers.set(key, breaker)
    return breaker
  }

  /** D1. */
  #whyAway(breaker: Breaker, declared: Declared): Promise<string | undefined> {
    if (this.#nowMs() < breaker.goodUntilMs) return Promise.resolve(undefined)
    breaker.checking ??= failureOf(declared).then((reason) => {
      breaker.checking = undefined
      if (reason === undefined) breaker.goodUntilMs = this.#nowMs() + declared.everyMs
      return reason
    })
    return breaker.checking
  }
}

/** Undefined: the check has passed. */
const failureOf = async ({ check, timeoutMs }: Declared): Promise<string | undefined> => {
  const timeout = AbortSignal.timeout(timeoutMs)
  const late = Promise.withResolvers<string>()
  timeout.addEventListener('abort', () => {
    late.resolve(`its check did not end within ${String(timeoutMs)} ms`)
  })
  const checked = (async () => {
    await check(timeout)
  })().then(
    () => undefined,
    (error: unknown) => messageOf(error) || 'its check failed',
  )
  return Promise.race([checked, late.promise])
}
