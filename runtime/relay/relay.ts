/** A relay as a process or an embedded part of one: its Postgres, its Kafka, its name. */

import { randomUUID } from 'node:crypto'
import type { Options } from '../config/index.ts'
import type { TroupeError } from '../errors.ts'
import { connectAdmin, requireFeatures, TransactionalProducer } from '../kafka/index.ts'
import { openOutboxStore, requireMigrated } from '../store/index.ts'
import { kafkaSettings, producerSettings } from '../system/kafka-settings.ts'
import { unlessStopping } from '../system/unless-stopping.ts'
import type { Log, RuntimeMetrics } from '../telemetry/index.ts'
import { RelayRun, type RelayStatus } from './relay-run.ts'

export interface RelayProcessPorts {
  readonly log: Log
  readonly meters: Pick<RuntimeMetrics, 'outbox'>
  /** It can't go on. */
  readonly onFatal: (error: TroupeError) => void
  /** Aborted when the process is to end: a start under way gives up. */
  readonly stopping: AbortSignal
}

/** Bounds what one slice has in memory, but for a single larger record. */
const batchBytes = 4 * 1024 * 1024
const backlogIntervalMs = 5_000

export class Relay {
  readonly #run: RelayRun
  readonly #closeStore: () => Promise<void>

  /** Throws POSTGRES_UNAVAILABLE, MIGRATION_PENDING, KAFKA_UNAVAILABLE, KAFKA_UNAUTHORIZED or FEATURE_NOT_BUILT. */
  static async start(options: Options, ports: RelayProcessPorts): Promise<Relay> {
    const { stopping, log, meters, onFatal } = ports
    const kafka = producerSettings(options)
    requireFeatures(kafka)
    await unlessStopping(stopping, requireMigrated(options.databaseUrl), () => undefined)
    // Slices connect when they are taken; what is wrong with the brokers is to be told now.
    const admin = await unlessStopping(stopping, connectAdmin(kafkaSettings(options)), (late) => late.close())
    await admin.close()
    const store = openOutboxStore({
      url: options.databaseUrl,
      maxConnections: Math.min(4, options.databaseConnections),
    })
    const relay = `${options.nodeName ?? 'relay'}-${randomUUID()}`
    const run = new RelayRun(
      {
        relay,
        leaseMs: options.relayLeaseMs,
        pollMs: options.relayPollMs,
        batchRecords: options.relayBatchRecords,
        batchBytes,
        backlogIntervalMs,
      },
      {
        store,
        connect: (transactionalId) =>
          TransactionalProducer.connect({ ...kafka, transactionalId: options.kafkaPrefix + transactionalId }),
        log: log.child({ relay }),
        onDone: (outcome, records) => {
          meters.outbox(outcome, records)
        },
        onFatal,
        now: () => performance.now(),
        random: Math.random,
      },
    )
    return new Relay(run, () => store.close())
  }

  private constructor(run: RelayRun, closeStore: () => Promise<void>) {
    this.#run = run
    this.#closeStore = closeStore
  }

  status(): RelayStatus {
    return this.#run.status()
  }

  /** For a writer in the same process, after its COMMIT: the slices it wrote into; without any: look everywhere. */
  wake(slices?: readonly number[]): void {
    this.#run.wake(slices)
  }

  /** Finishes the transactions under way, gives its slices back. */
  async stop(): Promise<void> {
    await this.#run.stop()
    await this.#closeStore()
  }
}
