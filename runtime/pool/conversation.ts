/**
 * One task's way through several messages: the worker asks the main thread for something in the middle of its work
 * and goes on when it is told to. The work itself reads from top to bottom; this keeps the two ends together.
 */

import type { Unit } from '../delivery/unit.ts'
import { messageOf, TroupeError, type ErrorCode } from '../errors.ts'
import type { TaskResult } from './messages.ts'

/** Thrown into work whose unit was given up. */
export class Discarded extends Error {
  override readonly name = 'Discarded'
}

type Request = Extract<TaskResult, { kind: 'produce' | 'waiting' }>
/** A request without its token, which the conversation adds. */
export type Asked = Request extends infer R ? (R extends Request ? Omit<R, 'token'> : never) : never

/** Errors that say a dependency is away: nothing is wrong with the work, it waits. */
const awayCodes = {
  // A schema that the registry refuses is repaired there or by a deployment: until then waiting loses nothing.
  registry: ['REGISTRY_UNAVAILABLE', 'SCHEMA_REFUSED', 'SCHEMA_ID_UNKNOWN'],
  postgres: ['POSTGRES_UNAVAILABLE'],
} as const satisfies Record<string, readonly ErrorCode[]>

export type Dependency = keyof typeof awayCodes

export const isAway = (dependency: Dependency, error: unknown): error is TroupeError =>
  error instanceof TroupeError && (awayCodes[dependency] as readonly ErrorCode[]).includes(error.code)

export class Conversation {
  readonly token: number
  readonly unit: Unit
  readonly epoch: number
  discarded = false
  #answer: ((result: TaskResult) => void) | undefined
  #goOn: PromiseWithResolvers<void> | undefined
  #controller: AbortController | undefined

  constructor(token: number, unit: Unit, epoch: number) {
    this.token = token
    this.unit = unit
    this.epoch = epoch
  }

  /** Aborted when the unit is given up. Made only when somebody looks at it. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.discarded) this.#controller.abort(new Discarded('the partition was given up'))
    return this.#controller.signal
  }

  // The worker's end.

  /** Asks the main thread; resolves when it says to go on. Throws Discarded. */
  async ask(asked: Asked): Promise<void> {
    this.assertLive()
    this.#goOn = Promise.withResolvers()
    this.#give({ ...asked, token: this.token })
    await this.#goOn.promise
    this.assertLive()
  }

  /** Tries until the dependency is there, waiting in between for as long as the main thread sees fit. */
  async patiently<T>(dependency: Dependency, attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      this.assertLive()
      try {
        return await attempt()
      } catch (error) {
        if (!isAway(dependency, error)) throw error
        await this.waitFor(dependency, error)
      }
    }
  }

  async waitFor(dependency: Dependency, error: unknown): Promise<void> {
    await this.ask({ kind: 'waiting', for: dependency, reason: messageOf(error) })
  }

  assertLive(): void {
    if (this.discarded) throw new Discarded('the partition was given up')
  }

  finish(result: TaskResult): void {
    this.#give(result)
  }

  // The main thread's end.

  /** The next thing the worker says. */
  next(): Promise<TaskResult> {
    return new Promise((resolve) => {
      this.#answer = resolve
    })
  }

  /** Is the worker waiting for `resume`? */
  get isAsking(): boolean {
    return this.#goOn !== undefined
  }

  resume(): Promise<TaskResult> {
    const answer = this.next()
    const goOn = this.#goOn
    this.#goOn = undefined
    goOn?.resolve()
    return answer
  }

  /** Answers whoever waits at once, however long the handlers under way still take. */
  discard(): void {
    if (this.discarded) return
    this.discarded = true
    this.#controller?.abort(new Discarded('the partition was given up'))
    this.#give({ kind: 'discarded' })
    const goOn = this.#goOn
    this.#goOn = undefined
    goOn?.reject(new Discarded('the partition was given up'))
  }

  #give(result: TaskResult): void {
    const answer = this.#answer
    this.#answer = undefined
    answer?.(result)
  }
}
