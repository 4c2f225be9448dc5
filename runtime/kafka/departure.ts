/**
 * How a member ends its membership, in this order, each step with a deadline of its own: what hangs is left behind.
 *
 * D1  A dynamic member leaves: it unsubscribes and gives its partitions back by a revoke, so that others have them at
 *     once. After that nothing of them is ours.
 * D2  A static member stays a member: it finishes and commits as a revoke would, and goes without a word. Unsubscribing
 *     would send LeaveGroup, and its partitions would move twice; so they wait for its restart within the session
 *     time-out.
 * D3  From then on rebalances are answered at once, and nothing is asked of the brokers: what is in flight when the
 *     disconnect begins can hang it.
 */

import { messageOf } from '../errors.ts'
import { within } from './waiting.ts'

export interface DepartureSteps {
  /** Throws when librdkafka refuses. */
  unsubscribe(): void
  /** Resolves with whether the group has taken all partitions back in time. */
  untilGivenBack(timeoutMs: number): Promise<boolean>
  /** What a revoke of all partitions would do, without giving them back. */
  finishAll(): Promise<void>
  /** D3 */
  takeNoMore(): void
  closePartitions(): Promise<void>
  endPolling(): Promise<void>
  endQuestions(): Promise<void>
  /** Resolves with whether it ended in time. */
  disconnect(timeoutMs: number): Promise<boolean>
  /** Something did not go as it should. The departure goes on. */
  tell(message: string): void
}

export interface DepartureBounds {
  readonly membership: 'dynamic' | 'static'
  /** Of leaving or finishing, and once more of closing the partitions. */
  readonly leaveTimeoutMs: number
  readonly disconnectTimeoutMs: number
}

/** Always ends, and never rejects. */
export const depart = async (
  steps: DepartureSteps,
  { membership, leaveTimeoutMs, disconnectTimeoutMs }: DepartureBounds,
): Promise<void> => {
  await (membership === 'dynamic' ? leave(steps, leaveTimeoutMs) : goSilently(steps, leaveTimeoutMs))
  steps.takeNoMore()
  await within(steps.closePartitions(), leaveTimeoutMs)
  await steps.endPolling()
  await steps.endQuestions()
  if (await steps.disconnect(disconnectTimeoutMs)) return
  steps.tell(`disconnecting did not end within ${String(disconnectTimeoutMs)} ms and was left behind`)
}

/** D1 */
const leave = async (steps: DepartureSteps, timeoutMs: number): Promise<void> => {
  try {
    steps.unsubscribe()
  } catch (error) {
    steps.tell(`unsubscribing: ${messageOf(error)}`)
    return
  }
  if (await steps.untilGivenBack(timeoutMs)) return
  steps.tell(`the group was not left within ${String(timeoutMs)} ms`)
}

/** D2 */
const goSilently = async (steps: DepartureSteps, timeoutMs: number): Promise<void> => {
  const finishing = steps.finishAll().catch((error: unknown) => {
    steps.tell(`finishing: ${messageOf(error)}`)
  })
  if (await within(finishing, timeoutMs)) return
  steps.tell(`work in flight was not finished within ${String(timeoutMs)} ms`)
}
