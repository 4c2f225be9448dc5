/** What processes say of themselves, asked once, or with `--watch` again and again until a signal ends it. */

import { setTimeout as delay } from 'node:timers/promises'

import type { Command } from 'commander'

import type { ClusterPicture } from '../../control-plane/read-model/operator/cluster-picture.ts'
import { statusReader } from '../../control-plane/read-model/operator/status-reports.ts'
import { resolveOptions } from '../../runtime/config/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import { openDatabase } from '../../runtime/store/index.ts'
import { wholeNumber } from '../time-option.ts'

export interface WatchOptions {
  readonly watch?: string | true
}

export const withWatchOption = (command: Command): Command =>
  command.option('--watch [seconds]', 'again every so many seconds, 2 where none are given; Ctrl-C ends it')

/** Hands each picture to `show`. */
export const watched = async (
  { watch }: WatchOptions,
  show: (picture: ClusterPicture) => void,
): Promise<void> => {
  const everyMs =
    watch === undefined ? undefined : 1_000 * (watch === true ? 2 : wholeNumber('--watch', watch, 1, 3_600))
  const { databaseUrl } = resolveOptions({}, process.env)
  const database = openDatabase({ url: databaseUrl, applicationName: 'troupe-cli', maxConnections: 1 })
  const reader = statusReader({ sql: database.sql, maxAgeMs: 0 })
  try {
    if (everyMs === undefined) {
      show(await reader.current())
      return
    }
    for (;;) {
      try {
        const picture = await reader.current()
        if (process.stdout.isTTY) console.log(clearScreen)
        show(picture)
      } catch (error) {
        // It may come back: whoever watches wants to see that, too.
        if (!(error instanceof TroupeError && error.retryable)) throw error
        console.error(`troupe: ${error.message}`)
      }
      await delay(everyMs)
    }
  } finally {
    await database.close()
  }
}

/** The screen, and the cursor at its top. */
const clearScreen = '\u001b[2J\u001b[H'
