/**
 * `npm run troupe -- dlq list`: what operators do from a shell. Tables for people on stdout, `--json` for programs; what
 * went wrong on stderr, with the exit codes of runtime/process/exit-code.ts.
 */

import { Command, CommanderError } from 'commander'

import { messageOf } from '../runtime/errors.ts'
import { exitCodeOf, exitCodes } from '../runtime/process/index.ts'
import { auditCommand } from './audit/audit-command.ts'
import { deadLetterCommands } from './dlq/commands.ts'
import { keysCommands } from './keys/keys-commands.ts'

const program = new Command('troupe')
  .description(
    'Looks at and mends what Troupe keeps. Options come from the environment: docs/configuration.md.',
  )
  .addCommand(deadLetterCommands())
  .addCommand(auditCommand())
  .addCommand(keysCommands())
  .exitOverride()

/** Subcommands do not take it from their parent. */
const throwing = (command: Command): void => {
  command.exitOverride()
  command.commands.forEach(throwing)
}
throwing(program)

// Whoever reads (`| head`) has enough.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit()
  throw new Error(`what was found cannot be printed: ${code ?? 'for no reason known'}`)
})

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    // It has said what is wrong itself; help that was asked for is no error.
    process.exitCode = error.exitCode === 0 ? exitCodes.stopped : exitCodes.misconfigured
  } else {
    console.error(`troupe: ${messageOf(error)}`)
    process.exitCode = exitCodeOf(error, 'start')
  }
}
