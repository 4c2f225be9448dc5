/** kafkajs as it is fastest: whole batches, all partitions side by side, avsc on the main thread. */

import avro from 'avsc'
import kafkajs from 'kafkajs'
import { compressFrame, decompressFrame } from 'lz4-napi'
import { Counting } from '../../harness/counting.ts'
import { benchTopic, brokers, group, OrderPlaced, partitions, recordCount } from '../../pipeline/workload.ts'

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs

// kafkajs brings no lz4 of its own.
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: ({ buffer }) => compressFrame(buffer),
  decompress: (buffer) => decompressFrame(buffer),
})

/** Magic byte and schema id. */
const envelope = 5
const type = avro.Type.forSchema(OrderPlaced.schema)
const counting = new Counting(recordCount())
const kafka = new Kafka({ clientId: 'bench', brokers: [brokers()], logLevel: logLevel.ERROR })
const consumer = kafka.consumer({ groupId: group(), maxBytesPerPartition: 1_048_576, maxWaitTimeInMs: 100 })

await consumer.connect()
await consumer.subscribe({ topics: [benchTopic], fromBeginning: true })
await consumer.run({
  autoCommitInterval: 1_000,
  partitionsConsumedConcurrently: partitions,
  eachBatch: async ({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary }) => {
    for (const { value } of batch.messages) counting.count(type.decode(value, envelope).value)
    counting.look()
    resolveOffset(batch.lastOffset())
    await commitOffsetsIfNecessary()
    await heartbeat()
  },
})
