/** Reads what an actor of a trial told of a thing, without its schema: an id, the thing, and its number, in this order. */

import type { Message } from 'node-rdkafka'
import type { NthOfThing } from './scenario/effects-check.ts'

export const toldIn = ({ key, value }: Message): NthOfThing => {
  if (value === null) throw new Error('a told event has a value')
  let at = 5 // behind the wire header
  /** An Avro long: a zigzag varint. */
  const long = (): number => {
    let result = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = value[at++] ?? 0
      result |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return Number((result >> 1n) ^ -(result & 1n))
    }
  }
  for (let string = 0; string < 2; string += 1) {
    // Its length moves on before it is added.
    const length = long()
    at += length
  }
  return { thing: String(key), n: long() }
}
