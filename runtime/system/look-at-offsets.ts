/** Asks the brokers, for all assigned partitions of a consumer at once, what status reports tell of their ends. */

import type { GroupConsumer } from '../kafka/index.ts'
import type { PartitionRun } from './partition-run.ts'

export type OffsetSource = Pick<GroupConsumer, 'offsets'>

/**
 * Where the partitions end; and where those begin of which that is not known, since nothing was drained of them yet.
 * `startFrom`: where a group begins that has committed nothing. `now`: ms since the epoch. Throws KAFKA_UNAVAILABLE.
 */
export const lookAtOffsets = async (
  source: OffsetSource,
  runs: readonly PartitionRun[],
  startFrom: 'earliest' | 'latest',
  now: () => number,
): Promise<void> => {
  if (runs.length === 0) return
  const ends = await source.offsets('end', placesOf(runs))
  const nowMs = now()
  runs.forEach((run, i) => {
    const end = ends[i]
    if (end !== undefined) run.endsAt(end, nowMs)
  })
  const fresh = runs.filter(({ startUnknown }) => startUnknown)
  if (fresh.length > 0) await lookForStarts(source, fresh, startFrom)
}

/** As the consumer begins: at what the group committed, where that is still in the log. */
const lookForStarts = async (
  source: OffsetSource,
  runs: readonly PartitionRun[],
  startFrom: 'earliest' | 'latest',
): Promise<void> => {
  const partitions = placesOf(runs)
  const committed = await source.offsets('committed', partitions)
  const begins = await source.offsets('begin', partitions)
  const resets = startFrom === 'latest' ? await source.offsets('end', partitions) : begins
  runs.forEach((run, i) => {
    const kept = committed[i]
    const start = kept === undefined || kept < (begins[i] ?? 0) ? resets[i] : kept
    if (start !== undefined) run.beginsAt(start)
  })
}

const placesOf = (runs: readonly PartitionRun[]) => runs.map(({ at }) => at)
