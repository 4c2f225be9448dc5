/** Where logs begin, end and were at a time, asked through the consumer of a group of this process. */

import { TroupeError } from '../../errors.ts'
import type { GroupConsumer } from '../../kafka/index.ts'
import type { Offset, TopicPartition } from '../../topic-partition.ts'
import type { LogPlace } from './reset-offsets.ts'

/** One question after the other: each holds a thread that drains need too. Throws KAFKA_UNAVAILABLE. */
export const placesOf = async (
  offsets: GroupConsumer['offsets'],
  at: readonly TopicPartition[],
  timeMs: number | undefined,
): Promise<readonly LogPlace[]> => {
  const begins = await offsets('begin', at)
  const ends = await offsets('end', at)
  const atTime = timeMs === undefined ? [] : await offsets({ sinceMs: timeMs }, at)
  return at.map((place, nth) => ({
    begin: known(begins[nth], place),
    end: known(ends[nth], place),
    atTime: atTime[nth],
  }))
}

const known = (offset: Offset | undefined, { topic, partition }: TopicPartition): Offset => {
  if (offset !== undefined) return offset
  throw new TroupeError(
    'KAFKA_UNAVAILABLE',
    `no broker says where ${topic}/${String(partition)} begins and ends`,
  )
}
