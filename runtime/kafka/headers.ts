/**
 * Record headers on their way into a transaction of node-rdkafka, which hands values on as C strings of UTF-8: it would
 * cut one at its first NUL and garble bytes that are not UTF-8. Such a header is an error here, and never a wrong header
 * there. Other records go by RecordSender, as bytes.
 */

import { isUtf8 } from 'node:buffer'
import type { MessageHeader } from 'node-rdkafka'
import type { OutgoingHeader, OutgoingRecord } from '../delivery/outgoing.ts'
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

/**
 * A record that could not arrive as it is: names go to librdkafka as C strings, and come out of it as such, so they end
 * at a NUL. Values of headers go as bytes. PRODUCE_REFUSED, or nothing.
 */
export const refusalOf = ({
  topic,
  headers,
}: Pick<OutgoingRecord, 'topic' | 'headers'>): TroupeError | undefined => {
  if (topic === '' || topic.includes('\0'))
    return new TroupeError(
      'PRODUCE_REFUSED',
      `the record's topic is ${JSON.stringify(topic)}, which is no name of one`,
    )
  for (const [name] of headers) {
    if (name.includes('\0'))
      return new TroupeError('PRODUCE_REFUSED', `the name of header ${JSON.stringify(name)} holds NUL`)
  }
  return undefined
}
