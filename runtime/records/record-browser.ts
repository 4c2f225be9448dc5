/** Reads a piece of a partition for people: from where they say, as many as they say, and no further than is bounded. */

import { BatchReader } from '../batch/index.ts'
import type { RecordPage, RecordQuestion, ShownRecord } from '../control/index.ts'
import type { LogReader } from '../kafka/index.ts'
import { identityRules } from '../serde/index.ts'
import type { Offset } from '../topic-partition.ts'
import type { ValueDecoder } from './value-decoder.ts'

/** Offsets that one question looks at when it looks for some of many. */
const mostLookedAt = 20_000
/** Offsets may have no record: transactions and compaction leave holes. */
const leastLookedAt = 1_000
/** Of all values of a page together. */
const mostCharacters = 1024 * 1024
/** Of the records that one question keeps in memory. */
const mostBytes = 32 * 1024 * 1024

interface Found {
  readonly offset: Offset
  readonly timestampMs: number | null
  readonly key: string | null
  readonly headers: readonly (readonly [name: string, value: Uint8Array | null])[]
  readonly value: Uint8Array | null
}

export class RecordBrowser {
  readonly #log: LogReader
  readonly #decoder: ValueDecoder

  constructor(log: LogReader, decoder: ValueDecoder) {
    this.#log = log
    this.#decoder = decoder
  }

  /** One at a time. */
  async read(question: RecordQuestion): Promise<RecordPage> {
    const { topic, partition, limit, key, eventType } = question
    const { low, high: end } = await this.#log.range({ topic, partition })
    const from = Math.min(end, Math.max(low, await this.#begin(question, end)))
    const isSearch = key !== undefined || eventType !== undefined
    const to = Math.min(end, from + (isSearch ? mostLookedAt : Math.max(limit, leastLookedAt)))
    const records: ShownRecord[] = []
    let characters = 0
    const { kept, end: lookedAt } = await this.#found(question, from, to, isSearch ? Infinity : limit)
    let nextOffset = lookedAt
    for (const found of kept) {
      const shown = await this.#shown(found, question.masked)
      if (eventType !== undefined && nameOf(found, shown) !== eventType) continue
      characters += shown.value.json?.length ?? 0
      if (records.length === limit || (records.length > 0 && characters > mostCharacters)) {
        nextOffset = found.offset
        break
      }
      records.push(shown)
    }
    return { records, low, end, nextOffset }
  }

  async #begin({ topic, partition, from }: RecordQuestion, end: Offset): Promise<Offset> {
    switch (from.kind) {
      case 'offset':
        return from.offset
      case 'before-end':
        return end - from.offsets
      case 'time':
        return (await this.#log.offsets([{ topic, partition }], { sinceMs: from.atMs }))[0] ?? end
      default:
        return from satisfies never
    }
  }

  /** `end`: all below was looked at. */
  async #found(
    { topic, partition, key }: RecordQuestion,
    from: Offset,
    to: Offset,
    most: number,
  ): Promise<{ readonly kept: readonly Found[]; readonly end: Offset }> {
    const kept: Found[] = []
    const wanted = key === undefined ? undefined : Buffer.from(key)
    let bytes = 0
    let end = to
    await this.#log.read({ topic, partition }, from, to, (batch) => {
      const reader = new BatchReader(batch)
      while (reader.next()) {
        if (reader.offset < from || reader.offset >= end) continue
        if (wanted !== undefined && !(reader.key()?.equals(wanted) ?? false)) continue
        if (kept.length === most || (kept.length > 0 && bytes > mostBytes)) {
          end = reader.offset
          continue
        }
        bytes += Math.max(0, reader.keyLength) + Math.max(0, reader.valueLength)
        kept.push(copyOf(reader))
      }
    })
    return { kept, end }
  }

  async #shown({ value, headers, ...record }: Found, masked: boolean): Promise<ShownRecord> {
    return {
      ...record,
      headers: headers.map(([name, bytes]) => [
        name,
        bytes === null || (masked && !openHeaders.has(name)) ? null : Buffer.from(bytes).toString('utf8'),
      ]),
      value: await this.#decoder.decode(value, masked),
    }
  }
}

/** Troupe's own; others may hold anything. */
const openHeaders: ReadonlySet<string> = new Set(Object.values(identityRules).map(({ header }) => header))

const nameOf = ({ headers }: Found, { value }: ShownRecord): string => {
  const named = headers.findLast(([name]) => name === identityRules.name.header)?.[1]
  return named === null || named === undefined || named.length === 0
    ? value.eventType
    : Buffer.from(named).toString('utf8')
}

/** The batch's memory is given back. */
const copyOf = (reader: BatchReader): Found => {
  const value = reader.value()
  return {
    offset: reader.offset,
    timestampMs: reader.timestamp >= 0 ? reader.timestamp : null,
    key: reader.key()?.toString('utf8') ?? null,
    headers: reader.headers().map(([name, bytes]) => [name, bytes === null ? null : Buffer.from(bytes)]),
    value: value === undefined ? null : Buffer.from(value),
  }
}
