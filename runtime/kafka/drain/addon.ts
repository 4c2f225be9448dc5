/**
 * Loads the C++ addon, once per process, on the main thread; and refuses it where it was compiled against another
 * node-rdkafka or librdkafka than the process has loaded: it reads objects of both in memory.
 */

import { createRequire, findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { messageOf, TroupeError } from '../../errors.ts'
import type { SourceEvent } from './events.ts'
import type { Drained } from './drained.ts'

export interface NativePartitionSource {
  /** Answers at once where little is waiting, else `undefined` and later by the callback. */
  drain(
    records: number,
    bytes: number,
    lanes: readonly number[],
    callback: (drained: Drained) => void,
  ): Drained | undefined
  discard(): void
  close(): void
}

export interface NativeConsumerQueue {
  poll(): readonly SourceEvent[]
  isAssignmentLost(): boolean
  close(): void
}

export interface NativeRecordSender {
  /**
   * How many of the records in `packed[from, to)` are settled, or that and then the place and librdkafka's code of each
   * that was refused. Fewer than `records`: its queue is full. Throws where the producer is not connected.
   */
  send(
    topic: string,
    batch: number,
    packed: Uint8Array,
    from: number,
    to: number,
    records: number,
  ): number | readonly number[]
  reports(): SenderReports
  close(): void
}

/** What happened since the last time. */
export interface SenderReports {
  /** By four: batch, how many of its records are acknowledged, and partition and offset of the last of these. */
  readonly settled: readonly number[]
  readonly failed: readonly {
    readonly batch: number
    readonly records: number
    readonly code: number
    readonly topic: string
  }[]
  /** Of the connection; `code` and `message` are librdkafka's. */
  readonly troubles: readonly { readonly code: number; readonly message: string }[]
}

export interface Addon {
  readonly PartitionSource: new (
    client: unknown,
    topic: string,
    partition: number,
    onWake: () => void,
  ) => NativePartitionSource
  readonly ConsumerQueue: new (client: unknown, onWake: () => void) => NativeConsumerQueue
  readonly RecordSender: new (client: unknown, onWake: () => void) => NativeRecordSender
  /** In the order of `topics`; undefined where the broker has no ids. An error of one is the error of all. */
  topicIds(
    client: unknown,
    topics: readonly string[],
    timeoutMs: number,
    callback: (error: Error | null, ids: readonly (string | undefined)[]) => void,
  ): void
  readonly compiledAgainst: DrainVersions
  /** Of the librdkafka that is loaded. */
  readonly librdkafkaVersion: string
  laneOf(key: Uint8Array | undefined, offset: number, lanes: number): number
  sharesLibrdkafka(addonOfNodeRdkafka: string): boolean
  /** Ends the process without any clean-up. */
  endProcess(code: number): void
}

export interface DrainVersions {
  readonly nodeRdkafka: string
  readonly librdkafka: string
}

/** Throws DRAIN_MISMATCH where the addon was compiled against something else than what runs. */
export const requireSameVersions = (compiledAgainst: DrainVersions, running: DrainVersions): void => {
  for (const [name, part] of [
    ['node-rdkafka', 'nodeRdkafka'],
    ['librdkafka', 'librdkafka'],
  ] as const) {
    if (compiledAgainst[part] === running[part]) continue
    throw new TroupeError(
      'DRAIN_MISMATCH',
      `The native drain was compiled against ${name} ${compiledAgainst[part]}, but ${running[part]} is loaded. ` +
        `Compile it again: npm rebuild.`,
    )
  }
}

let loaded: Addon | undefined

/** The addon; loaded at the first call. `file` is another build of it, for tests, and counts only at that first call. */
export const loadAddon = (file: string = builtAddon()): Addon => {
  loaded ??= load(file)
  return loaded
}

const builtAddon = (): string => {
  const manifest = findPackageJSON('..', import.meta.url)
  if (manifest === undefined) throw notLoaded('Troupe has no package.json above it')
  return join(dirname(manifest), 'build', 'Release', 'troupe_drain.node')
}

const load = (file: string): Addon => {
  if (!isMainThread) throw notLoaded('it runs on the main thread only, as node-rdkafka does')
  const require = createRequire(import.meta.url)
  // First, so that both addons get the librdkafka that node-rdkafka brings.
  require('node-rdkafka')
  let addon: Addon
  try {
    addon = require(file) as Addon
  } catch (error) {
    throw notLoaded(`${file}: ${messageOf(error)}`, error)
  }
  const manifest = require('node-rdkafka/package.json') as { readonly version: string }
  requireSameVersions(addon.compiledAgainst, {
    nodeRdkafka: manifest.version.replace(/^v/, ''),
    librdkafka: addon.librdkafkaVersion,
  })
  const theirs = require.resolve('node-rdkafka/build/Release/node-librdkafka.node')
  if (!addon.sharesLibrdkafka(theirs)) {
    throw new TroupeError(
      'DRAIN_MISMATCH',
      `The native drain and node-rdkafka (${theirs}) have each loaded a librdkafka of their own. ` +
        `Build both in one place: npm ci.`,
    )
  }
  return addon
}

const notLoaded = (why: string, cause?: unknown): TroupeError =>
  new TroupeError(
    'DRAIN_NOT_LOADED',
    `The native drain cannot be loaded: ${why}. Is it built? npm ci builds it.`,
    {
      cause,
    },
  )
