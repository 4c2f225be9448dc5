/** The part of a status report that every process has: who it is, what it is at, and how the process itself fares. */

import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import {
  statusReportVersion,
  type ProcessIdentity,
  type ProcessKind,
  type ProcessState,
  type Readiness,
  type StatusReport,
  type WorkerStatus,
} from '../control/index.ts'

export interface ProcessStatusOptions {
  readonly kind: ProcessKind
  /** What operators call this machine; default: its host name. */
  readonly node?: string | undefined
  readonly troupeVersion: string
  /** How often it reports. */
  readonly intervalMs: number
}

/** The parts that only some processes have. */
export type StatusParts = Partial<
  Pick<StatusReport, 'readiness' | 'actors' | 'groups' | 'outcomes' | 'lastErrors' | 'outbox'>
>

/** A timer that fires so often measures how late it fires. */
const resolutionMs = 10
const nsPerMs = 1e6

export class ProcessStatus {
  readonly identity: ProcessIdentity
  readonly #intervalMs: number
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs })
  #state: ProcessState = 'starting'
  #doing = 'reading its options'
  #workers: () => readonly WorkerStatus[] = () => []
  #sampled: { readonly eventLoopDelayMs: number; readonly workers: readonly WorkerStatus[] } = {
    eventLoopDelayMs: 0,
    workers: [],
  }
  #timer: NodeJS.Timeout | undefined

  constructor({ kind, node, troupeVersion, intervalMs }: ProcessStatusOptions) {
    this.#intervalMs = intervalMs
    this.identity = {
      id: randomUUID(),
      node: node ?? hostname(),
      pid: process.pid,
      kind,
      troupeVersion,
      nodeVersion: process.versions.node,
      startedAtMs: Math.round(performance.timeOrigin),
    }
  }

  /** Samples event loop and workers once an interval from now on. Holds no process up. */
  watch(): void {
    this.#delay.enable()
    this.#timer = setInterval(() => this.#sample(), this.#intervalMs).unref()
  }

  close(): void {
    clearInterval(this.#timer)
    this.#delay.disable()
  }

  /** `workers`: how busy each was since it was last asked. */
  watchWorkers(workers: () => readonly WorkerStatus[]): void {
    this.#workers = workers
  }

  /** `doing` goes on 'starting: '. */
  starting(doing: string): void {
    this.#doing = doing
  }

  /** An end never turns into a beginning. */
  enter(state: Exclude<ProcessState, 'starting'>): void {
    if (order.indexOf(state) > order.indexOf(this.#state)) this.#state = state
  }

  get state(): ProcessState {
    return this.#state
  }

  report({
    readiness = [],
    actors = [],
    groups = [],
    outcomes = [],
    lastErrors = [],
    outbox,
  }: StatusParts): StatusReport {
    return {
      version: statusReportVersion,
      process: this.identity,
      state: this.#state,
      reportedAtMs: Date.now(),
      intervalMs: this.#intervalMs,
      health: { rssBytes: process.memoryUsage.rss(), ...this.#sampled },
      readiness: [this.#readiness(), ...readiness],
      actors,
      groups,
      outcomes,
      lastErrors,
      ...(outbox && { outbox }),
    }
  }

  #readiness(): Readiness {
    return { name: 'process', ready: this.#state === 'running', reason: this.#reason() }
  }

  #reason(): string {
    switch (this.#state) {
      case 'starting':
        return `starting: ${this.#doing}`
      case 'running':
        return ''
      case 'stopping':
        return 'stopping: work in flight finishes, nothing new is begun'
      case 'stopped':
        return 'stopped'
    }
  }

  #sample(): void {
    const p99Ms = this.#delay.percentile(99) / nsPerMs
    this.#delay.reset()
    this.#sampled = {
      eventLoopDelayMs: Math.max(0, Math.round((p99Ms - resolutionMs) * 10) / 10),
      workers: this.#workers(),
    }
  }
}

const order: readonly ProcessState[] = ['starting', 'running', 'stopping', 'stopped']
