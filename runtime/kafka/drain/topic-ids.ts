import { messageOf, TroupeError } from '../../errors.ts'
import { loadAddon } from './addon.ts'
import { clientOf, type RdKafkaConsumer } from './client.ts'

/** librdkafka's words where a cluster names none, as its mock cluster does: such a question is never answered. */
const noController = 'while waiting for controller'

/** Whether the consumer's cluster has one: found out by the first question, which the others wait for. */
const hasController = new WeakMap<RdKafkaConsumer, Promise<boolean>>()

/**
 * The ids that Kafka gave topics when they were made, in the same order; undefined where the broker has none (before
 * Kafka 2.8, librdkafka's mock cluster). Throws KAFKA_UNAVAILABLE, also when one of the topics is not there.
 */
export const topicIdsOf = async (
  consumer: RdKafkaConsumer,
  topics: readonly string[],
  timeoutMs: number,
): Promise<readonly (string | undefined)[]> => {
  if (topics.length === 0) return []
  const first = hasController.get(consumer)
  if (first !== undefined && !(await first)) return topics.map(() => undefined)
  const asking = ask(consumer, topics, timeoutMs)
  if (first === undefined)
    hasController.set(
      consumer,
      asking.then(
        () => true,
        (error: unknown) => !isWithoutController(error),
      ),
    )
  try {
    return await asking
  } catch (error) {
    if (isWithoutController(error)) {
      hasController.set(consumer, Promise.resolve(false))
      return topics.map(() => undefined)
    }
    throw new TroupeError(
      'KAFKA_UNAVAILABLE',
      `asking for the ids of ${topics.join(', ')}: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

const isWithoutController = (error: unknown): boolean => messageOf(error).includes(noController)

const ask = (
  consumer: RdKafkaConsumer,
  topics: readonly string[],
  timeoutMs: number,
): Promise<readonly (string | undefined)[]> => {
  const { promise, resolve, reject } = Promise.withResolvers<readonly (string | undefined)[]>()
  loadAddon().topicIds(clientOf(consumer), topics, timeoutMs, (error, ids) => {
    if (error === null) resolve(ids)
    else reject(error)
  })
  return promise
}
