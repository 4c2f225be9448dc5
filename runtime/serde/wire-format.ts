/**
 * Confluent's wire format: a zero byte, the schema's id in 4 bytes, big-endian, then the Avro datum.
 * https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
 */

import { TroupeError } from '../errors.ts'

/** Bytes before the datum. */
export const wireHeaderBytes = 5

const magicByte = 0
const maxSchemaId = 0xffff_ffff

/**
 * The schema id of the value at `[start, start + length)`; length −1 is a tombstone, as in a batch. Allocates nothing
 * unless it throws RECORD_UNDECODABLE.
 */
export const wireSchemaId = (buffer: Uint8Array, start: number, length: number): number => {
  if (length < wireHeaderBytes || start < 0 || start + length > buffer.length) throw tooShort(length)
  if (buffer[start] !== magicByte) throw wrongMagic(buffer[start])
  return (
    (((buffer[start + 1] as number) << 24) |
      ((buffer[start + 2] as number) << 16) |
      ((buffer[start + 3] as number) << 8) |
      (buffer[start + 4] as number)) >>>
    0
  )
}

/** Writes the header at the beginning of `bytes`. */
export const writeWireHeader = (bytes: Uint8Array, schemaId: number): void => {
  if (!Number.isInteger(schemaId) || schemaId < 0 || schemaId > maxSchemaId) {
    throw new TroupeError(
      'EVENT_INVALID',
      `A schema id is a whole number of 32 bits, not ${String(schemaId)}`,
    )
  }
  bytes[0] = magicByte
  bytes[1] = schemaId >>> 24
  bytes[2] = schemaId >>> 16
  bytes[3] = schemaId >>> 8
  bytes[4] = schemaId
}

/** A record's value in memory of its own: header and datum. */
export const frame = (schemaId: number, datum: Uint8Array): Buffer => {
  const framed = Buffer.allocUnsafe(wireHeaderBytes + datum.length)
  writeWireHeader(framed, schemaId)
  framed.set(datum, wireHeaderBytes)
  return framed
}

const tooShort = (length: number): TroupeError =>
  new TroupeError(
    'RECORD_UNDECODABLE',
    length < 0
      ? 'The record has no value (a tombstone)'
      : `The value has ${length} bytes, too few for the magic byte and a schema id`,
  )

const wrongMagic = (first: number | undefined): TroupeError =>
  new TroupeError(
    'RECORD_UNDECODABLE',
    `The value begins with byte ${String(first)} and not with 0, so it was not written with a schema registry`,
  )
