/** What every node-rdkafka client needs of us: connecting that says why it can't, and disconnecting that ends. */

import type { Client, KafkaClientEvents } from 'node-rdkafka'
import { TroupeError } from '../errors.ts'
import { loadAddon } from './drain/addon.ts'
import { kafkaError } from './kafka-error.ts'
import type { KafkaSettings } from './settings.ts'

export type AnyClient = Client<KafkaClientEvents>

/** node-rdkafka drops the text of most errors; librdkafka's log still has it. Keeps the last failure's line. */
export class FailureLog {
  #last: string | undefined

  constructor(client: AnyClient) {
    client.on('event.log', (entry: unknown) => {
      const { fac, message } = entry as { readonly fac?: string; readonly message?: string }
      if (fac !== undefined && failureFacilities.has(fac) && message !== undefined) this.#last = tidy(message)
    })
  }

  /** For example `127.0.0.1:9/bootstrap: Connect to ipv4#127.0.0.1:9 failed: Connection refused`. */
  get last(): string | undefined {
    return this.#last
  }
}

const failureFacilities = new Set(['FAIL', 'FATAL', 'ERROR'])

/** Without librdkafka's thread name in front and its timings behind. */
const tidy = (message: string): string =>
  message.replace(/^\[thrd:[^\]]*\]:\s*/, '').replace(/\s*\(after \d+ms in state .*\)$/, '')

const defaultConnectTimeoutMs = 10_000

/** Throws KAFKA_UNAVAILABLE or KAFKA_UNAUTHORIZED, naming the brokers and what is wrong with them. */
export const connectClient = async (
  client: AnyClient,
  settings: KafkaSettings,
  log: FailureLog,
): Promise<void> => {
  const timeoutMs = settings.connectTimeoutMs ?? defaultConnectTimeoutMs
  const rejection = new Promise<Error>((resolve) => {
    // librdkafka goes on trying after a refused password; waiting for the time-out would only hide it.
    client.on('event.error', (error) => {
      const named = kafkaError(error, `connecting to ${settings.brokers}`, 'KAFKA_UNAVAILABLE', log.last)
      if (named.code === 'KAFKA_UNAUTHORIZED') resolve(named)
    })
  })
  const connected = new Promise<Error | undefined>((resolve) => {
    client.connect({ timeout: timeoutMs, allTopics: false }, (error: unknown) => {
      resolve(
        error === null || error === undefined
          ? undefined
          : kafkaError(error, `connecting to ${settings.brokers}`, 'KAFKA_UNAVAILABLE', log.last),
      )
    })
  })
  const failure = await Promise.race([connected, rejection])
  if (failure === undefined) return
  await disconnectClient(client, 1_000)
  throw failure
}

/** Resolves when a broker has answered; throws KAFKA_UNAVAILABLE, with librdkafka's last word on the connection. */
export const askBrokers = (
  client: AnyClient,
  { brokers }: KafkaSettings,
  log: FailureLog,
  timeoutMs: number,
): Promise<void> =>
  new Promise((resolve, reject) => {
    client.getMetadata({ allTopics: false, timeout: timeoutMs }, (error: unknown) => {
      if (error === null || error === undefined) resolve()
      else reject(kafkaError(error, `asking ${brokers} for metadata`, 'KAFKA_UNAVAILABLE', log.last))
    })
  })

/** Creating a client checks its properties: a wrong one is a wrong option. */
export const createClient = <C>(create: () => C): C => {
  try {
    return create()
  } catch (error) {
    throw new TroupeError(
      'CONFIG_INVALID',
      `librdkafka refuses the Kafka settings: ${(error as Error).message}`,
      {
        cause: error,
      },
    )
  }
}

/**
 * Resolves with whether it ended in time. node-rdkafka's disconnect can hang for ever: then it is left behind. It has
 * a thread of libuv's pool, and `process.exit` waits for that too: until it has ended, an exit skips all clean-up.
 */
export const disconnectClient = (
  client: AnyClient,
  timeoutMs: number,
  disconnect: (done: () => void) => void = (done) => client.disconnect(done),
): Promise<boolean> =>
  new Promise((resolve) => {
    if (!client.isConnected()) {
      resolve(true)
      return
    }
    const timer = setTimeout(() => {
      resolve(false)
    }, timeoutMs)
    process.on('exit', exitAtOnce)
    disconnect(() => {
      process.off('exit', exitAtOnce)
      clearTimeout(timer)
      resolve(true)
    })
  })

/** A listener for each disconnect under way; the first one ends the process. */
const exitAtOnce = (code: number): void => {
  try {
    loadAddon().endProcess(code)
  } catch {
    // Without the addon there is no other way than to wait.
  }
}
