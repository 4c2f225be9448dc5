/** kafkajs and avsc: idempotent, acks of all, lz4. */

import avro from 'avsc'
import kafkajs from 'kafkajs'
import { compressFrame, decompressFrame } from 'lz4-napi'
import { benchTopic, brokers, OrderPlaced, recordCount } from '../../pipeline/workload.ts'
import { headersOf, publishAll } from '../../publish/published.ts'

const { CompressionCodecs, CompressionTypes, Kafka, logLevel, Partitioners } = kafkajs

// kafkajs brings no lz4 of its own.
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: ({ buffer }) => compressFrame(buffer),
  decompress: (buffer) => decompressFrame(buffer),
})

const type = avro.Type.forSchema(OrderPlaced.schema)
const head = Buffer.alloc(5)
head.writeUInt32BE(Number(process.env.BENCH_SCHEMA_ID), 1)
const kafka = new Kafka({ clientId: 'bench', brokers: [brokers()], logLevel: logLevel.ERROR })
const producer = kafka.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner })

await producer.connect()
await publishAll(recordCount(), (events) =>
  producer.send({
    topic: benchTopic,
    acks: -1,
    compression: CompressionTypes.LZ4,
    messages: events.map((event) => {
      if (!type.isValid(event)) throw new Error('the event is not valid')
      return {
        key: event.orderId,
        value: Buffer.concat([head, type.toBuffer(event)]),
        headers: headersOf(event),
      }
    }),
  }),
)
