/** `troupe lag`: how far behind each partition is, in records and in time. */

import { Command } from 'commander'

import { attention } from '../exit-code.ts'
import { watched, withWatchOption, type WatchOptions } from './watched.ts'
import { lagJson, lagText, needsSomebody } from './lag-text.ts'

interface LagOptions extends WatchOptions {
  readonly group?: string
  readonly topic?: string
  readonly json?: boolean
}

export const lagCommand = (): Command =>
  withWatchOption(
    new Command('lag')
      .description('how far behind each partition of a group is, and what it waits for')
      .argument('[group]', 'consumer group; all where none is given')
      .option('--topic <topic>', 'of this topic')
      .option('--json', 'for programs: { readAt, partitions }, a line each time'),
  )
    .addHelpText(
      'after',
      `
LAG is the end of the log less the frontier, AGE the age of the first record that is not finished. ? is not known.
Exit code 6: a partition that no process has, or a unit in quarantine.

  troupe lag
  troupe lag shop --topic shipping --watch`,
    )
    .action(async (group: string | undefined, options: LagOptions) => {
      await watched(options, (picture) => {
        const partitions = picture.partitions.filter(
          ({ groupName, status }) =>
            (group === undefined || groupName === group) &&
            (options.topic === undefined || status.topic === options.topic),
        )
        console.log(options.json ? JSON.stringify(lagJson(picture.readAt, partitions)) : lagText(partitions))
        process.exitCode = partitions.some(needsSomebody) ? attention : undefined
      })
    })
