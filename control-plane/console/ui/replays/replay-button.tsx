/** A new replay: of which unit, from where to where, and whether what had its effect has it again. */

import { hrefOf } from '../address.ts'
import type { Choice, Chosen } from '../steer/choices.tsx'
import { dedupeChoice } from '../steer/dedupe-choice.ts'
import { SteerButton } from '../steer/steer-button.tsx'
import { instantOf } from '../time-field.ts'

export interface ReplayableUnit {
  readonly group: string
  readonly actor: string
  readonly topic: string
  readonly partition: number
}

interface PartitionOfUnits {
  readonly groupName: string
  readonly topic: string
  readonly partition: number
  readonly units: readonly { readonly actor: string }[]
}

export const unitsOf = (partitions: readonly PartitionOfUnits[]): readonly ReplayableUnit[] =>
  partitions.flatMap(({ groupName: group, topic, partition, units }) =>
    units.map(({ actor }) => ({ group, actor, topic, partition })),
  )

/** The first one has a row of the dialog to itself, the others stand two by two. */
const choicesOf = (units: readonly ReplayableUnit[]): readonly Choice[] =>
  units.length > 1
    ? [unitChoice(units), dedupeChoice, rateChoice, ...pointChoices('from'), ...pointChoices('to')]
    : [dedupeChoice, ...pointChoices('from'), ...pointChoices('to'), rateChoice]

const unitChoice = (units: readonly ReplayableUnit[]): Choice => ({
  name: 'unit',
  label: 'Which actor, on which partition',
  options: units.map(({ group, actor, topic, partition }, nth) => [
    String(nth),
    `${actor} of ${group} on ${topic}, partition ${String(partition)}`,
  ]),
  first: '0',
  argsOf: ({ unit }) => ({ ...units[Number(unit)] }),
})

const rateChoice: Choice = {
  name: 'ratePerSecond',
  label: 'Records a second, at most',
  type: 'number',
  min: 0.01,
  max: 1_000_000,
  first: '1000',
  argsOf: ({ ratePerSecond }) => ({ ratePerSecond: Number(ratePerSecond) }),
}

const ends = {
  from: {
    label: 'From',
    others: [],
    offset: 'Its first offset',
    time: 'It begins, in your time',
  },
  to: {
    label: 'Up to before',
    others: [['HERE', 'where the actor stands']],
    offset: 'The offset after its last',
    time: 'It ends, in your time',
  },
} as const satisfies Record<
  string,
  {
    readonly label: string
    readonly others: readonly (readonly [value: string, says: string])[]
    readonly offset: string
    readonly time: string
  }
>

const pointChoices = (end: keyof typeof ends): readonly Choice[] => {
  const { label, others, offset, time } = ends[end]
  const isBy = (kind: string) => (chosen: Chosen) => chosen[end] === kind
  return [
    {
      name: end,
      label,
      options: [...others, ['OFFSET', 'an offset'], ['TIME', 'a moment']],
      first: others[0]?.[0] ?? 'OFFSET',
      argsOf: () => ({}),
    },
    {
      name: `${end}Offset`,
      label: offset,
      type: 'number',
      min: 0,
      step: 1,
      first: '',
      isAsked: isBy('OFFSET'),
      argsOf: (chosen) =>
        isBy('OFFSET')(chosen) ? { [`${end}Offset`]: Number(chosen[`${end}Offset`]) } : {},
    },
    {
      name: `${end}Time`,
      label: time,
      type: 'datetime-local',
      first: '',
      isAsked: isBy('TIME'),
      argsOf: (chosen) =>
        isBy('TIME')(chosen) ? { [`${end}Time`]: instantOf(chosen[`${end}Time`]) ?? null } : {},
    },
  ]
}

interface ReplayButtonProps {
  /** Those to choose from; without any there is nothing to replay. */
  readonly units: readonly ReplayableUnit[]
  readonly verb?: string
  /** For those who do not see what is beside it. */
  readonly label?: string
  readonly onDone: () => void
}

export const ReplayButton = ({ units, verb = 'Replay', label, onDone }: ReplayButtonProps) =>
  units.length === 0 ? null : (
    <SteerButton
      verb={verb}
      {...(label !== undefined && { label })}
      title={titleOf(units)}
      says="Whoever has the partition handles a range of its past again, beside what comes. Nothing is produced, and where the actor stands is not moved."
      mutation="replayRange"
      args={units.length === 1 ? { ...units[0] } : {}}
      choices={choicesOf(units)}
      onDone={onDone}
      next={({ outcome, madeId }) =>
        (outcome === 'DONE' || outcome === 'WAITING') && (
          <a href={hrefOf(['replays', ...(madeId === null ? [] : [madeId])])}>See its progress</a>
        )
      }
    />
  )

const titleOf = (units: readonly ReplayableUnit[]): string => {
  const [only] = units
  return only === undefined || units.length > 1
    ? 'Replay a range'
    : `Replay a range of ${only.actor} on ${only.topic}, partition ${String(only.partition)}`
}
