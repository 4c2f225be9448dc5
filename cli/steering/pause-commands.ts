/** `troupe pause` and `troupe resume`: units stand still, and go on. */

import { Command } from 'commander'

import { unitMutations } from '../../control-plane/operator/steering/unit-mutations.ts'
import { steered } from './steered.ts'
import { unitArguments, withUnitOptions, type UnitOptions } from './unit-options.ts'

const dryRun = ['--dry-run', 'only says what it would touch'] as const

export const pauseCommand = (): Command =>
  withUnitOptions(
    new Command('pause').description('units stand still, also over restarts, until they are resumed'),
  )
    .option(...dryRun)
    .addHelpText(
      'after',
      `
What is in a worker's hands finishes. Exit code 6: a process has not acknowledged, or refused.

  troupe pause shop --reason "carrier away"
  troupe pause shop --actor invoices --topic orders --partition 3`,
    )
    .action((group: string, options: UnitOptions) =>
      steered(options, (context) => unitMutations.pause({}, unitArguments(group, options), context)),
    )

export const resumeCommand = (): Command =>
  withUnitOptions(new Command('resume').description('units go on that stand still, or are in quarantine'))
    .option(...dryRun)
    .addHelpText(
      'after',
      `
A wider pause stays: what was paused as a group is resumed as a group.

  troupe resume shop`,
    )
    .action((group: string, options: UnitOptions) =>
      steered(options, (context) => unitMutations.resume({}, unitArguments(group, options), context)),
    )
