/** Packs records in memory, as the native drain does; for tests and the in-memory kit. */

import {
  absent,
  batchCountAt,
  batchHeadBytes,
  batchVersion,
  headerCountMask,
  leastHeaderBytes,
  recordAt,
  recordHeadBytes,
  timestampTypes,
  timestampTypeShift,
} from './layout.ts'
import type { BatchRecord } from './layout.ts'

/**
 * The packed batch, version 1. All numbers are little-endian; nothing is aligned or padded.
 *
 *     batch      = version:u8 zero:u8 zero:u8 zero:u8  count:u32  record*count          and nothing after
 *     record     = size:u32          bytes of this record, these four included
 *                  keyLength:i32     −1 no key, 0 an empty key
 *                  valueLength:i32   −1 a tombstone, 0 an empty value
 *                  attributes:u32    bits 30–31 timestamp type (0 none, 1 create, 2 append), bits 0–29 number of headers
 *                  offset:i64        0 … 2^53 − 1
 *                  timestamp:i64     milliseconds since 1970, −1 none
 *                  key:bytes  value:bytes  header*
 *     header     = nameLength:u32  valueLength:i32 (−1 null)  name:utf8  value:bytes
 *
 * Invariants that the reader checks:
 * L1  size = 32 + key + value + headers, and every record ends within the batch;
 * L2  the last record ends where the batch ends;
 * L3  headers keep their order and their repeated names.
 * A record does not depend on its place, so a batch is split and joined by copying whole records.
 */
export const writeBatch = (records: readonly BatchRecord[]): ArrayBuffer => {
  const packed = records.map((record) => ({ record, headers: record.headers.map(packHeader) }))
  const sizes = packed.map(({ record, headers }) => recordSize(record, headers))
  const batch = new ArrayBuffer(sizes.reduce((sum, size) => sum + size, batchHeadBytes))
  const view = Buffer.from(batch)
  view.writeUInt8(batchVersion, 0)
  view.writeUInt32LE(records.length, batchCountAt)
  let at = batchHeadBytes
  packed.forEach(({ record, headers }, index) => {
    const size = sizes[index] as number
    writeRecord(view, at, size, record, headers)
    at += size
  })
  return batch
}

interface PackedHeader {
  readonly name: Buffer
  readonly value: Uint8Array | null
}

const packHeader = ([name, value]: BatchRecord['headers'][number]): PackedHeader => ({
  name: Buffer.from(name),
  value,
})

const headerSize = ({ name, value }: PackedHeader): number =>
  leastHeaderBytes + name.length + (value?.length ?? 0)

const recordSize = ({ key, value }: BatchRecord, headers: readonly PackedHeader[]): number =>
  headers.reduce(
    (sum, header) => sum + headerSize(header),
    recordHeadBytes + (key?.length ?? 0) + (value?.length ?? 0),
  )

const writeRecord = (
  view: Buffer,
  start: number,
  size: number,
  { key, value, offset, timestamp, timestampType }: BatchRecord,
  headers: readonly PackedHeader[],
): void => {
  const type = timestampTypes.indexOf(timestampType)
  view.writeUInt32LE(size, start + recordAt.size)
  view.writeInt32LE(key?.length ?? absent, start + recordAt.keyLength)
  view.writeInt32LE(value?.length ?? absent, start + recordAt.valueLength)
  view.writeUInt32LE(
    ((type << timestampTypeShift) | (headers.length & headerCountMask)) >>> 0,
    start + recordAt.attributes,
  )
  view.writeBigInt64LE(BigInt(offset), start + recordAt.offset)
  view.writeBigInt64LE(BigInt(timestamp), start + recordAt.timestamp)
  let at = start + recordHeadBytes
  at = writeBytes(view, at, key)
  at = writeBytes(view, at, value)
  for (const header of headers) {
    view.writeUInt32LE(header.name.length, at)
    view.writeInt32LE(header.value?.length ?? absent, at + 4)
    at = writeBytes(view, at + leastHeaderBytes, header.name)
    at = writeBytes(view, at, header.value)
  }
}

const writeBytes = (view: Buffer, at: number, bytes: Uint8Array | null | undefined): number => {
  if (!bytes) return at
  view.set(bytes, at)
  return at + bytes.length
}
