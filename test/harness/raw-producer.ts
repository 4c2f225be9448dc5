/**
 * Produces records byte for byte, by Kafka's own protocol over TCP: node-rdkafka cuts binary header values at a NUL
 * and makes a tombstone of an empty value, so that it cannot show what a consumer does with them.
 * Formats: https://kafka.apache.org/protocol, Metadata 1, Produce 7, record batch 2, without compression.
 */

import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

export interface RawRecord {
  readonly key?: Uint8Array | null
  readonly value?: Uint8Array | null
  /** Milliseconds since 1970. */
  readonly timestamp?: number
  readonly headers?: readonly (readonly [name: string, value: Uint8Array | null])[]
}

export interface RawBatchOptions {
  /** The timestamps are the broker's, of the batch's largest. */
  readonly appendTime?: boolean
}

const produceKey = 0
const metadataKey = 3

/** For a cluster of one broker, which leads every partition. */
export class RawProducer {
  readonly #socket: Socket
  #received = Buffer.alloc(0)
  #correlation = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      socket.emit('answer')
    })
  }

  static async connect(bootstrapServer: string): Promise<RawProducer> {
    const [host, port] = bootstrapServer.split(':')
    const socket = connect(Number(port), host)
    await once(socket, 'connect')
    return new RawProducer(socket)
  }

  /** Asks for the topic, by which a mock cluster makes it. */
  async touchTopic(topic: string): Promise<void> {
    await this.#request(metadataKey, 1, [int32(1), string(topic)])
  }

  /** Appends one record batch; answers its first offset. */
  async produce(
    topic: string,
    partition: number,
    records: readonly RawRecord[],
    options: RawBatchOptions = {},
  ): Promise<number> {
    const batch = recordBatch(records, options)
    const answer = await this.#request(produceKey, 7, [
      int16(-1), // no transactional id
      int16(-1), // acknowledged by all
      int32(10_000),
      int32(1),
      string(topic),
      int32(1),
      int32(partition),
      int32(batch.length),
      batch,
    ])
    const partitionAt = 4 + 2 + Buffer.byteLength(topic) + 4 + 4
    const error = answer.readInt16BE(partitionAt)
    if (error !== 0) throw new Error(`the broker answered error ${String(error)}`)
    return Number(answer.readBigInt64BE(partitionAt + 2))
  }

  close(): void {
    this.#socket.destroy()
  }

  /** One request at a time; the answer's body. */
  async #request(key: number, version: number, body: readonly Buffer[]): Promise<Buffer> {
    this.#correlation += 1
    const head = [int16(key), int16(version), int32(this.#correlation), string('raw')]
    const message = Buffer.concat([...head, ...body])
    this.#socket.write(Buffer.concat([int32(message.length), message]))
    for (;;) {
      const length = this.#received.length >= 4 ? this.#received.readInt32BE(0) : Infinity
      if (this.#received.length >= 4 + length) {
        const answer = this.#received.subarray(8, 4 + length)
        this.#received = this.#received.subarray(4 + length)
        return answer
      }
      await once(this.#socket, 'answer')
    }
  }
}

const recordBatch = (records: readonly RawRecord[], { appendTime = false }: RawBatchOptions): Buffer => {
  const timestamps = records.map(({ timestamp = 0 }) => timestamp)
  const first = timestamps[0] ?? 0
  const checked = Buffer.concat([
    int16(appendTime ? 0b1000 : 0),
    int32(records.length - 1),
    int64(first),
    int64(timestamps.reduce((most, timestamp) => Math.max(most, timestamp), first)),
    int64(-1), // producer id, epoch and sequence: none
    int16(-1),
    int32(-1),
    int32(records.length),
    ...records.map((record, index) => recordOf(record, index, (timestamps[index] ?? 0) - first)),
  ])
  const body = Buffer.concat([int32(0), Buffer.from([2]), int32(crc32c(checked) | 0), checked])
  return Buffer.concat([int64(0), int32(body.length), body])
}

const recordOf = (
  { key = null, value = null, headers = [] }: RawRecord,
  index: number,
  age: number,
): Buffer => {
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(age),
    varint(index),
    varBytes(key),
    varBytes(value),
    varint(headers.length),
    ...headers.flatMap(([name, content]) => [varBytes(Buffer.from(name)), varBytes(content)]),
  ])
  return Buffer.concat([varint(body.length), body])
}

const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

const int64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}

const string = (value: string): Buffer => Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)])

/** Zigzag, seven bits a byte. */
const varint = (value: number): Buffer => {
  const bytes: number[] = []
  let left = (BigInt(value) << 1n) ^ (BigInt(value) >> 63n)
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80)
  bytes.push(Number(left))
  return Buffer.from(bytes)
}

const varBytes = (bytes: Uint8Array | null): Buffer =>
  bytes === null ? varint(-1) : Buffer.concat([varint(bytes.length), bytes])

/** CRC-32C (Castagnoli), reflected polynomial 0x82f63b78. */
const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc
})

const crc32c = (bytes: Uint8Array): number => {
  let crc = 0xffff_ffff
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8)
  return (crc ^ 0xffff_ffff) >>> 0
}
