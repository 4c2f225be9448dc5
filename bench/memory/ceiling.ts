/** How much memory a process of Troupe may come to hold, from its options: docs/deployment.md says it in words. */

import type { Options } from '../../runtime/config/index.ts'

/** Node, V8's code and heaps of the main thread and two workers, librdkafka: what there is with nothing behind. */
const baseBytes = 300 * 2 ** 20
/** What a record of some hundred bytes comes to once it is decoded and waits in its handler. */
const recordBytes = 2 * 2 ** 10

export const memoryCeiling = (
  {
    prefetchBytes,
    creditBytes,
    creditRecords,
  }: Pick<Options, 'prefetchBytes' | 'creditBytes' | 'creditRecords'>,
  { partitions, actors }: { readonly partitions: number; readonly actors: number },
): number => baseBytes + partitions * (prefetchBytes + actors * (creditBytes + creditRecords * recordBytes))
