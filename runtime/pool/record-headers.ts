/**
 * The headers of one record, for its actor and for telling its identity. They are read through the batch's cursor
 * while it stands on the record, and copied out only when it is about to move on and the record is still being
 * handled: for a handler that answers at once no header is ever made an object.
 */

import type { RecordHeaders } from '../actor/context.ts'
import type { BatchReader } from '../batch/index.ts'
import type { HeaderSource } from '../serde/index.ts'
import { closedError } from './context-errors.ts'

type HeaderList = readonly (readonly [name: string, value: Buffer | null])[]

const noHeaderList: HeaderList = []

export class CursorHeaders implements RecordHeaders, HeaderSource {
  readonly headerCount: number
  readonly #reader: BatchReader
  readonly #index: number
  #captured: HeaderList | undefined
  #closed = false

  constructor(reader: BatchReader, captured?: HeaderList) {
    this.#reader = reader
    this.#index = reader.index
    this.headerCount = captured?.length ?? reader.headerCount
    this.#captured = captured
  }

  /** The same headers for another run of their record, which is not closed yet. They must have been captured. */
  anew(): CursorHeaders {
    return new CursorHeaders(this.#reader, this.#captured ?? noHeaderList)
  }

  /** The cursor is about to move on. */
  capture(): void {
    this.#captured ??= this.#reader.headers()
  }

  /** The record is finished: the batch's bytes may leave this thread. */
  close(): void {
    this.#closed = true
  }

  list(): HeaderList {
    if (this.#closed) throw closedError('ctx.headers')
    if (this.#captured === undefined && this.#reader.index !== this.#index) throw closedError('ctx.headers')
    return this.#captured ?? (this.#captured = this.#reader.headers())
  }

  header(name: string): Buffer | null | undefined {
    if (!this.#closed && this.#captured === undefined && this.#reader.index === this.#index) {
      return this.#reader.header(name)
    }
    return this.list().findLast(([own]) => own === name)?.[1]
  }

  get(name: string): string | undefined {
    return this.header(name)?.toString('utf8')
  }

  bytes(name: string): Uint8Array | undefined {
    const value = this.header(name)
    // A copy: what is kept past the record must not change or vanish with the batch.
    return value ? Uint8Array.from(value) : undefined
  }

  names(): readonly string[] {
    return [...new Set(this.list().map(([name]) => name))]
  }
}

/** Of every record without headers: stateless, so one is enough. */
export const noHeaders: RecordHeaders & HeaderSource = {
  headerCount: 0,
  header: () => undefined,
  get: () => undefined,
  bytes: () => undefined,
  names: () => [],
}
