/** What a batch sends to Kafka. */

import type { NewDeadLetter, OutgoingRecord } from '../delivery/index.ts'
import type { Offset } from '../topic-partition.ts'
import type { Emission } from './emissions.ts'

/** An emission, a dead letter, or a record that waits in a retry topic. `id` names it whenever its record is handled again. */
export type Outgoing =
  | {
      readonly kind: 'event'
      readonly id: string
      readonly emission: Emission
      /** Of the event it was made from. */
      readonly eventId: string
    }
  | {
      readonly kind: 'dead-letter'
      readonly id: string
      readonly letter: NewDeadLetter
      readonly logOffset: Offset
      /** Of an exception that nobody declared: it goes to their topic too. */
      readonly isUnhandled: boolean
    }
  | { readonly kind: 'retry'; readonly id: string; readonly record: OutgoingRecord }
