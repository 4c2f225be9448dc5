/** What has to be said before a module is registered, configured, or gets partitions. */

import type { Variables } from '../ask.ts'
import type { Choice, Chosen } from '../steer/choices.tsx'
import { optionNames, optionsOf, partitionsOf, type OptionName } from './registration.ts'

export const moduleChoice = (first = ''): Choice => ({
  name: 'module',
  label: 'Module',
  hint: 'Its file or folder in the actors folder, deployed to all nodes: letters, digits, - and _, never a path.',
  pattern: '[A-Za-z0-9][A-Za-z0-9_\\-]*',
  first,
  argsOf: ({ module }) => ({ module: module?.trim() }),
})

export const partitionsChoice = (first = ''): Choice => ({
  name: 'partitions',
  label: 'Partitions of each topic that it handles',
  hint: 'Such as 0, 3-5; with them it handles the keys that are in them.',
  pattern: '\\s*\\d+(\\s*-\\s*\\d+)?(\\s*,\\s*\\d+(\\s*-\\s*\\d+)?)*\\s*',
  first,
  argsOf: ({ partitions }) => ({ partitions: partitionsOf(partitions ?? '') }),
})

const mostOf: Readonly<Partial<Record<OptionName, number>>> = {
  concurrency: 10_000,
  lanes: 1_024,
  attempts: 1_000,
}

/** `set`: the options as they are now, which are all there are unless they are said again. */
export const optionChoices = (set = '{}'): readonly Choice[] => {
  const now = optionsOf(set)
  return Object.entries(optionNames).map(([name, label], nth): Choice => {
    const option = name as OptionName
    const first = String(now[option] ?? '')
    const most = mostOf[option]
    const common = { name, label, otherwise: moduleSays, argsOf: nth === 0 ? optionArgs : nothing }
    return option === 'backoff'
      ? { ...common, first: first.toUpperCase(), options: backoffs }
      : {
          ...common,
          first,
          type: 'number',
          step: 1,
          min: option.endsWith('Ms') ? 0 : 1,
          ...(most && { max: most }),
        }
  })
}

const moduleSays = 'as the module says'

const backoffs = [
  ['', moduleSays],
  ['EXPONENTIAL', 'double each time'],
  ['FIXED', 'stay the same'],
] as const

const nothing = (): Variables => ({})

/** All of them are one argument. */
const optionArgs = (chosen: Chosen): Variables => ({
  options: Object.fromEntries(
    Object.keys(optionNames)
      .filter((name) => (chosen[name] ?? '') !== '')
      .map((name) => [name, name === 'backoff' ? chosen[name] : Number(chosen[name])]),
  ),
})
