/** A record as people and programs read it. */

import { isUtf8 } from 'node:buffer'

import { printable, timeText } from '../text-table.ts'
import type { DecodedRecord } from './record-decoder.ts'

/** `personal`: whoever looks may see what cannot be masked. */
export const recordText = (record: DecodedRecord, personal: boolean): string => {
  const { topic, partition, offset, timestampMs, key, type, headers } = record
  return [
    [
      `${topic}/${String(partition)}@${String(offset)}`,
      timestampMs === undefined ? 'without time' : timeText(timestampMs),
      key === undefined ? 'without key' : `key ${bytesText(key)}`,
      type || 'of no known type',
    ].join('  '),
    ...headers.map(([name, value]) => `  ${name}: ${value === null ? '(none)' : bytesText(value)}`),
    `  ${valueText(record, personal)}`,
  ]
    .map((line) => line.slice(0, indentOf(line)) + printable(line))
    .join('\n')
}

const indentOf = (line: string): number => line.length - line.trimStart().length

const valueText = ({ value }: DecodedRecord, personal: boolean): string => {
  switch (value.kind) {
    case 'event':
      return JSON.stringify(plain(value.event))
    case 'tombstone':
      return '(tombstone)'
    case 'undecodable':
      return `(${String(value.bytes.length)} bytes that are not read: ${value.reason})${personal ? ` ${bytesText(value.bytes)}` : ''}`
    default:
      return value satisfies never
  }
}

const bytesText = (bytes: Uint8Array): string =>
  isUtf8(bytes) ? Buffer.from(bytes).toString() : `0x${Buffer.from(bytes).toString('hex')}`

/** Bytes within the value as base64, whatever their class says of itself. */
const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]))
}

export const recordJson = (record: DecodedRecord, personal: boolean): object => {
  const { key, headers, value, timestampMs, ...place } = record
  return {
    ...place,
    timestampMs: timestampMs ?? null,
    key: key === undefined ? null : textOf(key),
    keyBytes: key === undefined ? null : base64(key),
    headers: headers.map(([name, bytes]) => ({
      name,
      value: bytes === null ? null : textOf(bytes),
      valueBytes: bytes === null ? null : base64(bytes),
    })),
    ...valueJson(value, personal),
  }
}

const valueJson = (value: DecodedRecord['value'], personal: boolean): object => {
  switch (value.kind) {
    case 'event':
      return { kind: value.kind, schemaId: value.schemaId, event: plain(value.event) }
    case 'tombstone':
      return { kind: value.kind }
    case 'undecodable':
      return {
        kind: value.kind,
        reason: value.reason,
        valueBytes: personal ? base64(value.bytes) : null,
      }
    default:
      return value satisfies never
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** null: it is no text. */
const textOf = (bytes: Uint8Array): string | null => (isUtf8(bytes) ? Buffer.from(bytes).toString() : null)
