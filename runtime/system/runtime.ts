/**
 * The consume–handle–commit loop of one process, put together: producer, worker pool, and a consumer for each group.
 * Starts in the order in which each part needs the other, and stops in the reverse one.
 */

import type { Options } from '../config/index.ts'
import { isRetryTopic } from '../delivery/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import { connectLogReader, RecordProducer, requireFeatures, TransactionalProducer } from '../kafka/index.ts'
import {
  openOutboxWatch,
  openParkingStore,
  openProgressStore,
  openReplayStore,
  openTimerStore,
  requireDurableCommits,
  requireMigrated,
} from '../store/index.ts'
import type { HealthCheck, Liveness, NodeRestart, Registration, StatusReport } from '../control/index.ts'
import { noTelemetry, ProcessStatus, type Log, type Telemetry } from '../telemetry/index.ts'
import { ProcessCommands } from './commands/process-commands.ts'
import { loadApplication, type Application } from './application.ts'
import { ensureRetryTopics, ensureTopics } from './ensure-topics.ts'
import { ErrorSightings } from './error-sightings.ts'
import { GroupRun, type GroupPorts, type GroupSettings } from './group-run.ts'
import { GroupSet } from './group-set.ts'
import type { RowPorts } from './group-rows.ts'
import { consumerSettings, kafkaSettings, producerSettings, transactionalSettings } from './kafka-settings.ts'
import { onceOnly } from './once-only.ts'
import { pause } from './pause.ts'
import { preciseNow } from './precise-now.ts'
import { moduleCheck } from './registration/module-check.ts'
import { registrationsNow } from './registration/registrations-now.ts'
import { runningModules } from './registration/running-modules.ts'
import { healthChecks } from './runtime-checks.ts'
import { RelayLookout } from './relay-lookout.ts'
import type { ReplayBoard } from './replays/replay-board.ts'
import { ReplayLog } from './replays/replay-log.ts'
import type { ReplaySources } from './replays/unit-replays.ts'
import { RuntimeStatus } from './runtime-status.ts'
import type { LoadedActor } from './loaded-actor.ts'
import { logStart } from './start-log.ts'
import { Tally } from './tally.ts'
import { troupeVersion } from './version.ts'
import { unlessStopping } from './unless-stopping.ts'
import { ShadowSet } from './shadows/shadow-set.ts'
import { shadowProcess, Workers } from './workers.ts'

export interface RuntimePorts {
  readonly log: Log
  /** Default: nothing is measured. It is not shut down here: the process that started it does. */
  readonly telemetry?: Telemetry
  /** Default: one of its own, which nobody samples. */
  readonly process?: ProcessStatus
  /** The process can't go on: stop it with `exitCodes.fatal`. Called at most once. */
  readonly onFatal: (error: TroupeError) => void
  /** A record that ended the process before this one is known. Default: nobody counts such ends. */
  readonly onCauseFound?: () => void
  /** An operator wants all processes of the node replaced. Default: there is nobody to do it. */
  readonly restartNode?: () => Promise<NodeRestart>
  /** Aborted: a start under way gives up, stops what it had started, and throws the signal's reason. */
  readonly stopping?: AbortSignal
}

interface StartPorts {
  readonly fatal: (error: TroupeError) => void
  readonly causeFound: () => void
  readonly restartNode: () => Promise<NodeRestart>
  readonly stopping: AbortSignal
}

type Stoppable = () => Promise<unknown>

export class Runtime {
  readonly application: Application
  readonly tally = new Tally()
  readonly #log: Log
  readonly #telemetry: Telemetry
  readonly #process: ProcessStatus
  readonly #sightings = new ErrorSightings(Date.now)
  #groups: GroupSet | undefined
  #shadows: ShadowSet | undefined
  readonly #status: RuntimeStatus
  /** In the order they were started. */
  readonly #parts: { readonly name: string; readonly stop: Stoppable }[] = []
  #stopping: Promise<void> | undefined
  #hasPostgres = false

  private constructor(
    options: Options,
    application: Application,
    { log, telemetry, process }: Required<Pick<RuntimePorts, 'log' | 'telemetry' | 'process'>>,
  ) {
    this.application = application
    this.#log = log
    this.#telemetry = telemetry
    this.#process = process
    this.#status = new RuntimeStatus({
      process,
      catalogue: application.catalogue,
      actors: () => this.#groups?.running ?? application.actors,
      groups: () => this.#groups?.runs ?? [],
      tally: this.tally,
      shadows: () => this.#shadows,
      sightings: this.#sightings,
      log,
      maxPollIntervalMs: options.kafkaMaxPollIntervalMs,
      statusIntervalMs: options.statusIntervalMs,
      healthIntervalMs: options.healthIntervalMs,
    })
  }

  /**
   * Throws before anything is consumed: CONFIG_INVALID, FEATURE_NOT_BUILT, ACTOR_NOT_LOADED, MIGRATION_PENDING,
   * COMMITS_NOT_DURABLE, POSTGRES_UNAVAILABLE, TOPIC_MISSING, KAFKA_UNAVAILABLE. What was started by then is stopped.
   */
  static async start(
    options: Options,
    {
      log,
      onFatal,
      onCauseFound = nothing,
      restartNode = () => Promise.resolve('alone'),
      telemetry = noTelemetry,
      process = ownProcess(options),
      stopping = new AbortController().signal,
    }: RuntimePorts,
  ): Promise<Runtime> {
    requireKafka(options)
    process.starting('reading schemas and actors')
    const registrations = await unlessStopping(stopping, registrationsNow(options, log), nothing)
    const application = await unlessStopping(stopping, loadApplication(options, registrations), nothing)
    logStart(log, options, application)
    const runtime = new Runtime(options, application, { log, telemetry, process })
    try {
      await runtime.#start(options, registrations, {
        fatal: onceOnly(onFatal),
        causeFound: onCauseFound,
        restartNode,
        stopping,
      })
      process.enter('running')
      return runtime
    } catch (error) {
      await runtime.stop()
      throw error
    }
  }

  /** Assigned partitions by group, with the frontier of each. */
  assignments(): Readonly<Record<string, ReturnType<GroupRun['assignments']>>> {
    return Object.fromEntries((this.#groups?.runs ?? []).map((group) => [group.name, group.assignments()]))
  }

  /** As it is now; cheap. Ends of partitions are those of the last STATUS_INTERVAL_MS, checks those of HEALTH_INTERVAL_MS. */
  status(): StatusReport {
    return this.#status.report()
  }

  live(): Liveness {
    return this.#status.live()
  }

  /** Drains, commits, leaves, flushes, closes. A second call waits for the first. */
  async stop(): Promise<void> {
    this.#process.enter('stopping')
    this.#stopping ??= this.#stopParts()
    await this.#stopping
  }

  async #start(
    options: Options,
    registrations: readonly Registration[],
    surroundings: StartPorts,
  ): Promise<void> {
    const { fatal: onFatal, causeFound, stopping } = surroundings
    const needsPostgres = this.application.actors.some(keepsEffects)
    if (needsPostgres) await this.#requirePostgres(options.databaseUrl, stopping)
    this.#process.starting(`looking for topics at ${options.kafkaBrokers.join(', ')}`)
    await unlessStopping(stopping, ensureTopics(options, this.application.mapping), nothing)
    const producer = await unlessStopping(
      stopping,
      RecordProducer.connect(producerSettings(options)),
      (late) => late.close(0),
    )
    this.#onStop('producer', () => producer.close(closeMs))
    this.#process.starting('starting worker threads')
    const workers = await unlessStopping(
      stopping,
      Workers.start(options, this.application, this.#process.identity.id, {
        log: this.#log,
        telemetry: this.#telemetry,
        onFatal,
      }),
      (late) => late.close(0),
    )
    this.#onStop('workers', () => workers.close(closeMs))
    this.#process.watchWorkers(() => workers.utilization())
    const shadows = this.#openShadows(options)
    const rows = this.#openRows(options)
    const commands = await this.#prepareCommands(options, needsPostgres, surroundings)
    this.#process.starting('connecting consumers')
    const groups = this.#makeGroups(
      options,
      {
        run: (task, affinity) => workers.run(task, affinity),
        forget: (affinity) => workers.forget(affinity),
        discard: (unit, epoch) => workers.discard({ kind: 'discard', unit, epoch }),
        causeFound,
        produceAll: (records) => producer.produceAll(records),
        pause,
        tally: this.tally,
        sightings: this.#sightings,
        telemetry: this.#telemetry,
        monotonicMs: () => performance.now(),
        epochMs: preciseNow,
        log: this.#log,
        random: Math.random,
        fatal: onFatal,
        connectTransactional: (group) =>
          TransactionalProducer.connect(transactionalSettings(options, group, this.#process.identity.id)),
        rows,
        ...this.#openWaiting(options),
        isPaused: commands?.board.isPaused,
        shadowOf: (unit) => shadows.of(unit),
        replays: commands && this.#openReplays(options, commands.replays),
      },
      stopping,
    )
    shadows.change(this.application.actors)
    await groups.change(this.application.actors, commands?.isDrained)
    commands?.start(registrations)
    // Without telemetry nobody asks for the answers.
    if (options.telemetryEnabled) this.#watch(healthChecks(options, producer, needsPostgres))
  }

  /** Asked once. */
  async #requirePostgres(url: string, stopping: AbortSignal): Promise<void> {
    if (this.#hasPostgres) return
    this.#process.starting('asking Postgres for its migrations')
    await unlessStopping(stopping, requireMigrated(url), nothing)
    await unlessStopping(stopping, requireDurableCommits(url), nothing)
    this.#hasPostgres = true
    const watch = openOutboxWatch({ url })
    const lookout = new RelayLookout(relayLookMs, { watch, log: this.#log, pause })
    this.#onStop('lookout for relays', () => lookout.stop())
  }

  async #prepareCommands(
    options: Options,
    needsPostgres: boolean,
    { fatal, restartNode, stopping }: StartPorts,
  ): Promise<ProcessCommands | undefined> {
    // Operators steer what they see; and what they have decided holds for whoever writes to their Postgres.
    if (!needsPostgres && !options.telemetryEnabled) return undefined
    const { registered } = this.application
    const commands = new ProcessCommands({
      options,
      process: this.#process.identity,
      groups: () => this.#groups?.runs ?? [],
      checkModule: moduleCheck(options, this.application),
      running: () => runningModules(options.actorsDir, this.#groups?.actors ?? []),
      follow: async ({ registrations, isDrained }) => {
        const actors = await registered.load(registrations)
        this.#shadows?.change(actors)
        await this.#groups?.change(actors, isDrained)
      },
      restartNode,
      log: this.#log,
      fatal,
    })
    this.#onStop('commands', () => commands.stop())
    this.#process.starting('reading what operators decided')
    await unlessStopping(stopping, commands.prepare(), nothing)
    return commands
  }

  #openShadows(options: Options): ShadowSet {
    const shadows = new ShadowSet({
      openProcess: (log) => shadowProcess(options, this.application, this.#process.identity.id, log),
      monotonicMs: () => performance.now(),
      pause,
      log: this.#log,
    })
    this.#shadows = shadows
    this.#onStop('shadows', () => shadows.stop())
    return shadows
  }

  #openRows(options: Options): RowPorts {
    const store = openProgressStore({ url: options.databaseUrl })
    this.#onStop('progress of units', () => store.close())
    const { onRetentionLoss, onPostgresBehind } = options
    return { store, owner: this.#process.identity.id, policies: { onRetentionLoss, onPostgresBehind } }
  }

  /** What waits for its time. */
  #openWaiting({ databaseUrl: url }: Options): Pick<GroupPorts, 'parking' | 'timers'> {
    const [parking, timers] = [openParkingStore({ url }), openTimerStore({ url })]
    this.#onStop('parked keys and timers', () => Promise.all([parking.close(), timers.close()]))
    return { parking, timers }
  }

  /** Of what is there, again. */
  #openReplays(options: Options, board: ReplayBoard): ReplaySources {
    const store = openReplayStore({ url: options.databaseUrl })
    const log = new ReplayLog(() => connectLogReader(kafkaSettings(options)))
    this.#onStop('replays', () => Promise.all([store.close(), log.close()]))
    return { board, store, log }
  }

  #watch(checks: readonly HealthCheck[]): void {
    this.#onStop('health checks', () => this.#status.close())
    this.#status.watch(checks)
  }

  #makeGroups(options: Options, ports: GroupPorts, stopping: AbortSignal): GroupSet {
    const settings = groupSettings(options)
    const groups = new GroupSet(async (groupId, actors) => {
      const startFrom = actors[0]?.definition.startFrom ?? 'earliest'
      const consumer = consumerSettings(options, { groupId, startFrom })
      // Of those that came later nobody has asked yet.
      const needsRows = actors.some(keepsEffects)
      if (needsRows) await this.#requirePostgres(options.databaseUrl, stopping)
      const own = { ...ports, rows: needsRows ? ports.rows : undefined }
      const retryTopics = actors.flatMap(({ topics }) =>
        topics.filter((topic) => isRetryTopic(topic, groupId)),
      )
      await unlessStopping(stopping, ensureRetryTopics(options, [...new Set(retryTopics)]), nothing)
      const joining = GroupRun.start(actors, { ...settings, consumer }, own)
      return unlessStopping(stopping, joining, (late) => late.stop())
    })
    this.#groups = groups
    // Registered before the first one can fail: all are stopped together, since each may have to drain.
    this.#onStop('consumers', () => groups.stop())
    return groups
  }

  #onStop(name: string, stop: Stoppable): void {
    this.#parts.push({ name, stop })
  }

  async #stopParts(): Promise<void> {
    for (const { name, stop } of this.#parts.toReversed()) {
      try {
        await stop()
      } catch (error) {
        this.#log.error(`the ${name} did not stop cleanly: ${messageOf(error)}`)
      }
    }
    this.#process.enter('stopped')
    this.#log.info('stopped', { handled: this.tally.snapshot() })
  }
}

/** For pool and producer each: the groups have drained by then, so what is still under way is given up already. */
const closeMs = 2_000

const relayLookMs = 15_000

const keepsEffects = ({ definition }: LoadedActor): boolean => definition.effects === 'postgres'

const nothing = (): void => undefined

const ownProcess = ({ nodeName, statusIntervalMs }: Options): ProcessStatus =>
  new ProcessStatus({
    kind: 'runtime',
    node: nodeName,
    troupeVersion: troupeVersion(),
    intervalMs: statusIntervalMs,
  })

const requireKafka = (options: Options): void => {
  if (!options.kafkaEnabled) {
    throw new TroupeError(
      'CONFIG_INVALID',
      'KAFKA_ENABLED=false: the runtime consumes from Kafka, so there is nothing to run. The API runs without it: npm run control-plane',
    )
  }
  requireFeatures({ ...kafkaSettings(options), compression: options.kafkaCompression })
}

const groupSettings = (options: Options): Omit<GroupSettings, 'consumer'> => ({
  batchRecords: options.batchRecords,
  batchBytes: options.batchBytes,
  keptBatchBytes: options.keptBatchBytes,
  creditRecords: options.creditRecords,
  creditBytes: options.creditBytes,
  commitIntervalMs: options.commitIntervalMs,
  drainTimeoutMs: options.drainTimeoutMs,
})
