/** @platformatic/kafka: its stream, decoding with avsc as the value's deserializer, committing once a second. */

import { Consumer } from '@platformatic/kafka'
import avro from 'avsc'
import { Counting } from '../../harness/counting.ts'
import { benchTopic, brokers, group, OrderPlaced, recordCount } from '../../pipeline/workload.ts'

/** Magic byte and schema id. */
const envelope = 5
const lookEvery = 1_000
const type = avro.Type.forSchema(OrderPlaced.schema)
const counting = new Counting(recordCount())
let seen = 0

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
  maxBytes: 10_485_760,
  maxWaitTime: 100,
  highWaterMark: 20_000,
})
stream.on('data', ({ value }) => {
  counting.count(value)
  seen += 1
  if (seen % lookEvery === 0) counting.look()
})
// The last records may not fill a thousand.
setInterval(() => counting.look(), 5)
