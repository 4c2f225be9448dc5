/** What the end of a consumer process says about starting another one in its place. */

import { exitCodes, type ExitCode } from '../process/exit-code.ts'
import type { ChildEnd } from '../supervision/index.ts'

export interface EndRule {
  /** `spends`: it counts against the restart budget. `spares`: waiting may help, so it costs nothing. */
  readonly budget: 'spends' | 'spares'
  /** `node`: where no process has ever run it ends the node, since starting again changes nothing. */
  readonly ends?: 'node'
  readonly meaning: string
}

const endRules: Readonly<Record<ExitCode, EndRule>> = {
  [exitCodes.stopped]: { budget: 'spends', meaning: 'it stopped in order, though not asked by its primary' },
  [exitCodes.bug]: { budget: 'spends', meaning: 'a bug: its log has the stack' },
  [exitCodes.misconfigured]: {
    budget: 'spends',
    ends: 'node',
    meaning: 'a wrong option, actor, schema, topic or table: its last line names it',
  },
  [exitCodes.serviceAway]: { budget: 'spares', meaning: 'a service that its start needs is away' },
  [exitCodes.fatal]: { budget: 'spends', meaning: 'it could not go on: its last lines say why' },
  [exitCodes.stopTimedOut]: { budget: 'spends', meaning: 'its stop took too long and was cut off' },
}

const unknownEnd: EndRule = { budget: 'spends', meaning: 'it died' }

export const ruleOfEnd = (end: ChildEnd): EndRule =>
  end.kind === 'exit' && isExitCode(end.code) ? endRules[end.code] : unknownEnd

/** For people: `exit code 3`, `SIGKILL`. */
export const nameOfEnd = (end: ChildEnd): string =>
  end.kind === 'signal' ? end.signal : `exit code ${String(end.code)}`

const isExitCode = (code: number): code is ExitCode => Object.hasOwn(endRules, code)
