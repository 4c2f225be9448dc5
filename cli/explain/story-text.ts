/** An event's story as people read it. */

import type { EventStepRow, EventStoryRow } from '../../control-plane/read-model/operator/event-steps.ts'
import { printable, textTable, timeText } from '../text-table.ts'

export const storyText = ({ eventId, steps }: EventStoryRow): string =>
  [
    `event ${printable(eventId)}`,
    '',
    textTable(
      ['AT', 'WHAT', 'GROUP', 'ACTOR', 'RECORD', 'LETTER', ''],
      steps.map((step) => [
        step.at === null ? '–' : timeText(step.at.getTime()),
        wordsOf[step.kind],
        step.groupName,
        step.actor,
        step.record,
        step.deadLetterId ?? '–',
        step.message,
      ]),
    ),
  ].join('\n')

const wordsOf: Readonly<Record<EventStepRow['kind'], string>> = {
  HANDLED: 'handled',
  REJECTED: 'rejected',
  PARKED: 'parked',
  DEAD_LETTERED: 'dead-lettered',
  RECEIPT: 'receipt',
  DUPLICATE: 'came again',
  OUTBOX: 'in the outbox',
  OUTBOX_PARKED: 'cannot be sent',
}
