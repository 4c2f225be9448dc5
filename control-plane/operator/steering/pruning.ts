/** Prunes what is of long ago now and then, for as long as the control plane runs. Who asks for anything never waits for it. */

import { messageOf } from '../../../runtime/errors.ts'
import type { Log } from '../../../runtime/telemetry/index.ts'
import type { OperatorStores } from '../stores.ts'
import { messageOfCommand } from './command-words.ts'

const everyMs = 3_600_000

/** Begins at once. The answer ends it, after what is under way. */
export const pruneLongAgo = (
  { desk, replays }: Pick<OperatorStores, 'desk' | 'replays'>,
  olderThanDays: number,
  log: Log,
): (() => Promise<void>) => {
  let ended = false
  /** `some`: prunes a few, and says how many. */
  const pruneAll = async (what: string, some: () => Promise<number>): Promise<void> => {
    try {
      let pruned = 0
      for (let went = 1; went > 0 && !ended; pruned += went) went = await some()
      if (pruned > 0) log.info(`${what} of long ago were pruned`, { [what]: pruned, olderThanDays })
    } catch (error) {
      log.debug(`${what} were not pruned: ${messageOf(error)}`)
    }
  }
  const prune = async (): Promise<void> => {
    await pruneAll('commands', () => desk.prune(olderThanDays, messageOfCommand))
    await pruneAll('replays', () => replays.prune(olderThanDays))
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
