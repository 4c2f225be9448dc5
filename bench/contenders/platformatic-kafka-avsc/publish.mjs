/** @platformatic/kafka and avsc: idempotent, acks of all, lz4. */

import { Producer, ProduceAcks, stringSerializers } from '@platformatic/kafka'
import avro from 'avsc'
import { benchTopic, brokers, OrderPlaced, recordCount } from '../../pipeline/workload.ts'
import { headersOf, publishAll } from '../../publish/published.ts'

const type = avro.Type.forSchema(OrderPlaced.schema)
const head = Buffer.alloc(5)
head.writeUInt32BE(Number(process.env.BENCH_SCHEMA_ID), 1)
const producer = new Producer({
  clientId: 'bench',
  bootstrapBrokers: [brokers()],
  idempotent: true,
  acks: ProduceAcks.ALL,
  compression: 'lz4',
  serializers: {
    ...stringSerializers,
    value: (event) => {
      if (!type.isValid(event)) throw new Error('the event is not valid')
      return Buffer.concat([head, type.toBuffer(event)])
    },
  },
})

await publishAll(recordCount(), (events) =>
  producer.send({
    messages: events.map((event) => ({
      topic: benchTopic,
      key: event.orderId,
      value: event,
      headers: headersOf(event),
    })),
  }),
)
