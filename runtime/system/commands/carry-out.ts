/** Commands → what becomes of them here. Each kind has a file of its own, or a line. */

import {
  printedCheck,
  selectionText,
  type ActorOverrides,
  type CheckedModule,
  type Command,
  type CommandAnswer,
  type NodeRestart,
  type UnitSelection,
} from '../../control/index.ts'
import { TroupeError } from '../../errors.ts'
import type { AuditGroup } from './audit-group.ts'
import type { GroupSteering } from './group-steering.ts'
import type { ReplayRange } from './replay-range.ts'
import type { ResetOffsets } from './reset-offsets.ts'
import { unitName } from './unit-name.ts'

export type CarryOut = (command: Command) => Promise<CommandAnswer>

export interface SteeredGroup {
  readonly name: string
  readonly steering: GroupSteering
}

export interface CarryOutPorts {
  readonly groups: () => readonly SteeredGroup[]
  readonly resetOffsets: ResetOffsets
  readonly replayRange: ReplayRange
  readonly auditGroup: AuditGroup
  /** Throws with what is wrong with it. */
  readonly checkModule: (module: string, options: ActorOverrides) => Promise<CheckedModule>
  /** The modules that run here. */
  readonly running: () => Promise<readonly CheckedModule[]>
  /** Why the registrations could not be followed when they were read last; undefined: they were. */
  readonly notFollowed: () => string | undefined
  readonly restartNode: () => Promise<NodeRestart>
}

export const carryOutWith =
  (ports: CarryOutPorts): CarryOut =>
  async (command) => {
    const { groups, resetOffsets } = ports
    switch (command.kind) {
      case 'pause':
        return stoodStill(command.units, steered(groups(), command.units))
      case 'resume':
        return wentOn(command.units, steered(groups(), command.units))
      case 'reset-offsets':
        return resetOffsets(command)
      case 'replay-range':
        return ports.replayRange(command)
      case 'audit-group':
        return ports.auditGroup(command)
      case 'check-actor':
        return checked(ports, command)
      case 'registrations':
        return followed(
          `what is registered runs here, ${command.module} as it is registered`,
          ports.notFollowed(),
        )
      case 'drain-node':
        return followed('it has given back what it had, and stays up without work', ports.notFollowed())
      case 'resume-node':
        return followed('it is a member of its groups again', ports.notFollowed())
      case 'restart-node':
        return restartAnswers[await ports.restartNode()]
      default:
        return command satisfies never
    }
  }

const steered = (groups: readonly SteeredGroup[], { group }: UnitSelection): readonly GroupSteering[] =>
  groups.filter(({ name }) => name === group).map(({ steering }) => steering)

/** The pauses were read before: this tells what they have made of the units here. */
const stoodStill = (selection: UnitSelection, groups: readonly GroupSteering[]): CommandAnswer => {
  const units = groups.flatMap((steering) => steering.selected(selection))
  return {
    state: 'done',
    message: `${selectionText(selection)}: ${String(units.length)} units stand still here`,
    details: units.map(({ unit }) => `${unitName(unit)} stands still`),
  }
}

const wentOn = (selection: UnitSelection, groups: readonly GroupSteering[]): CommandAnswer => {
  const released = groups.flatMap((steering) => steering.release(selection))
  const units = groups.flatMap((steering) => steering.selected(selection))
  const still = units.filter(({ isPaused }) => isPaused)
  const going = units.length - still.length
  return {
    state: 'done',
    message:
      `${selectionText(selection)}: ${String(going)} units go on here` +
      (released.length > 0 ? `, ${String(released.length)} of them out of quarantine` : '') +
      (still.length > 0 ? `; ${String(still.length)} stand still by a wider pause` : ''),
    details: [
      ...released.map((unit) => `${unitName(unit)} leaves quarantine, unless what put it there still holds`),
      ...still.map(({ unit }) => `${unitName(unit)} stands still by a wider pause`),
    ],
  }
}

const checked = async (
  { checkModule, running }: CarryOutPorts,
  { module, options }: Extract<Command, { kind: 'check-actor' }>,
): Promise<CommandAnswer> => {
  try {
    const found = await checkModule(module, options)
    return {
      state: 'done',
      message: found.lines.join('; '),
      details: [found, ...(await running())].map(printedCheck),
    }
  } catch (error) {
    if (!(error instanceof TroupeError) || error.code === 'BUG') throw error
    return { state: error.retryable ? 'failed' : 'refused', message: error.message, details: [] }
  }
}

/** What lasts was read, and followed, before. */
const followed = (message: string, trouble: string | undefined): CommandAnswer =>
  trouble === undefined
    ? { state: 'done', message, details: [] }
    : { state: 'failed', message: trouble, details: [] }

const restartAnswers: Readonly<Record<NodeRestart, CommandAnswer>> = {
  begun: {
    state: 'done',
    message: 'its primary begins to replace the processes, one at a time',
    details: [],
  },
  'under-way': { state: 'done', message: 'its primary is replacing the processes already', details: [] },
  alone: {
    state: 'refused',
    message:
      'the node is this one process, and nobody here would start another one: restart it where it was started, or run it with PROCESSES above 1',
    details: [],
  },
  silent: {
    state: 'failed',
    message:
      'its primary does not answer: it is stuck, or of a version of Troupe that knows no such question',
    details: [],
  },
}
