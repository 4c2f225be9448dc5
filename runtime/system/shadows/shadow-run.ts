/**
 * A shadow at work in this process: samples of what the version that runs has handled are queued for it, and given one after
 * the other to a process of its own.
 *
 * SH1. The version that runs waits for nothing of it: what does not fit in the queue is dropped and counted.
 * SH2. Its process has neither Kafka nor Postgres: it can keep nothing, commit nothing, send nothing.
 * SH3. However it ends its process, no other has a part in it. A process that ended is started again as long as its budget
 *      lasts; then the shadow has ended here, until its registration is changed.
 */

import type { ShadowStatus } from '../../control/index.ts'
import type { ObservedBatch, ShadowVerdict, Unit } from '../../delivery/index.ts'
import { messageOf } from '../../errors.ts'
import {
  underWayCells,
  WorkerLost,
  type HandleTask,
  type TaskResult,
  type WorkerTask,
} from '../../pool/index.ts'
import { spendRestart } from '../../supervision/index.ts'
import type { Log } from '../../telemetry/index.ts'
import type { Pause } from '../pause.ts'
import { ShadowTally } from './shadow-tally.ts'

/** A batch as the version that runs had it, and what it made of it. */
export interface ShadowSample {
  readonly unit: Unit
  readonly batch: ArrayBuffer
  readonly observed: ObservedBatch
  /** Past it a record that holds its thread has the process ended. */
  readonly timeLimitMs: number
}

export interface ShadowProcess {
  /** Throws WORKER_LOST when it ended with the task in hand. */
  run(task: WorkerTask): Promise<TaskResult>
  close(): Promise<void>
}

export interface ShadowPorts {
  /** Starts nothing before it has something to do. */
  openProcess(log: Log): ShadowProcess
  /** ms that never go back. */
  monotonicMs(): number
  readonly pause: Pause
  readonly log: Log
}

/** SH1. */
const mostWaitingBytes = 16_777_216
const mostWaiting = 64

/** SH3. */
const budget = { restarts: 3, withinMs: 600_000 }

/** What it waits for a registry or a dependency of its own before it asks again. */
const awayMs = 1_000

export class ShadowRun {
  readonly url: string
  readonly partitions: readonly number[]
  readonly #log: Log
  readonly #ports: ShadowPorts
  readonly #process: ShadowProcess
  readonly #tally = new ShadowTally()
  readonly #waiting: ShadowSample[] = []
  readonly #over = new AbortController()
  #waitingBytes = 0
  #working: Promise<void> | undefined
  #spent: readonly number[] = []
  #ended: string | null = null

  /** `partitions`: empty: of all. */
  constructor(version: string, url: string, partitions: readonly number[], ports: ShadowPorts) {
    this.url = url
    this.partitions = partitions
    this.#ports = ports
    this.#log = ports.log.child({ shadow: version })
    this.#process = ports.openProcess(this.#log)
  }

  status(): ShadowStatus {
    return this.#tally.status(this.#ended)
  }

  /** Whether a batch of so many bytes would be taken now; one that would not is dropped. */
  takes({ partition }: Unit, bytes: number): boolean {
    if (this.#ended !== null || this.#over.signal.aborted) return false
    return (this.partitions.length === 0 || this.partitions.includes(partition)) && this.#hasRoom(bytes)
  }

  /** Of a batch that was not offered. */
  drop({ partition }: Unit, records: number): void {
    if (this.#ended !== null || (this.partitions.length > 0 && !this.partitions.includes(partition))) return
    this.#tally.drop(records)
  }

  offer(sample: ShadowSample): void {
    if (this.#ended !== null || this.#over.signal.aborted) return
    const { observed } = sample
    this.#tally.drop(observed.missed)
    if (observed.count === 0) return
    if (!this.#hasRoom(bytesOf(sample))) {
      this.#tally.drop(observed.count)
      return
    }
    this.#waiting.push(sample)
    this.#waitingBytes += bytesOf(sample)
    this.#working ??= this.#work()
  }

  /** What waits is dropped. */
  async end(): Promise<void> {
    this.#over.abort()
    this.#forgetWaiting()
    await this.#process.close()
    await this.#working
  }

  #hasRoom(bytes: number): boolean {
    return this.#waiting.length < mostWaiting && this.#waitingBytes + bytes <= mostWaitingBytes
  }

  /** Never rejects. */
  async #work(): Promise<void> {
    for (let sample = this.#waiting.shift(); sample !== undefined; sample = this.#waiting.shift()) {
      this.#waitingBytes -= bytesOf(sample)
      try {
        const result = await this.#converse(taskOf(sample, this.url))
        if (this.#over.signal.aborted) return
        this.#concluded(sample, result)
      } catch (error) {
        if (this.#over.signal.aborted) return
        this.#lost(sample, error)
      }
    }
    // In the same turn in which nothing was left: what comes next begins anew.
    this.#working = undefined
  }

  async #converse(task: HandleTask): Promise<TaskResult> {
    let result = await this.#process.run(task)
    for (let isFirst = true; result.kind === 'waiting'; isFirst = false) {
      if (isFirst) this.#log.warn(`the shadow waits: ${result.reason}`)
      if (!(await this.#ports.pause(awayMs, this.#over.signal))) break
      result = await this.#process.run({ kind: 'resume', token: result.token })
    }
    return result
  }

  #concluded({ unit, observed }: ShadowSample, result: TaskResult): void {
    if (result.kind === 'handled' && result.verdict !== undefined) {
      this.#tally.add(unit, result.verdict)
      return
    }
    this.#tally.drop(observed.count)
    this.#restart(result.kind === 'failed' ? result.failure.message : `it answered ${result.kind}`)
  }

  /** The record that ended it has failed; the others of its batch were not handled. */
  #lost({ unit, observed }: ShadowSample, error: unknown): void {
    const reason = messageOf(error)
    const suspects = error instanceof WorkerLost ? error.loss.suspects : []
    const [suspect] = suspects
    const blamed = suspects.length === 1 && suspect !== undefined ? suspect : undefined
    const verdict: ShadowVerdict = {
      handled: blamed === undefined ? 0 : 1,
      failed: blamed === undefined ? {} : { ProcessEnded: 1 },
      differing: 0,
      dropped: observed.count - (blamed === undefined ? 0 : 1),
      ...(blamed && { lastFailure: { offset: blamed.offset, errorClass: 'ProcessEnded', message: reason } }),
    }
    this.#tally.add(unit, verdict)
    this.#restart(reason)
  }

  /** SH3. */
  #restart(reason: string): void {
    const verdict = spendRestart(budget, this.#spent, this.#ports.monotonicMs())
    this.#spent = verdict.spent
    this.#log.warn(`the shadow could not go on: ${reason}`)
    if (verdict.kind === 'allowed') return
    this.#ended = `${verdict.reason}; last: ${reason}`
    this.#log.error(`the shadow has ended here: ${this.#ended}`)
    this.#forgetWaiting()
    this.#process.close().catch((error: unknown) => {
      this.#log.error(`the process of the shadow did not end in order: ${messageOf(error)}`)
    })
  }

  #forgetWaiting(): void {
    for (const { observed } of this.#waiting.splice(0)) this.#tally.drop(observed.count)
    this.#waitingBytes = 0
  }
}

const bytesOf = ({ batch, observed }: ShadowSample): number => batch.byteLength + observed.text.length

/** Where its unit, epoch and lane are asked for, nobody looks: it has none of them. */
const taskOf = ({ unit, batch, observed, timeLimitMs }: ShadowSample, url: string): HandleTask => ({
  kind: 'handle',
  actor: unit.actor,
  url,
  unit,
  epoch: 0,
  lane: 0,
  workId: 0,
  batch,
  timeLimitMs,
  underWay: underWayCells(mostUnderWay),
  shadow: { live: observed.text },
})

/** That are named. */
const mostUnderWay = 256
