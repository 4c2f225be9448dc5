/** An event as the record that carries it: its value, and the headers that say what it is and whose. */

import { randomUUID } from 'node:crypto'
import type { OutgoingHeader, OutgoingRecord } from '../delivery/index.ts'
import { refusalOf, type PackedRecords } from '../kafka/index.ts'
import { fieldIdentity, identityHeaders, type EncodeBuffer } from '../serde/index.ts'
import type { EncodedEventType } from './encoded-event-types.ts'
import type { PublishOptions } from './publish-options.ts'

export type EncodedRecord = OutgoingRecord & { readonly value: Buffer }

/** In the place of a schema id until the registry tells it. */
const idToCome = 0

/** Its value is what `keep` makes of the encoded bytes, which are good until the buffer is used again. Throws EVENT_INVALID. */
export const outgoingEvent = (
  type: EncodedEventType,
  event: unknown,
  options: PublishOptions,
  source: string | undefined,
  buffer: EncodeBuffer,
  keep: (bytes: Buffer) => Buffer,
): EncodedRecord => {
  const { key, timestamp } = options
  return {
    topic: type.topic,
    key: key === undefined ? null : typeof key === 'string' ? Buffer.from(key) : Buffer.from(key),
    value: keep(type.encoder.encodeFramed(type.schemaId ?? idToCome, event, buffer)),
    headers: headersOf(type.name, event, options, source),
    ...(timestamp !== undefined && { timestamp }),
  }
}

/** The same, packed behind what is there already. When it throws, what is packed is good for nothing more. */
export const packEvent = (
  packed: PackedRecords,
  type: EncodedEventType,
  schemaId: number,
  event: unknown,
  options: PublishOptions,
  source: string | undefined,
  buffer: EncodeBuffer,
): void => {
  const { key = null, timestamp } = options
  packed.begin(type.topic, undefined, timestamp)
  packed.key(key)
  packed.value(type.encoder.encodeFramed(schemaId, event, buffer))
  const headers = headersOf(type.name, event, options, source)
  const refused = options.headers === undefined ? undefined : refusalOf({ topic: type.topic, headers })
  if (refused !== undefined) throw refused
  for (const header of headers) packed.header(header)
  packed.end()
}

const headersOf = (
  name: string,
  event: unknown,
  options: PublishOptions,
  source: string | undefined,
): readonly OutgoingHeader[] => {
  const own = fieldIdentity(event)
  const id = filled(options.eventId) ?? own.id ?? randomUUID()
  const headers = identityHeaders(
    {
      name,
      id,
      tenant: filled(options.tenant) ?? own.tenant ?? '',
      correlationId: filled(options.correlationId) ?? own.correlationId ?? id,
    },
    { source, traceparent: options.traceparent },
  )
  if (options.headers !== undefined) headers.push(...Object.entries(options.headers))
  return headers
}

/** Empty is absent, as consumers read it. */
const filled = (text: string | undefined): string | undefined => (text === '' ? undefined : text)
