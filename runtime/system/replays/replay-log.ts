/**
 * Parts of the past for replays, by a Kafka client of its own: connected when the first is wanted, one read at a time. It is in
 * no group and commits nothing.
 */

import { BatchReader, type writeBatch } from '../../batch/index.ts'
import { TroupeError } from '../../errors.ts'
import type { LogReader } from '../../kafka/index.ts'
import type { Offset, TopicPartition } from '../../topic-partition.ts'

export type LogRecord = Parameters<typeof writeBatch>[0][number]

export interface LogPart {
  readonly records: readonly LogRecord[]
  /** Everything below was read. */
  readonly end: Offset
  /** Offsets at the beginning that the log has no more. */
  readonly gone: number
}

/** Of one read. */
const mostRecords = 5_000
const mostBytes = 4 * 1024 * 1024

export class ReplayLog {
  readonly #connect: () => Promise<LogReader>
  readonly #stopping = new AbortController()
  #reader: Promise<LogReader> | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(connect: () => Promise<LogReader>) {
    this.#connect = connect
  }

  /** From `from` on, up to `to` or as much as is kept in memory. Throws KAFKA_UNAVAILABLE, TOPIC_MISSING. */
  read(at: TopicPartition, from: Offset, to: Offset): Promise<LogPart> {
    const part = this.#last.then(() => this.#read(at, from, to))
    this.#last = part.catch(() => undefined)
    return part
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    await this.#last
    const reader = await this.#reader?.catch(() => undefined)
    await reader?.close()
  }

  async #read(at: TopicPartition, from: Offset, to: Offset): Promise<LogPart> {
    this.#mustGoOn()
    const reader = await this.#connected()
    const { low } = await reader.range(at)
    const begin = Math.min(Math.max(from, low), to)
    const records: LogRecord[] = []
    let bytes = 0
    let end = to
    await reader.read(
      at,
      begin,
      to,
      (batch) => {
        const cursor = new BatchReader(batch)
        while (cursor.next()) {
          if (cursor.offset < begin || cursor.offset >= end) continue
          if (records.length === mostRecords || (bytes > mostBytes && records.length > 0)) {
            end = cursor.offset
            return false
          }
          bytes += Math.max(0, cursor.keyLength) + Math.max(0, cursor.valueLength)
          records.push(copyOf(cursor))
        }
        return true
      },
      this.#stopping.signal,
    )
    this.#mustGoOn()
    return { records, end, gone: begin - from }
  }

  #connected(): Promise<LogReader> {
    this.#reader ??= this.#connect().catch((error: unknown) => {
      // Tried again by the next read.
      this.#reader = undefined
      throw error
    })
    return this.#reader
  }

  #mustGoOn(): void {
    if (this.#stopping.signal.aborted)
      throw new TroupeError('KAFKA_UNAVAILABLE', 'the process stops, and reads no more of the past')
  }
}

/** The batch's memory is given back. */
const copyOf = (cursor: BatchReader): LogRecord => {
  const key = cursor.key()
  const value = cursor.value()
  return {
    offset: cursor.offset,
    timestamp: cursor.timestamp,
    timestampType: cursor.timestampType,
    key: key && Buffer.from(key),
    value: value && Buffer.from(value),
    headers: cursor
      .headers()
      .map(([name, bytes]) => [name, bytes === null ? null : Buffer.from(bytes)] as const),
  }
}
