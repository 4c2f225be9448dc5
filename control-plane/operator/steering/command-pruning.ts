/** Prunes commands now and then, for as long as the control plane runs. Who asks for anything never waits for it. */

import { messageOf } from '../../../runtime/errors.ts'
import type { CommandDesk } from '../../../runtime/store/index.ts'
import type { Log } from '../../../runtime/telemetry/index.ts'
import { messageOfCommand } from './command-words.ts'

const everyMs = 3_600_000

/** Begins at once. The answer ends it, after what is under way. */
export const pruneCommands = (
  desk: Pick<CommandDesk, 'prune'>,
  olderThanDays: number,
  log: Log,
): (() => Promise<void>) => {
  let ended = false
  const prune = async (): Promise<void> => {
    try {
      let pruned = 0
      for (let some = 1; some > 0 && !ended; pruned += some)
        some = await desk.prune(olderThanDays, messageOfCommand)
      if (pruned > 0) log.info('commands of long ago were pruned', { commands: pruned, olderThanDays })
    } catch (error) {
      log.debug(`commands were not pruned: ${messageOf(error)}`)
    }
  }
  let pruning = prune()
  const timer = setInterval(() => {
    pruning = pruning.then(prune)
  }, everyMs).unref()
  return () => {
    ended = true
    clearInterval(timer)
    return pruning
  }
}
