/** What a deployment does about dead letters beside its actors: indexes them from their topic, and runs redrive campaigns. */

import { randomUUID } from 'node:crypto'
import type { Options } from '../config/index.ts'
import type { TroupeError } from '../errors.ts'
import { GroupConsumer, RecordProducer } from '../kafka/index.ts'
import { openDeadLetterIndex, openEffectsStore, openRedriveStore } from '../store/index.ts'
import { consumerSettings, producerSettings } from '../system/kafka-settings.ts'
import type { Log } from '../telemetry/index.ts'
import { CampaignRunner } from './campaign-runner.ts'
import { DeadLetterIndexer, type IndexerStatus } from './dead-letter-indexer.ts'

export interface DeadLetterOfficePorts {
  readonly log: Log
  /** It can't go on: a bug. */
  readonly onFatal: (error: TroupeError) => void
}

export interface DeadLetterOfficeStatus extends IndexerStatus {
  /** Ids of the redrive campaigns that run here. */
  readonly campaigns: readonly number[]
}

const pollMs = 5_000

/** Of the group that reads dead letters into the index; the same for all processes of a deployment. */
export const indexGroup = ({ kafkaPrefix }: Options): string => `${kafkaPrefix}troupe-dead-letter-index`

export class DeadLetterOffice {
  readonly #indexer: DeadLetterIndexer
  readonly #campaigns: CampaignRunner
  readonly #closeStores: () => Promise<void>

  /** Returns at once: what is away is waited for. The tables must be there (`requireMigrated`). */
  static start(options: Options, { log, onFatal }: DeadLetterOfficePorts): DeadLetterOffice {
    const postgres = { url: options.databaseUrl, applicationName: 'troupe-dead-letters', maxConnections: 1 }
    const index = openDeadLetterIndex(postgres)
    const store = openRedriveStore({ ...postgres, maxConnections: 2 })
    const inbox = openEffectsStore(postgres)
    const indexer = new DeadLetterIndexer(options.kafkaDlqTopic, {
      connect: (listener) =>
        GroupConsumer.connect(
          consumerSettings(options, { groupId: indexGroup(options), startFrom: 'earliest' }),
          listener,
        ),
      index,
      log,
      random: Math.random,
      onFatal,
    })
    const campaigns = new CampaignRunner(
      { runner: `${options.nodeName ?? 'relay'}-${randomUUID()}`, leaseMs: options.relayLeaseMs, pollMs },
      {
        store,
        inbox,
        connect: () => RecordProducer.connect(producerSettings(options)),
        log,
        random: Math.random,
        onFatal,
      },
    )
    return new DeadLetterOffice(indexer, campaigns, async () => {
      await Promise.all([index.close(), store.close(), inbox.close()])
    })
  }

  private constructor(
    indexer: DeadLetterIndexer,
    campaigns: CampaignRunner,
    closeStores: () => Promise<void>,
  ) {
    this.#indexer = indexer
    this.#campaigns = campaigns
    this.#closeStores = closeStores
  }

  status(): DeadLetterOfficeStatus {
    return { ...this.#indexer.status(), campaigns: this.#campaigns.running }
  }

  async stop(): Promise<void> {
    await Promise.all([this.#indexer.stop(), this.#campaigns.stop()])
    await this.#closeStores()
  }
}
