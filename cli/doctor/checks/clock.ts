/** Do the clocks agree? Leases, timers and liveness go by Postgres' clock, lag in time by this one's and the producers'. */

import { resolve } from 'node:path'

import type { Options } from '../../../runtime/config/index.ts'
import { connectAdmin, connectLogReader } from '../../../runtime/kafka/index.ts'
import { openDatabase } from '../../../runtime/store/index.ts'
import { mappingFor } from '../../../runtime/system/application.ts'
import { impatientSettings } from './kafka-settings.ts'
import { loadSchemas } from '../../../runtime/system/load-schemas.ts'
import type { TopicPartition } from '../../../runtime/topic-partition.ts'
import { fail, ok, warn, type Check, type Finding } from '../finding.ts'

/** Worth a word; and more than the tolerance of leases. */
const warnMs = 1_000
const failMs = 10_000
const remedy = 'synchronise the clocks of all machines: chrony, or NTP of the host'

export const postgresClockCheck = (options: Options): Check => ({
  name: 'clock',
  remedy: 'see postgres: its clock cannot be asked',
  run: async () => {
    const database = openDatabase({
      url: options.databaseUrl,
      applicationName: 'troupe-doctor',
      maxConnections: 1,
    })
    try {
      await database.sql`select 1`
      const before = Date.now()
      const [row] = await database.sql<{ now: Date }>`select clock_timestamp() as now`
      const after = Date.now()
      if (row === undefined) return []
      return [clockFinding(row.now.getTime(), before, after)]
    } finally {
      void database.close()
    }
  },
})

/** `theirsMs` was read between `beforeMs` and `afterMs` of this clock. */
export const clockFinding = (theirsMs: number, beforeMs: number, afterMs: number): Finding => {
  // What lies between the question and its answer is no difference.
  const skewMs = theirsMs < beforeMs ? theirsMs - beforeMs : Math.max(0, theirsMs - afterMs)
  const told = `Postgres' clock is ${String(Math.abs(skewMs))} ms ${skewMs < 0 ? 'behind' : 'ahead of'} this one`
  if (Math.abs(skewMs) >= failMs) return fail(told, remedy)
  if (Math.abs(skewMs) >= warnMs) return warn(told, remedy)
  return ok(`Postgres' clock agrees with this one to ${String(afterMs - beforeMs + Math.abs(skewMs))} ms`)
}

/** A broker does not tell its time; but no record should be newer than now. */
export const recordClockCheck = (options: Options): Check => ({
  name: 'clock',
  remedy: 'see kafka: its records cannot be asked for',
  run: async () => {
    if (!options.kafkaEnabled) return []
    const partitions = await partitionsOf(options)
    const reader = await connectLogReader(impatientSettings(options))
    try {
      const offsets = await reader.offsets(partitions, { sinceMs: Date.now() + warnMs })
      const ahead = partitions.filter((_, nth) => offsets[nth] !== undefined)
      return [
        ahead.length === 0
          ? ok('no record is of the future')
          : warn(
              `${ahead.map(({ topic, partition }) => `${topic}/${String(partition)}`).join(', ')} ` +
                `${ahead.length === 1 ? 'has' : 'have'} records of the future: a producer's or a broker's clock is ahead`,
              remedy,
            ),
      ]
    } finally {
      void reader.close()
    }
  },
})

const partitionsOf = async (options: Options): Promise<readonly TopicPartition[]> => {
  const mapping = mappingFor(await loadSchemas(resolve(options.schemasDir)), options)
  const admin = await connectAdmin(impatientSettings(options))
  try {
    const topics = [...new Set(mapping.topics.map(({ topic }) => topic))]
    const counts = await Promise.all(topics.map((topic) => admin.partitionsOf(topic)))
    return topics.flatMap((topic, nth) =>
      Array.from({ length: counts[nth] ?? 0 }, (_, partition) => ({ topic, partition })),
    )
  } finally {
    void admin.close()
  }
}
