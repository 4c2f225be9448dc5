/**
 * Record headers on their way into node-rdkafka, which hands values on as C strings of UTF-8: it would cut one at
 * its first NUL and garble bytes that are not UTF-8. Such a header is an error here, and never a wrong header there.
 */

import { isUtf8 } from 'node:buffer'
import type { MessageHeader } from 'node-rdkafka'
import type { OutgoingHeader } from '../delivery/outgoing.ts'
import { TroupeError } from '../errors.ts'

/** Can node-rdkafka carry this header value as it is? Text or UTF-8 bytes without NUL. */
export const isCarriable = (value: Uint8Array | string): boolean =>
  typeof value === 'string' ? !value.includes('\0') : !value.includes(0) && isUtf8(value)

/** In order, repeated names kept. Throws PRODUCE_REFUSED naming the header. */
export const toKafkaHeaders = (headers: readonly OutgoingHeader[]): MessageHeader[] =>
  headers.map(([name, value]) => {
    if (name.includes('\0') || !isCarriable(value)) {
      throw new TroupeError(
        'PRODUCE_REFUSED',
        `header ${JSON.stringify(name)} holds NUL or bytes that are not UTF-8, which cannot be sent: encode it, for example as base64`,
      )
    }
    return { [name]: typeof value === 'string' ? value : Buffer.from(value).toString() }
  })

/** Their size on the wire, near enough for a bound. */
export const headerBytes = (headers: readonly OutgoingHeader[]): number => {
  let bytes = 0
  for (const [name, value] of headers) bytes += name.length + value.length
  return bytes
}
