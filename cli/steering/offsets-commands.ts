/** `troupe offsets reset`: units go on at another offset. */

import { Command } from 'commander'

import { unitMutations } from '../../control-plane/operator/steering/unit-mutations.ts'
import { TroupeError } from '../../runtime/errors.ts'
import { timeOption, wholeNumber } from '../time-option.ts'
import { steered } from './steered.ts'
import { unitArguments, withUnitOptions, type UnitOptions } from './unit-options.ts'

interface ResetOptions extends UnitOptions {
  readonly to: string
  readonly dedupe: string
  readonly yes?: boolean
}

export const offsetsCommands = (): Command =>
  new Command('offsets')
    .description('where a group goes on; `troupe lag` shows where it is')
    .addCommand(resetCommand())

const resetCommand = (): Command =>
  withUnitOptions(
    new Command('reset')
      .description('units of actors with effects in Postgres go on at another offset, in order')
      .requiredOption(
        '--to <place>',
        'earliest, latest, an offset (with --partition), a time or how long ago: 2h',
      )
      .option('--dedupe <how>', 'keep: what was handled has no effect again; replay: it has', 'keep')
      .option('--yes', 'does it; without, it only says what it would do'),
  )
    .addHelpText(
      'after',
      `
  troupe offsets reset shop --to earliest                        shows what would be moved
  troupe offsets reset shop --to 2026-01-05T12:00:00Z --yes      does it; what was handled has no effect again
  troupe offsets reset shop --actor invoices --topic orders --partition 3 --to 4711 --yes`,
    )
    .action((group: string, options: ResetOptions) => {
      const args = {
        ...unitArguments(group, { ...options, dryRun: options.yes !== true }),
        ...placeIn(options),
        dedupe: dedupeIn(options),
      }
      return steered(options, (context) => unitMutations.resetOffsets({}, args, context))
    })

const placeIn = ({ to, partition }: ResetOptions) => {
  if (to === 'earliest') return { to: 'EARLIEST' } as const
  if (to === 'latest') return { to: 'LATEST' } as const
  if (!/^\d+$/.test(to)) return { to: 'TIME', time: new Date(timeOption('--to', to, Date.now())) } as const
  if (partition === undefined)
    throw new TroupeError(
      'CONFIG_INVALID',
      '--to is an offset, which is one of a partition: give --topic and --partition too',
    )
  return { to: 'OFFSET', offset: wholeNumber('--to', to, 0) } as const
}

const dedupeIn = ({ dedupe }: ResetOptions): 'KEEP' | 'REPLAY' => {
  if (dedupe === 'keep') return 'KEEP'
  if (dedupe === 'replay') return 'REPLAY'
  throw new TroupeError('CONFIG_INVALID', `--dedupe is "${dedupe}"; it must be keep or replay`)
}
