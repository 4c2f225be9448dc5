/** A process that leaves its group while its owner never finishes: librdkafka waits for it for ever. Then it exits, with 7. */

import { GroupConsumer } from '../../runtime/kafka/group-consumer.ts'
import { createLog } from '../../runtime/telemetry/index.ts'

const log = createLog({ level: 'info' })
const consumer = await GroupConsumer.connect(
  {
    brokers: process.env['KAFKA_BROKERS'] ?? '',
    clientId: 'stuck',
    groupId: 'stuck',
    startFrom: 'earliest',
    leaveTimeoutMs: 200,
    disconnectTimeoutMs: 200,
  },
  {
    assigned: (partitions) => {
      log.info('assigned')
      return Promise.resolve(partitions.map(() => undefined))
    },
    revoked: () => new Promise(() => undefined),
    lost: () => undefined,
    wake: () => undefined,
    event: (_at, event) => {
      if (event.kind === 'error') log.info(event.message)
    },
    fatal: (error) => {
      log.error(error.message)
    },
  },
)
consumer.subscribe(['stuck'])
process.on('SIGTERM', () => {
  void consumer.close().then(() => process.exit(7))
})
