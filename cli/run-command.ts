/** Runs the command that was given, and ends with its code: those of runtime/process/exit-code.ts, and `attention`. */

import { CommanderError } from 'commander'

import { InputError } from '../control-plane/read-model/input-error.ts'
import { messageOf } from '../runtime/errors.ts'
import { exitCodeOf, exitCodes } from '../runtime/process/index.ts'
import { troupeProgram } from './program.ts'

export const runCommand = async (): Promise<void> => {
  // Whoever reads (`| head`) has enough.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit()
    throw new Error(`what was found cannot be printed: ${code ?? 'for no reason known'}`)
  })
  try {
    await troupeProgram().parseAsync()
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has said what is wrong itself; help that was asked for is no error.
      process.exitCode = error.exitCode === 0 ? exitCodes.stopped : exitCodes.misconfigured
    } else {
      console.error(`troupe: ${messageOf(error)}`)
      process.exitCode = error instanceof InputError ? exitCodes.misconfigured : exitCodeOf(error, 'start')
    }
  }
}
