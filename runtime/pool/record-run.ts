/**
 * Calls `receive` for records in the order their actor asks for.
 *
 * R1. 'partition': one after the other; the first that is not finished stops the run, the rest is left.
 * R2. 'key': records of different keys side by side, up to `concurrency`; those of one key one after the other; after
 *     one that is not finished the later ones of its key are left, other keys go on. Records without key have no order.
 * R3. 'none': side by side; only the failing one stays unfinished. Where a key has a state its records still take
 *     turns, since each begins with the state the one before has left.
 * R4. After a record that found a dependency away no other is begun: the rest is left.
 * R5. A `receive` that answers at once costs no promise and no look at the key.
 */

import type { Order } from '../actor/index.ts'
import type { BatchOutcome } from './batch-outcome.ts'
import { Discarded, isAway } from './conversation.ts'
import { isThenable } from './outcome-check.ts'
import type { RecordContext } from './record-context.ts'
import type { TaskScope } from './task-scope.ts'

/** Where the run gets its records. */
export interface RecordSupply {
  next(): RecordContext | undefined
  /** None of the records still to come will be handled. */
  leaveRest(): void
}

export interface RunRules {
  readonly order: Order
  readonly concurrency: number
  /** Records of one key take turns whatever the order. */
  readonly keyed: boolean
  /** Calls `receive`; answers what it returns. */
  readonly call: (record: RecordContext) => unknown
}

interface Chain {
  readonly key: string
  readonly waiting: RecordContext[]
  nextWaiting: number
}

export class RecordRun {
  /** R1, R4: a record was left unfinished, and with it all after it. */
  stopped = false
  readonly #scope: TaskScope
  readonly #outcome: BatchOutcome
  readonly #supply: RecordSupply
  readonly #rules: RunRules
  /** R2: keys with an unfinished record. */
  readonly #blocked: Set<string>
  /** Keys with a record under way. */
  readonly #chains = new Map<string, Chain>()
  #inFlight = 0
  #failed: { readonly error: unknown } | undefined
  #wake: (() => void) | undefined

  /** `blocked` is added to: keys that must not go on after this run either. */
  constructor(
    scope: TaskScope,
    outcome: BatchOutcome,
    supply: RecordSupply,
    rules: RunRules,
    blocked = new Set<string>(),
  ) {
    this.#scope = scope
    this.#outcome = outcome
    this.#supply = supply
    this.#rules = rules
    this.#blocked = blocked
  }

  /** Throws Discarded, POSTGRES_UNAVAILABLE out of an open transaction, and bugs; the outcome is worthless then. */
  async run(): Promise<void> {
    const { concurrency } = this.#rules
    while (!this.stopped) {
      this.#assertGoingOn()
      const record = this.#supply.next()
      if (record === undefined) break
      if ((this.#chains.size > 0 || this.#blocked.size > 0) && this.#waitsForItsKey(record)) continue
      this.#start(record, undefined)
      while (this.#inFlight >= concurrency) await this.#oneEnds()
    }
    while (this.#inFlight > 0) await this.#oneEnds()
    this.#assertGoingOn()
    if (this.stopped) this.#supply.leaveRest()
  }

  #assertGoingOn(): void {
    if (this.#failed !== undefined) throw this.#failed.error
    if (this.#scope.discarded) throw new Discarded('the partition was given up')
  }

  #waitsForItsKey(record: RecordContext): boolean {
    const key = record.keyBytesText()
    if (key === undefined) return false
    if (this.#blocked.has(key)) {
      this.#leave(record)
      return true
    }
    const chain = this.#chains.get(key)
    chain?.waiting.push(record.capture())
    return chain !== undefined
  }

  #start(record: RecordContext, chain: Chain | undefined): void {
    const { failedBefore } = record
    if (failedBefore !== undefined) {
      this.#settled(record, this.#outcome.threw(record, failedBefore.error, failedBefore.kind))
      return
    }
    let returned: unknown
    let isPromise: boolean
    try {
      returned = this.#rules.call(record)
      isPromise = isThenable(returned)
    } catch (error) {
      this.#settled(record, this.#outcome.threw(record, error))
      return
    }
    if (isPromise) this.#follow(record, returned as PromiseLike<unknown>, chain ?? this.#newChain(record))
    else if (!this.#outcome.returned(record, returned)) this.#settled(record, false)
  }

  #follow(record: RecordContext, promise: PromiseLike<unknown>, chain: Chain | undefined): void {
    record.capture()
    this.#inFlight++
    Promise.resolve(promise).then(
      (returned) => {
        this.#ended(record, chain, () => this.#outcome.returned(record, returned))
      },
      (thrown: unknown) => {
        this.#ended(record, chain, () => this.#outcome.threw(record, this.#orAway(thrown)))
      },
    )
  }

  /** With a transaction open it is the transaction that is lost, and all its records with it, not this one's fault. */
  #orAway(thrown: unknown): unknown {
    if (this.#scope.transaction !== undefined && isAway('postgres', thrown)) throw thrown
    return thrown
  }

  #ended(record: RecordContext, chain: Chain | undefined, settle: () => boolean): void {
    this.#inFlight--
    try {
      if (!this.#scope.discarded && this.#failed === undefined) {
        this.#settled(record, settle())
        if (chain !== undefined) this.#advance(chain)
      }
    } catch (error) {
      this.#failed ??= { error }
    }
    this.#wake?.()
  }

  /** The next records of a key whose record has ended. */
  #advance(chain: Chain): void {
    for (;;) {
      const record = chain.waiting[chain.nextWaiting]
      if (record === undefined) break
      chain.nextWaiting++
      if (this.stopped || this.#blocked.has(chain.key)) {
        this.#leave(record)
        continue
      }
      const inFlight = this.#inFlight
      this.#start(record, chain)
      if (this.#inFlight > inFlight) return
    }
    this.#chains.delete(chain.key)
  }

  #settled(record: RecordContext, finished: boolean): void {
    if (finished) return
    if (this.#rules.order === 'partition' || this.#scope.timesAway() > 0) this.stopped = true
    const key = this.#rules.order === 'key' ? record.keyBytesText() : undefined
    if (key !== undefined) this.#blocked.add(key)
  }

  #newChain(record: RecordContext): Chain | undefined {
    const key = this.#rules.keyed ? record.keyBytesText() : undefined
    if (key === undefined) return undefined
    const chain: Chain = { key, waiting: [], nextWaiting: 0 }
    this.#chains.set(key, chain)
    return chain
  }

  #leave(record: RecordContext): void {
    this.#outcome.heldUp(record)
  }

  async #oneEnds(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#wake = undefined
  }
}
