/**
 * A NestJS Kafka microservice: its transport (kafkajs), a deserializer with avsc, a handler by event pattern. The
 * decorators are called by hand, since Node strips types but knows no decorators.
 */

import 'reflect-metadata'
import { Controller, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { EventPattern, Transport } from '@nestjs/microservices'
import avro from 'avsc'
import kafkajs from 'kafkajs'
import { compressFrame, decompressFrame } from 'lz4-napi'
import { Counting } from '../../harness/counting.ts'
import { benchTopic, brokers, group, OrderPlaced, partitions, recordCount } from '../../pipeline/workload.ts'

// kafkajs brings no lz4 of its own.
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = () => ({
  compress: ({ buffer }) => compressFrame(buffer),
  decompress: (buffer) => decompressFrame(buffer),
})

/** Magic byte and schema id. */
const envelope = 5
const lookEvery = 1_000
const type = avro.Type.forSchema(OrderPlaced.schema)
const counting = new Counting(recordCount())
let seen = 0

class Orders {
  placed(event) {
    counting.count(event)
    seen += 1
    if (seen % lookEvery === 0) counting.look()
  }
}
const placed = Object.getOwnPropertyDescriptor(Orders.prototype, 'placed')
EventPattern(benchTopic)(Orders.prototype, 'placed', placed)
Controller()(Orders)

class Application {}
Module({ controllers: [Orders] })(Application)

const application = await NestFactory.createMicroservice(Application, {
  logger: ['error'],
  transport: Transport.KAFKA,
  options: {
    postfixId: '',
    client: { clientId: 'bench', brokers: [brokers()] },
    consumer: { groupId: group(), maxBytesPerPartition: 1_048_576, maxWaitTimeInMs: 100 },
    run: { autoCommitInterval: 1_000, partitionsConsumedConcurrently: partitions },
    subscribe: { fromBeginning: true },
    // In place of its own, which would make text of the bytes.
    parser: { keepBinary: true },
    deserializer: {
      deserialize: (message) => ({
        pattern: benchTopic,
        data: type.decode(message.value, envelope).value,
      }),
    },
  },
})
await application.listen()
// The last records may not fill a thousand.
setInterval(() => counting.look(), 5)
