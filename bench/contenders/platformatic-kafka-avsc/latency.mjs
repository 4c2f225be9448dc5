/** @platformatic/kafka's stream, as in main.mjs: how long records take. */

import { Consumer } from '@platformatic/kafka'
import avro from 'avsc'
import { latencyCounter } from '../../harness/latencies.ts'
import { benchTopic, brokers, group, OrderPlaced } from '../../pipeline/workload.ts'

/** Magic byte and schema id. */
const envelope = 5
const type = avro.Type.forSchema(OrderPlaced.schema)
const count = latencyCounter()
const consumer = new Consumer({
  clientId: 'bench',
  groupId: group(),
  bootstrapBrokers: [brokers()],
  deserializers: { value: (bytes) => type.decode(bytes, envelope).value },
})
const stream = await consumer.consume({
  topics: [benchTopic],
  mode: 'committed',
  fallbackMode: 'earliest',
  autocommit: 1_000,
  maxWaitTime: 100,
})
stream.on('data', ({ value }) => count(value.amountCents))
