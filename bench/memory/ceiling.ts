/** How much memory a process of Troupe may come to hold, from its options: docs/deployment.md says it in words. */

import type { Options } from '../../runtime/config/index.ts'

const megabyte = 2 ** 20
/** Node's program and libraries, librdkafka without records, what malloc keeps. */
const programBytes = 250 * megabyte
/** V8's heap of the main thread or a worker, with the garbage that it leaves until it is short of room. */
const threadBytes = 200 * megabyte
/** What a record of some hundred bytes comes to once it is decoded and waits in its handler. */
const recordBytes = 1_024

export const memoryCeiling = (
  {
    prefetchBytes,
    creditBytes,
    creditRecords,
  }: Pick<Options, 'prefetchBytes' | 'creditBytes' | 'creditRecords'>,
  {
    partitions,
    actors,
    workers,
  }: { readonly partitions: number; readonly actors: number; readonly workers: number },
): number =>
  programBytes +
  (1 + workers) * threadBytes +
  partitions * (prefetchBytes + actors * (creditBytes + creditRecords * recordBytes))
