/** What the cost of a record is looked at against: one thing is varied at a time, all else is as in `plain`. */

import type { Env } from '../harness/contender.ts'

export interface Point {
  /** As the table shows it. */
  readonly label: string
  /** Fewer where each is large or costs much. */
  readonly records: number
  /** Points with the same have the same topic. */
  readonly topic: string
  /** Of the producer, and of who reads. */
  readonly env: Env
  /** Processes of one group that share the partitions. */
  readonly processes?: number
}

export interface Axis {
  readonly title: string
  readonly points: readonly Point[]
}

const plain = 'plain'
const full = 1_000_000

const partitions = (count: number): Point => ({
  label: String(count),
  records: full,
  topic: count === 8 ? plain : `partitions-${count}`,
  env: { BENCH_PARTITIONS: String(count) },
})

/** About 300 MB a topic, and no more than a million records. */
const bytes = (label: string, size: number): Point => ({
  label,
  records: Math.min(full, Math.floor(300_000_000 / size)),
  topic: size <= 130 ? plain : `bytes-${size}`,
  env: { BENCH_RECORD_BYTES: String(size) },
})

const headers = (count: number): Point => ({
  label: String(count),
  records: full,
  topic: count === 0 ? plain : `headers-${count}`,
  env: { BENCH_HEADERS: String(count) },
})

const skew = (percent: number): Point => ({
  label: percent === 0 ? 'none: 50,000 keys' : `${percent} % have one key`,
  records: full,
  topic: percent === 0 ? plain : `skew-${percent}`,
  env: { BENCH_HOT_KEY_PERCENT: String(percent), BENCH_ORDER: 'key' },
})

const actors = (count: number): Point => ({
  label: String(count),
  records: full,
  topic: plain,
  env: { BENCH_ACTORS: String(count) },
})

const processes = (count: number): Point => ({
  label: String(count),
  records: full,
  topic: plain,
  env: { WORKER_THREADS: '1' },
  processes: count,
})

export const axes: readonly Axis[] = [
  { title: 'Partitions', points: [1, 8, 64, 512].map(partitions) },
  {
    title: 'Record size',
    points: [bytes('130 B', 130), bytes('1 KB', 1_000), bytes('10 KB', 10_000), bytes('100 KB', 100_000)],
  },
  { title: 'Headers of a record', points: [0, 3, 6].map(headers) },
  { title: 'Key skew, order by key', points: [0, 50, 90].map(skew) },
  { title: 'Actors of one group, each handles every record', points: [1, 2, 4].map(actors) },
  { title: 'Processes of one worker thread each', points: [1, 2].map(processes) },
]
