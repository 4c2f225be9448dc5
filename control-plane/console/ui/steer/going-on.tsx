/** Work that goes on by itself until it is through: how it stands, how far it is, and its brakes. */

import { count, word } from '../format.ts'
import { Badge } from '../page.tsx'
import type { Tone } from '../tone.ts'
import type { MutationName } from './mutations.ts'
import { SteerButton } from './steer-button.tsx'

const tones = {
  RUNNING: 'busy',
  PAUSED: 'quiet',
  FINISHED: 'good',
  CANCELLED: 'quiet',
  STOPPED: 'quiet',
} as const satisfies Record<string, Tone>

export type GoingOn = keyof typeof tones

export const StateBadge = ({ of }: { of: GoingOn }) => <Badge tone={tones[of]}>{word(of)}</Badge>

export const isOpen = (state: GoingOn): boolean => state === 'RUNNING' || state === 'PAUSED'

interface ProgressProps {
  readonly done: number
  readonly all: number
  readonly label: string
  /** The whole is not known for certain. */
  readonly isAbout?: boolean
}

export const HowFar = ({ done, all, label, isAbout = false }: ProgressProps) => (
  <p>
    <progress value={done} max={Math.max(1, all)} aria-label={label} /> {count(done)} of {isAbout && 'about '}
    {count(all)}
  </p>
)

export interface Brakes {
  readonly pause: MutationName
  readonly resume: MutationName
  readonly stop: MutationName
}

const verbs = [
  { act: 'pause', verb: 'Pause', of: ['RUNNING'], isGrave: false },
  { act: 'resume', verb: 'Resume', of: ['PAUSED'], isGrave: false },
  { act: 'stop', verb: 'Stop', of: ['RUNNING', 'PAUSED'], isGrave: true },
] as const satisfies readonly {
  readonly act: keyof Brakes
  readonly verb: string
  readonly of: readonly GoingOn[]
  readonly isGrave: boolean
}[]

interface BrakesProps {
  readonly id: string
  readonly state: GoingOn
  /** What it is, as in "Pause campaign 7": campaign. */
  readonly noun: string
  readonly brakes: Brakes
  readonly onDone: () => void
}

export const BrakeButtons = ({ id, state, noun, brakes, onDone }: BrakesProps) => (
  <>
    {verbs.map(({ act, verb, of, isGrave }) => (
      <SteerButton
        key={act}
        verb={verb}
        mutation={brakes[act]}
        isGrave={isGrave}
        title={`${verb} ${noun} ${id}`}
        args={{ id }}
        isDisabled={!(of as readonly GoingOn[]).includes(state)}
        onDone={onDone}
      />
    ))}
  </>
)
