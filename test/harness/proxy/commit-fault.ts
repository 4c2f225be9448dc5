/** What can be done to one COMMIT on its way through a proxy, and to which one. */

import { waitUntil } from '../wait-until.ts'
import type { CommitAnswer, CommitSeen } from './postgres-conversation.ts'

/**
 * cut-before      both sides are reset, the COMMIT is not forwarded: rolled back for certain
 * cut-after       the COMMIT is forwarded; when its answer has come both sides are reset instead: committed
 * delay-then-cut  as cut-after, and the answer is held for a while first
 * late-commit     the client is reset at once; the COMMIT reaches the server a while later, beside whatever the client
 *                 does meanwhile on other connections
 * freeze          the connection is held from the COMMIT on, both ways, until `thaw`
 */
export type CommitFault =
  | { readonly kind: 'cut-before' | 'cut-after' | 'freeze' }
  | { readonly kind: 'delay-then-cut' | 'late-commit'; readonly delayMs: number }

export interface CommitCondition {
  /** Of those that match, counted from when the fault was armed; 1, the next one, by default. */
  readonly nth?: number
  readonly matching?: (commit: CommitSeen) => boolean
}

export interface FiredFault {
  readonly commit: CommitSeen
  /** What the server said to the COMMIT; undefined: it was not asked, or not yet. */
  readonly answer: CommitAnswer | undefined
}

export class ArmedFault {
  readonly fault: CommitFault
  readonly #condition: CommitCondition
  #state: 'armed' | 'taken' | 'fired' | 'disarmed' = 'armed'
  #matched = 0
  #fired: FiredFault | undefined

  constructor(fault: CommitFault, condition: CommitCondition) {
    this.fault = fault
    this.#condition = condition
  }

  /** Undefined until it did what it was armed for. */
  get fired(): FiredFault | undefined {
    return this.#fired
  }

  /** Waits for it by this name. */
  async untilFired(timeoutMs = 60_000): Promise<FiredFault> {
    return await waitUntil(`a COMMIT has met the fault "${this.fault.kind}"`, () => this.#fired, {
      timeoutMs,
    })
  }

  disarm(): void {
    if (this.#state === 'armed') this.#state = 'disarmed'
  }

  /** For the proxy: is it this COMMIT's? */
  takes(commit: CommitSeen): boolean {
    const { nth = 1, matching = () => true } = this.#condition
    if (this.#state !== 'armed' || !matching(commit)) return false
    this.#matched += 1
    if (this.#matched < nth) return false
    this.#state = 'taken'
    return true
  }

  /** For the proxy. */
  did(fired: FiredFault): void {
    this.#state = 'fired'
    this.#fired = fired
  }

  /** For the proxy: the connection broke by itself before; the next COMMIT that matches is the one. */
  missed(): void {
    if (this.#state === 'taken') this.#state = 'armed'
  }
}

export class CommitFaults {
  readonly #armed: ArmedFault[] = []
  commits = 0

  arm(fault: CommitFault, condition: CommitCondition): ArmedFault {
    const armed = new ArmedFault(fault, condition)
    this.#armed.push(armed)
    return armed
  }

  meets(commit: CommitSeen): ArmedFault | undefined {
    this.commits += 1
    return this.#armed.find((armed) => armed.takes(commit))
  }
}
