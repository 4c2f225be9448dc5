/** A process that is asked for a replay, and begins it as processes do, of a log that has offsets 0 to 1,000. */

import { readCommand } from '../../runtime/control/index.ts'
import type { ReplayStore } from '../../runtime/delivery/index.ts'
import type { CommandBox } from '../../runtime/store/index.ts'
import { replayRangeWith } from '../../runtime/system/commands/replay-range.ts'
import { waitUntil } from './wait-until.ts'

/** Of the process p1, once it is asked. */
export const beginAskedReplay = async (box: CommandBox, store: ReplayStore): Promise<void> => {
  const asked = await waitUntil('it is asked for a replay', async () => (await box.waiting('p1'))[0])
  const read = readCommand(asked)
  if (read.kind !== 'command' || read.command.kind !== 'replay-range') throw new Error('another command')
  const { unit } = read.command
  const replayRange = replayRangeWith({
    store,
    places: () => Promise.resolve([{ unit, begin: 0, end: 1_000, atTime: 250 }]),
  })
  await box.answer(asked.id, { id: 'p1', node: 'node-a' }, await replayRange(read.command))
}
