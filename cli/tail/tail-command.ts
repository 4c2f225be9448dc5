/** `troupe tail <topic>`: records as they are in the log, decoded. */

import { Command } from 'commander'

import { resolveOptions } from '../../runtime/config/index.ts'
import { endNow } from '../end-now.ts'
import { wantedFrom, type TailOptions } from './wanted.ts'

export const tailCommand = (): Command =>
  new Command('tail')
    .description('records of a topic, decoded, with their headers')
    .argument('<topic>', 'as Kafka knows it')
    .option('--partition <n>', 'of this partition alone')
    .option('--from <place>', 'earliest, latest, an offset (with --partition), a time, or how long ago: 2h')
    .option('--last <n>', 'where --from is not given: as many records of each partition', '10')
    .option('--limit <n>', 'ends after so many')
    .option('--key <key>', 'with this key')
    .option('--type <pattern>', 'events of this name: shipping.package.scanned, shipping.*, *.scanned')
    .option('--follow', 'goes on with what comes; Ctrl-C ends it')
    .option('--personal', 'shows personal fields, which are *** without')
    .option('--json', 'for programs: a line a record; bytes as base64')
    .addHelpText(
      'after',
      `
Without --from the last records of all partitions come in the order of their time; with it partition after partition,
each in its order. No group is joined and nothing is committed. Personal are the fields that a schema marks with
"pii": true (docs/events.md); keys, headers and values that no schema is found for cannot be marked: such values are
shown with --personal only.

  troupe tail shipping.events
  troupe tail shipping.events --follow --type 'shipping.package.*' --key PARCEL-1
  troupe tail shipping.events --partition 3 --from 4711 --limit 1`,
    )
    .action(async (topic: string, given: TailOptions) => {
      const options = resolveOptions({}, process.env)
      const wanted = wantedFrom(topic, given, Date.now())
      // Kafka's client is loaded after the arguments were read: help needs none.
      const { tail } = await import('./tail.ts')
      await tail(options, wanted)
      endNow()
    })
