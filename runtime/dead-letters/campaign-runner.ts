/**
 * Runs redrive campaigns that nobody runs: whoever created one, by the operators' API or a shell, need not stay. Several
 * processes may look; each campaign is one's by its lease.
 */

import type { CampaignPorts, RedriveListener, RedriveStore } from '../delivery/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import { Wake } from '../relay/wake.ts'
import { backoffMs, type BackoffPolicy } from '../supervision/index.ts'
import type { Log } from '../telemetry/index.ts'
import { runCampaign, type CampaignEnd } from './run-campaign.ts'

export interface CampaignProducer {
  produce: CampaignPorts['produce']
  /** What is not acknowledged after so long is rejected. */
  close(timeoutMs: number): Promise<void>
}

export interface CampaignRunnerSettings {
  /** Names this process; new at each start. */
  readonly runner: string
  readonly leaseMs: number
  /** How often it looks when nobody wakes it. */
  readonly pollMs: number
}

export interface CampaignRunnerPorts {
  readonly store: RedriveStore
  readonly inbox: CampaignPorts['inbox']
  /** One for each campaign: most of the time there is none. */
  connect(): Promise<CampaignProducer>
  readonly log: Log
  /** 0 to 1. */
  random(): number
  /** A bug. */
  onFatal(error: TroupeError): void
}

const mostAtOnce = 4
const closeTimeoutMs = 5_000
const retryPolicy: BackoffPolicy = {
  backoff: 'exponential',
  firstDelayMs: 500,
  maxDelayMs: 15_000,
  jitter: 'half',
}

export class CampaignRunner {
  readonly #settings: CampaignRunnerSettings
  readonly #ports: CampaignRunnerPorts
  readonly #stopping = new AbortController()
  readonly #running = new Map<number, Promise<void>>()
  readonly #lookWake = new Wake()
  readonly #listenWake = new Wake()
  readonly #loops: Promise<unknown>
  #troubles = 0

  constructor(settings: CampaignRunnerSettings, ports: CampaignRunnerPorts) {
    this.#settings = settings
    this.#ports = ports
    this.#loops = Promise.all([this.#lookLoop(), this.#listenLoop()]).catch((error: unknown) => {
      this.#bug(error)
    })
  }

  /** Ids of the campaigns that run here. */
  get running(): readonly number[] {
    return [...this.#running.keys()]
  }

  /** After the step under way; what brokers do not answer in time stays claimed. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#lookWake.wake()
    this.#listenWake.wake()
    await this.#loops
    await Promise.all(this.#running.values())
  }

  async #lookLoop(): Promise<void> {
    while (!this.#isStopping()) {
      this.#lookWake.reset()
      await this.#asking(async () => {
        const free = mostAtOnce - this.#running.size
        const ids = free > 0 ? await this.#ports.store.waiting(free) : []
        for (const id of ids) this.#begin(id)
      })
      await this.#lookWake.within(this.#settings.pollMs)
    }
  }

  #begin(id: number): void {
    if (this.#running.has(id) || this.#isStopping()) return
    const run = this.#run(id)
      .catch((error: unknown) => {
        this.#bug(error)
      })
      .then(() => {
        this.#running.delete(id)
      })
    this.#running.set(id, run)
  }

  /** Until it ends or goes to another process. Where it cannot be run now, it is left to whoever looks next. */
  async #run(id: number): Promise<void> {
    const { store, log } = this.#ports
    const { runner, leaseMs } = this.#settings
    await this.#asking(async () => {
      if ((await store.lease(id, runner, leaseMs)) === undefined) return
      log.info('runs a redrive campaign', { campaign: id })
      const end = await this.#produceIt(id)
      if (end === 'finished') log.info('a redrive campaign is finished', { campaign: id })
    })
  }

  async #produceIt(id: number): Promise<CampaignEnd> {
    const { store, inbox, log } = this.#ports
    const { runner, leaseMs } = this.#settings
    const stopping = this.#stopping.signal
    const producer = await this.#ports.connect().catch(async (error: unknown) => {
      // Another process may be able to.
      await store.release(id, runner).catch(() => undefined)
      throw error
    })
    const close = (): void => void producer.close(closeTimeoutMs)
    stopping.addEventListener('abort', close, { once: true })
    try {
      const ports = { store, inbox, runner, leaseMs, produce: producer.produce.bind(producer) }
      let isWaiting = false
      return await runCampaign(ports, id, {
        stopping,
        onWaiting: (reason) => {
          if (!isWaiting) log.warn(`a redrive campaign waits: ${reason}`, { campaign: id })
          isWaiting = true
        },
      })
    } finally {
      stopping.removeEventListener('abort', close)
      await producer.close(closeTimeoutMs)
    }
  }

  /** Without it campaigns wait for the poll interval. */
  async #listenLoop(): Promise<void> {
    const stopped = Promise.withResolvers<void>()
    this.#stopping.signal.addEventListener('abort', () => stopped.resolve(), { once: true })
    let listener: RedriveListener | undefined
    while (!this.#isStopping()) {
      this.#listenWake.reset()
      await this.#asking(async () => {
        listener = await this.#ports.store.listen(() => {
          this.#lookWake.wake()
        })
        this.#lookWake.wake()
        await Promise.race([listener.ended, stopped.promise])
      })
      await listener?.close()
      if (!this.#isStopping()) await this.#listenWake.within(this.#retryMs())
    }
  }

  /** What goes wrong with Postgres and Kafka is told when it begins and when it is over, and passes. */
  async #asking(ask: () => Promise<void>): Promise<void> {
    try {
      await ask()
      if (this.#troubles > 0) this.#ports.log.info('redrive campaigns go on')
      this.#troubles = 0
    } catch (error) {
      if (!(error instanceof TroupeError) || error.code === 'BUG') throw error
      if (this.#troubles === 0) this.#ports.log.warn(`redrive campaigns wait: ${error.message}`)
      this.#troubles += 1
    }
  }

  #retryMs(): number {
    return backoffMs(retryPolicy, Math.max(1, this.#troubles), this.#ports.random())
  }

  #bug(error: unknown): void {
    this.#ports.onFatal(
      error instanceof TroupeError ? error : new TroupeError('BUG', messageOf(error), { cause: error }),
    )
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted
  }
}
