/** Every command of `troupe`, as a tree: what it runs, what its help says, and what docs/cli.md is made from. */

import { Command } from 'commander'

import { auditCommand } from './audit/audit-command.ts'
import { actorsCommand } from './cluster/actors-command.ts'
import { lagCommand } from './cluster/lag-command.ts'
import { deadLetterCommands } from './dlq/commands.ts'
import { redriveCommand } from './dlq/redrive-command.ts'
import { doctorCommand } from './doctor/doctor-command.ts'
import { explainCommand } from './explain/explain-command.ts'
import { keysCommands } from './keys/keys-commands.ts'
import { processCommands } from './processes/process-commands.ts'
import { schemaCommands } from './schema/schema-commands.ts'
import { replayCommands } from './replay/replay-commands.ts'
import { offsetsCommands } from './steering/offsets-commands.ts'
import { pauseCommand, resumeCommand } from './steering/pause-commands.ts'
import { tailCommand } from './tail/tail-command.ts'

export const troupeProgram = (): Command => {
  const program = new Command('troupe').description(
    'Runs Troupe, looks at it and mends it. Options come from the environment: docs/configuration.md.',
  )
  const groups: readonly (readonly [string, readonly Command[]])[] = [
    ['Processes:', processCommands()],
    [
      'Looking:',
      [
        actorsCommand(),
        lagCommand(),
        tailCommand(),
        explainCommand(),
        auditCommand(),
        schemaCommands(),
        doctorCommand(),
      ],
    ],
    ['Steering:', [pauseCommand(), resumeCommand(), offsetsCommands(), replayCommands()]],
    ['Dead letters:', [deadLetterCommands(), redriveCommand()]],
    ['Access:', [keysCommands()]],
  ]
  for (const [title, commands] of groups) {
    program.commandsGroup(title)
    for (const command of commands) program.addCommand(command)
  }
  throwing(program)
  return program
}

/** Wrong arguments are for the entry to end with; subcommands do not take this from their parent. */
const throwing = (command: Command): void => {
  command.exitOverride()
  command.commands.forEach(throwing)
}
