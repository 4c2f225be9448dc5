/** Publishers on a mock cluster and an embedded registry, and what arrived by them, decoded. */

import { resolve } from 'node:path'
import type { Message } from 'node-rdkafka'
import { startMockCluster } from '../../runtime/kafka/index.ts'
import { createPublisher, type Publisher, type PublisherOptions } from '../../runtime/publisher/index.ts'
import { connectRegistry, type SchemaRegistry, startEmbeddedRegistry } from '../../runtime/registry/index.ts'
import { topicMapping } from '../../runtime/routing/index.ts'
import { DecoderCache, wireHeaderBytes, wireSchemaId } from '../../runtime/serde/index.ts'
import { loadSchemas } from '../../runtime/system/load-schemas.ts'
import { PackageScanned } from '../../schemas/types/index.ts'
import { kafkaReader } from './kafka-reader.ts'
import { scanned } from './tracked-scans.ts'

type More = Partial<Omit<PublisherOptions, 'kafka'>> & { readonly kafka?: Partial<PublisherOptions['kafka']> }

export interface Publishing {
  readonly brokers: string
  readonly registry: SchemaRegistry
  /** Of events of the domain shipping, to the topic `<prefix>.shipping.events`. */
  publisher(prefix: string, more?: More): Publisher
  /** By partition and offset. */
  arrived(prefix: string): Promise<readonly Message[]>
  close(): Promise<void>
}

export const startPublishing = async (): Promise<Publishing> => {
  const mock = await startMockCluster()
  const embedded = await startEmbeddedRegistry()
  const catalogue = await loadSchemas(resolve(import.meta.dirname, '../../schemas/avro'))
  return {
    brokers: mock.bootstrapServers,
    registry: connectRegistry({ url: embedded.url }),
    publisher: (prefix, { kafka, ...more } = {}) =>
      createPublisher({
        kafka: { brokers: mock.bootstrapServers, clientId: 'publisher', ...kafka },
        registry: { url: embedded.url },
        mapping: topicMapping({ shipping: { partitions: 4 } }, `${prefix}.`),
        catalogue,
        ...more,
      }),
    arrived: (prefix) => kafkaReader(mock.bootstrapServers).readAll(`${prefix}.shipping.events`),
    close: async () => {
      await embedded.close()
      await mock.close()
    },
  }
}

export const aScan = (trackingId: string, more: Partial<PackageScanned> = {}): PackageScanned =>
  scanned({ trackingId, scan: 'DELIVERED', ...more })

const decoders = new DecoderCache()

/** Of records that were written with today's schema. Throws when one was not. */
export const scansIn = (records: readonly Message[]): PackageScanned[] =>
  records.map(({ value }) => {
    const bytes = value ?? Buffer.alloc(0)
    const id = wireSchemaId(bytes, 0, bytes.length)
    if (!decoders.hasWriter(id)) decoders.addWriter(id, PackageScanned.schema)
    const decoder = decoders.decoder(id, PackageScanned)
    // A plain object: avsc gives each record type a class of its own.
    return { ...(decoder.decode(bytes, wireHeaderBytes, bytes.length) as PackageScanned) }
  })

/** Of one record; the last of a name counts. */
export const headersOf = ({ headers = [] }: Message): Readonly<Record<string, string>> =>
  Object.fromEntries(
    headers.flatMap((header) =>
      Object.entries(header).map(([name, value]) => [name, value.toString()] as const),
    ),
  )
