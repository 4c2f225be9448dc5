/**
 * A module as the nodes see it: each of them loads and checks it aside, and all must say the same. Nothing is changed.
 */

import {
  isModuleName,
  parsedCheck,
  writtenCommand,
  type ActorOverrides,
  type CheckedModule,
} from '../../../runtime/control/index.ts'
import type { StoredCommand } from '../../../runtime/store/index.ts'
import { InputError } from '../../read-model/input-error.ts'
import type { SteeringContext } from '../request-context.ts'
import { unanswered } from './command-words.ts'
import { expiresInMs, untilAnswered } from './steer.ts'

/** Throws InputError for what is no name of a module. */
export const moduleOf = ({ module }: { readonly module: string }): string => {
  if (isModuleName(module)) return module
  throw new InputError('"module" is the name of a file or folder: letters, digits, "-" and "_", never a path')
}

export interface Checked {
  readonly checked: CheckedModule
  /** What runs there, where nothing was registered yet. */
  readonly running: readonly CheckedModule[]
}

/** The reason why not, in a sentence. */
export const checkModule = async (
  module: string,
  options: ActorOverrides,
  addressees: readonly string[],
  context: SteeringContext,
): Promise<Checked | string> => {
  const command = writtenCommand({ kind: 'check-actor', module, options })
  const id = await context.desk.send({ command, addressees, expiresInMs }, context.keyName)
  const answered = await untilAnswered(id, context)
  if (answered === undefined) return 'What was asked of the nodes is gone.'
  const refused = answered.answers.find(({ state }) => state !== 'done')
  if (refused !== undefined) return `${refused.processId} of ${refused.node}: ${refused.message}.`
  const silent = unanswered(answered)
  if (silent.length > 0)
    return `${silent.join(', ')} has not checked the module in time: nothing was changed.`
  return agreed(answered)
}

const agreed = ({ answers }: StoredCommand): Checked | string => {
  const all = answers.map(({ details }) => details.map(parsedCheck).filter((each) => each !== undefined))
  const checked = all[0]?.[0]
  if (checked === undefined)
    return 'The nodes do not say what the module is: they run another version of Troupe.'
  const other = answers.find((_, nth) => all[nth]?.[0]?.version !== checked.version)
  if (other !== undefined)
    return `${other.processId} of ${other.node} has another file under this name: deploy it everywhere first.`
  const running = new Map(all.flatMap((each) => each.slice(1)).map((each) => [each.module, each]))
  const nameless = [...running.keys()].find((name) => !isModuleName(name))
  if (nameless !== undefined)
    return `${nameless} runs, and would have to be registered with the first one: its name is none that can be.`
  return { checked, running: [...running.values()] }
}
