#!/usr/bin/env node
/**
 * `troupe lag`: Troupe from a shell. Tables for people on stdout, `--json` for programs; what went wrong on stderr, with
 * the exit codes of runtime/process/exit-code.ts.
 */

import { CommanderError } from 'commander'

import { InputError } from '../control-plane/read-model/input-error.ts'
import { messageOf } from '../runtime/errors.ts'
import { exitCodeOf, exitCodes } from '../runtime/process/index.ts'
import { troupeProgram } from './program.ts'

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
