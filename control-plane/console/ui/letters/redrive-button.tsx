/** Redrive of the letters that a filter finds: how fast, which ones, and where its progress is seen. */

import { hrefOf } from '../address.ts'
import type { Variables } from '../ask.ts'
import type { Choice } from '../steer/choices.tsx'
import { SteerButton } from '../steer/steer-button.tsx'

const choices: readonly Choice[] = [
  {
    name: 'ratePerSecond',
    label: 'Letters a second',
    type: 'number',
    min: 0.01,
    max: 100_000,
    first: '100',
    argsOf: ({ ratePerSecond }) => ({ ratePerSecond: Number(ratePerSecond) }),
  },
  {
    name: 'maxRedrives',
    label: 'Leave an event that was redriven so often',
    type: 'number',
    min: 1,
    max: 1_000,
    first: '3',
    argsOf: ({ maxRedrives }) => ({ maxRedrives: Math.trunc(Number(maxRedrives)) }),
  },
]

interface RedriveProps {
  readonly filter: Variables
  readonly verb: string
  readonly title: string
  readonly isDisabled?: boolean
  readonly onDone: () => void
}

export const RedriveButton = ({ filter, ...props }: RedriveProps) => (
  <SteerButton
    {...props}
    mutation="redrive"
    args={{ filter }}
    choices={choices}
    says="They are produced to their topics again, for the actor they died in alone. Relay processes do it."
    next={({ madeId }) => madeId !== null && <a href={hrefOf(['redrives', madeId])}>See its progress</a>}
  />
)
