/** How a command and its entry stand, in the words of the API. Pure. */

import { commandState, type AuditEntry } from '../../../runtime/control/index.ts'
import { madeBy, type StoredCommand } from '../../../runtime/store/index.ts'

const states = {
  waiting: 'WAITING',
  done: 'DONE',
  partly: 'PARTLY',
  refused: 'REFUSED',
  expired: 'EXPIRED',
} as const

type StateName = (typeof states)[keyof typeof states]

export const stateOf = ({ addressees, answers, expired }: StoredCommand): StateName =>
  states[commandState(addressees, answers, expired)]

export const unanswered = ({ addressees, answers }: StoredCommand): readonly string[] => {
  const answered = new Set(answers.map(({ processId }) => processId))
  return addressees.filter((id) => !answered.has(id))
}

const outcomes = {
  begun: 'BEGUN',
  done: 'DONE',
  refused: 'REFUSED',
  failed: 'FAILED',
  'dry-run': 'DRY_RUN',
} as const

type OutcomeName = (typeof outcomes)[keyof typeof outcomes] | StateName

/** `command`: the entry's, where it has one. */
export const outcomeOf = ({ outcome }: AuditEntry, command: StoredCommand | undefined): OutcomeName => {
  if (outcome !== 'command') return outcomes[outcome]
  return command === undefined ? 'BEGUN' : stateOf(command)
}

export const messageOfEntry = (
  { outcome, message }: AuditEntry,
  command: StoredCommand | undefined,
): string => (outcome === 'command' && command !== undefined ? messageOfCommand(command) : message)

/** Of what was made, by a process or at once. */
export const madeIdOf = ({ madeId }: AuditEntry, command: StoredCommand | undefined): number | undefined =>
  madeId ?? (command && madeBy(command))

export const messageOfCommand = (command: StoredCommand): string => {
  const { answers, addressees } = command
  if (addressees.length === 0) return 'It holds for the processes to come: none is there now.'
  const told = answers.map(({ processId, node, state, message }) =>
    state === 'done' && addressees.length === 1 ? message : `${processId} of ${node}: ${state}, ${message}`,
  )
  const missing = unanswered(command)
  const silence =
    missing.length === 0
      ? []
      : [
          `${missing.join(', ')} ${command.expired ? 'did not acknowledge in time' : 'has not acknowledged yet'}`,
        ]
  return `${[...told, ...silence].join('; ')}.`.replace(/\.\.$/, '.')
}
