/**
 * Where things are in a packed batch, version 1. The grammar is above `writeBatch`; the C++ twin of these numbers
 * is `runtime/kafka/drain/packing.h`.
 */

export const batchVersion = 1

/** Bytes before the first record. */
export const batchHeadBytes = 8
/** Position of the number of records in the batch's head. */
export const batchCountAt = 4

/** Bytes before a record's key. */
export const recordHeadBytes = 32
/** Positions in a record's head. */
export const recordAt = {
  size: 0,
  keyLength: 4,
  valueLength: 8,
  attributes: 12,
  offset: 16,
  timestamp: 24,
} as const

/** A header costs at least its two lengths. */
export const leastHeaderBytes = 8

/** `attributes` = timestamp type << 30 | number of headers. */
export const timestampTypeShift = 30
export const headerCountMask = 0x3fff_ffff

/** In the order of their numbers in `attributes`; 3 is no type. */
export const timestampTypes = ['none', 'create', 'append'] as const
/** Who set the timestamp: nobody, the producer, or the broker as it appended the record. */
export type TimestampType = (typeof timestampTypes)[number]

/** Lengths of −1 mean absent: no key, a tombstone, a header without value. 0 is empty, which is something else. */
export const absent = -1

/** One record, as an object: for tests and the in-memory kit. Where records are many, `BatchReader` reads them in place. */
export interface BatchRecord {
  readonly offset: number
  /** Milliseconds since 1970, −1 where the record has none. */
  readonly timestamp: number
  readonly timestampType: TimestampType
  /** `undefined`: no key. */
  readonly key: Uint8Array | undefined
  /** `undefined`: a tombstone. */
  readonly value: Uint8Array | undefined
  readonly headers: readonly (readonly [name: string, value: Uint8Array | null])[]
}
