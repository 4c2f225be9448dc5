/** Waiting is for a named condition: the name is in the error, so that a test which waits in vain says for what. */

import { setTimeout as delay } from 'node:timers/promises'

export interface WaitOptions {
  /** A bound against waiting for ever, not a speed to reach; default 60,000. */
  readonly timeoutMs?: number
  /** The bound begins anew whenever this has become another one: what goes on slowly is waited for. */
  readonly progress?: () => number
  /** How often the condition is looked at; default 20. */
  readonly everyMs?: number
}

/** Resolves with the first truthy answer of `condition`. Throws naming `why`, with the condition's last error as cause. */
export const waitUntil = async <T>(
  why: string,
  condition: () => T | Promise<T>,
  { timeoutMs = 60_000, everyMs = 20, progress = () => 0 }: WaitOptions = {},
): Promise<NonNullable<T>> => {
  let deadline = performance.now() + timeoutMs
  let reached = progress()
  let lastError: unknown
  for (;;) {
    try {
      const answer = await condition()
      if (answer) return answer
      lastError = undefined
    } catch (error) {
      lastError = error
    }
    const now = progress()
    if (now !== reached) deadline = performance.now() + timeoutMs
    reached = now
    if (performance.now() > deadline) {
      throw new Error(`waited ${String(timeoutMs)} ms in vain until ${why}`, { cause: lastError })
    }
    await delay(everyMs)
  }
}
