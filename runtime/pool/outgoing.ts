/** What a batch sends to Kafka. */

import type { NewDeadLetter } from '../delivery/index.ts'
import type { Emission } from './emissions.ts'

/** An emission, or a dead letter. `id` names it whenever its record is handled again. */
export type Outgoing =
  | {
      readonly kind: 'event'
      readonly id: string
      readonly emission: Emission
      /** Of the event it was made from. */
      readonly eventId: string
    }
  | { readonly kind: 'dead-letter'; readonly id: string; readonly letter: NewDeadLetter }
