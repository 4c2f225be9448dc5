import type { KafkaConsumer, Producer } from 'node-rdkafka'
import { messageOf, TroupeError } from '../../errors.ts'

/** node-rdkafka's consumer, connected, with `rebalance_cb`, auto-commit and auto offset store off; it must not be consumed by its own methods. */
export type RdKafkaConsumer = KafkaConsumer

/** node-rdkafka's producer, connected, with `dr_cb: false`; nobody else polls, flushes or produces with it. */
export type RdKafkaProducer = Producer

/** The C++ object behind a client, which node-rdkafka's types keep to themselves. */
export const clientOf = (client: RdKafkaConsumer | RdKafkaProducer): unknown =>
  (client as unknown as { _client: unknown })._client

/** Runs `open`; what it throws is told as KAFKA_UNAVAILABLE with `what` in front. */
export const opening = <T>(what: string, open: () => T): T => {
  try {
    return open()
  } catch (error) {
    throw new TroupeError('KAFKA_UNAVAILABLE', `${what} cannot be opened: ${messageOf(error)}.`, {
      cause: error,
    })
  }
}
