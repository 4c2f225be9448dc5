/** What came of a mutation, as people read it. */

import type { MutationOutcome } from '../../control-plane/operator/generated/resolver-types.ts'
import type { StoredAnswer } from '../../runtime/store/index.ts'
import { printable } from '../text-table.ts'

export interface SteeredResult {
  readonly outcome: MutationOutcome
  readonly message: string
  readonly touches: readonly string[]
  readonly auditId: number
  readonly answers: readonly Pick<StoredAnswer, 'processId' | 'node' | 'state' | 'details'>[]
  /** Ids of processes. */
  readonly waitingFor: readonly string[]
}

export const steeredText = ({
  outcome,
  message,
  touches,
  auditId,
  answers,
  waitingFor,
}: SteeredResult): string => {
  const details = answers.flatMap((answer) => answer.details)
  return [
    ...touches,
    ...(touches.length === 0 ? [] : ['']),
    ...details,
    ...(details.length === 0 ? [] : ['']),
    `${outcome.toLowerCase().replace('_', ' ')}: ${message}`,
    ...waitingFor.map((id) => `${id} has not acknowledged: look at it with troupe actors`),
    `audit entry ${String(auditId)}`,
  ]
    .map(printable)
    .join('\n')
}
