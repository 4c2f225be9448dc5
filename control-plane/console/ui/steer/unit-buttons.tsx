/** What can be done to units: to a group, an actor in it, or one partition. */

import type { Choice } from './choices.tsx'
import { dedupeChoice } from './dedupe-choice.ts'
import { SteerButton } from './steer-button.tsx'

export interface Units {
  readonly group: string
  readonly actor?: string
  readonly topic?: string
  readonly partition?: number
}

const unitsText = ({ group, actor, topic, partition }: Units): string => {
  const whose = actor === undefined ? `group ${group}` : `actor ${actor}`
  if (topic === undefined) return whose
  return `${whose} on ${topic}${partition === undefined ? '' : `, partition ${String(partition)}`}`
}

const placeChoices = (isOnePartition: boolean): readonly Choice[] => [
  {
    name: 'to',
    label: 'Go on at',
    options: [
      ['EARLIEST', 'the first record that is still there'],
      ['LATEST', 'the end: only what comes from now on'],
      ['TIME', 'a moment'],
      ...(isOnePartition ? ([['OFFSET', 'an offset']] as const) : []),
    ],
    first: 'TIME',
    argsOf: ({ to }) => ({ to }),
  },
  {
    name: 'time',
    label: 'The moment, in your time',
    type: 'datetime-local',
    first: '',
    isAsked: ({ to }) => to === 'TIME',
    argsOf: ({ to, time }) => (to === 'TIME' ? { time: new Date(time ?? '').toISOString() } : {}),
  },
  {
    name: 'offset',
    label: 'The offset',
    type: 'number',
    min: 0,
    first: '0',
    isAsked: ({ to }) => to === 'OFFSET',
    argsOf: ({ to, offset }) => (to === 'OFFSET' ? { offset: Math.trunc(Number(offset)) } : {}),
  },
  dedupeChoice,
]

interface UnitButtonsProps {
  readonly units: Units
  /** Something of it stands still by an operator's word. */
  readonly isPaused: boolean
  readonly onDone: () => void
}

export const UnitButtons = ({ units, isPaused, onDone }: UnitButtonsProps) => {
  const what = unitsText(units)
  return (
    <>
      <SteerButton
        verb="Pause"
        label={`Pause ${what}`}
        title={`Pause ${what}`}
        says="Nothing of it is handled until somebody resumes it, also after a restart. What is in hand finishes."
        mutation="pause"
        args={{ ...units }}
        isDisabled={isPaused}
        onDone={onDone}
      />
      <SteerButton
        verb="Resume"
        label={`Resume ${what}`}
        title={`Resume ${what}`}
        says="It goes on where it stands. Units in quarantine look again where they may go on."
        mutation="resume"
        args={{ ...units }}
        onDone={onDone}
      />
      <SteerButton
        verb="Reset offsets"
        label={`Reset offsets of ${what}`}
        title={`Reset offsets of ${what}`}
        says="It goes on at another place of the log. Its counts begin anew."
        mutation="resetOffsets"
        args={{ ...units }}
        choices={placeChoices(units.partition !== undefined)}
        isGrave
        onDone={onDone}
      />
    </>
  )
}
