/** What `onReject` sees of a record that was given up. */

import type { Offset } from '../topic-partition.ts'

export interface Rejection<Event = unknown> {
  /** `rejected`: the handler said so. `exhausted`: its attempts are used up. `undecodable`: nobody can read it. */
  readonly outcome: 'rejected' | 'exhausted' | 'undecodable'
  /** Undefined when it could not be read. */
  readonly event: Event | undefined
  /** The handler's reason, or the message of the last error. */
  readonly reason: string
  /** Class of the last error; `Reject` when the handler said so. */
  readonly errorClass: string
  readonly attempts: number
  readonly topic: string
  readonly partition: number
  readonly offset: Offset
  /** '' when it could not be read. */
  readonly eventId: string
  readonly correlationId: string
  readonly tenant: string
}
