/** `troupe actors`: what runs, where, and what became of its records. */

import { Command } from 'commander'

import { watched, withWatchOption, type WatchOptions } from './watched.ts'
import { actorsJson, actorsText, processesText } from './actors-text.ts'

interface ActorsOptions extends WatchOptions {
  readonly group?: string
  readonly json?: boolean
}

export const actorsCommand = (): Command =>
  withWatchOption(
    new Command('actors')
      .description('the actors that run, and the processes that run them')
      .option('--group <group>', 'of this consumer group')
      .option('--json', 'for programs: { readAt, processes, actors }, a line each time'),
  )
    .addHelpText(
      'after',
      `
As processes reported it to Postgres about a second ago; those silent for a day are forgotten. Counts are since the
processes began.

  troupe actors
  troupe actors --watch 5 --group shop`,
    )
    .action(async (options: ActorsOptions) => {
      await watched(options, (picture) => {
        const actors = picture.actors.filter(
          ({ group }) => options.group === undefined || group === options.group,
        )
        if (options.json) console.log(JSON.stringify(actorsJson(picture, actors)))
        else console.log(`${processesText(picture)}\n\n${actorsText(actors)}`)
      })
    })
