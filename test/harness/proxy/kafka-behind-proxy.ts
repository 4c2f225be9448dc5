/** A broker that advertises the port of a proxy: all its clients come through it, whoever they asked first. */

import { freePort } from '../../../runtime/store/embedded/postgres-server.ts'
import { startKafka, type KafkaOptions, type KafkaService } from '../services/kafka.ts'
import { TcpProxy } from './tcp-proxy.ts'

export interface KafkaBehindProxy {
  readonly kafka: KafkaService
  readonly proxy: TcpProxy
  /** host:port of the proxy. */
  readonly bootstrapServers: string
  close(): Promise<void>
}

export const startKafkaBehindProxy = async (
  options: Omit<KafkaOptions, 'port' | 'advertisedPort'> = {},
): Promise<KafkaBehindProxy> => {
  const port = await freePort()
  const proxy = await TcpProxy.start({ host: '127.0.0.1', port })
  const kafka = await startKafka({ ...options, port, advertisedPort: proxy.port }).catch(
    async (error: unknown) => {
      await proxy.close()
      throw error
    },
  )
  return {
    kafka,
    proxy,
    bootstrapServers: `127.0.0.1:${String(proxy.port)}`,
    close: async () => {
      await kafka.close()
      await proxy.close()
    },
  }
}
