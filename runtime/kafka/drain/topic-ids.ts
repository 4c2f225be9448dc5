import { messageOf, TroupeError } from '../../errors.ts'
import { loadAddon } from './addon.ts'
import { clientOf, type RdKafkaConsumer } from './client.ts'

/** librdkafka's words where a cluster names none, as its mock cluster does: such a question is never answered. */
const noController = 'while waiting for controller'
const withoutController = new WeakSet<RdKafkaConsumer>()

/**
 * The ids that Kafka gave topics when they were made, in the same order; undefined where the broker has none (before
 * Kafka 2.8, librdkafka's mock cluster). Throws KAFKA_UNAVAILABLE, also when one of the topics is not there.
 */
export const topicIdsOf = async (
  consumer: RdKafkaConsumer,
  topics: readonly string[],
  timeoutMs: number,
): Promise<readonly (string | undefined)[]> => {
  if (topics.length === 0 || withoutController.has(consumer)) return topics.map(() => undefined)
  const { promise, resolve, reject } = Promise.withResolvers<readonly (string | undefined)[]>()
  loadAddon().topicIds(clientOf(consumer), topics, timeoutMs, (error, ids) => {
    if (error === null) resolve(ids)
    else reject(error)
  })
  try {
    return await promise
  } catch (error) {
    if (messageOf(error).includes(noController)) {
      withoutController.add(consumer)
      return topics.map(() => undefined)
    }
    throw new TroupeError(
      'KAFKA_UNAVAILABLE',
      `asking for the ids of ${topics.join(', ')}: ${messageOf(error)}`,
      { cause: error },
    )
  }
}
