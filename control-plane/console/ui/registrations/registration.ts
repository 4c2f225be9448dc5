/** What operators registered of a module, as the API tells it. */

import type { Tone } from '../tone.ts'

export interface Registration {
  readonly module: string
  readonly actor: string
  readonly groupName: string
  readonly state: 'ENABLED' | 'DISABLED' | 'UNREGISTERED' | 'CANARY' | 'SHADOW'
  readonly version: string
  /** JSON. */
  readonly options: string
  readonly partitions: readonly number[]
  readonly changedBy: string
  readonly changedAt: string
}

export const registrationFields =
  'module actor groupName state version options partitions changedBy changedAt'

export const registrationTones: Readonly<Record<Registration['state'], Tone>> = {
  ENABLED: 'good',
  CANARY: 'busy',
  SHADOW: 'busy',
  DISABLED: 'quiet',
  UNREGISTERED: 'quiet',
}

/** Names as the JSON of a registration has them, in the order people think of them. */
export const optionNames = {
  concurrency: 'Records at a time in a lane',
  lanes: 'Lanes of a partition',
  attempts: 'Attempts in all',
  backoff: 'Waits between attempts',
  firstDelayMs: 'First wait, ms',
  maxDelayMs: 'Longest wait, ms',
} as const

export type OptionName = keyof typeof optionNames

export const optionsOf = (json: string): Readonly<Partial<Record<OptionName, string | number>>> =>
  JSON.parse(json) as Partial<Record<OptionName, string | number>>

/** Empty: all are the module's own. */
export const optionsText = (json: string): string =>
  Object.entries(optionsOf(json))
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')

/** 0, 1, 2, 5 → `0-2, 5`. */
export const partitionsText = (partitions: readonly number[]): string => {
  const ranges: [first: number, last: number][] = []
  for (const partition of [...new Set(partitions)].sort((a, b) => a - b)) {
    const range = ranges.at(-1)
    if (range?.[1] === partition - 1) range[1] = partition
    else ranges.push([partition, partition])
  }
  return ranges
    .map(([first, last]) => (first === last ? String(first) : `${String(first)}-${String(last)}`))
    .join(', ')
}

/** What the API takes at most. */
const mostPartitions = 1_000

/** `0-2, 5` → 0, 1, 2, 5. One more than the API takes is left to it to refuse. */
export const partitionsOf = (text: string): readonly number[] => {
  const found = new Set<number>()
  for (const [, first = '', last = first] of text.matchAll(/(\d+)(?:\s*-\s*(\d+))?/g))
    for (let one = Number(first); one <= Number(last) && found.size <= mostPartitions; one += 1)
      found.add(one)
  return [...found]
}
