/** What feeds the subscriptions of one server; each begins to read when somebody subscribes. */

import type { DeadLetterIndex } from '../../../runtime/control/index.ts'
import type { CommandDesk } from '../../../runtime/store/index.ts'
import type { Log } from '../../../runtime/telemetry/index.ts'
import type { StatusReader } from '../../read-model/operator/status-reports.ts'
import type { Sql } from '../../read-model/sql.ts'
import { CommandWatch } from './command-watch.ts'
import { GroupWatch } from './group-watch.ts'
import { LetterWatch } from './letter-watch.ts'
import { SharedPoll } from './shared-poll.ts'

export interface Watches {
  readonly groups: GroupWatch
  readonly letters: LetterWatch
  readonly commands: CommandWatch
  /** Nothing is told any more. */
  close(): void
}

export interface WatchesOptions {
  readonly reader: StatusReader
  readonly sql: Sql
  readonly desk: Pick<CommandDesk, 'commandsOf'>
  readonly letters: Pick<DeadLetterIndex, 'search'>
  readonly log: Log
}

/** Processes report once a second. */
const everyMs = 500

export const openWatches = ({ reader, sql, desk, letters, log }: WatchesOptions): Watches => {
  const pictures = new SharedPoll({ read: () => reader.current(), everyMs, what: 'status reports', log })
  const watched = { letters: new LetterWatch({ sql, letters, log }), commands: new CommandWatch(desk, log) }
  return {
    ...watched,
    groups: new GroupWatch(pictures),
    close: () => {
      for (const poll of [pictures, watched.letters, watched.commands]) poll.close()
    },
  }
}
