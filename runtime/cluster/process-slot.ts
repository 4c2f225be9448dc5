/**
 * A slot of a node and the process that is in it. It does what it is told and tells how its process ended; whether
 * another one is started is decided elsewhere.
 */

import type { Log } from '../telemetry/index.ts'
import type { ChildEnd } from '../supervision/index.ts'
import { ForkedProcess } from './forked-process.ts'
import type { Look } from './messages.ts'
import { nameOfEnd } from './process-end.ts'
import { nextSlotState, type Slot, type SlotState } from './slot-lifecycle.ts'

export interface SlotEnd {
  readonly end: ChildEnd
  /** Told by SIGTERM to make room: for its successor, or because the node stops. */
  readonly asked: boolean
  /** SIGKILL after a stop that took too long. */
  readonly cutOff: boolean
  /** Since it was through its start; undefined: it never was. */
  readonly ranForMs: number | undefined
  /** What it said last, or why it was ended. */
  readonly reason: string | undefined
}

export interface SlotPorts {
  readonly entry: string
  readonly env: Readonly<Record<string, string>>
  /** From being told to stop until SIGKILL. */
  readonly stopTimeoutMs: number
  readonly log: Log
  running(slot: ProcessSlot): void
  causeFound(slot: ProcessSlot): void
  /** See ProcessNews. */
  restartWanted(): boolean
  ended(slot: ProcessSlot, end: SlotEnd): void
}

export class ProcessSlot {
  readonly number: Slot
  readonly #ports: SlotPorts
  readonly #log: Log
  #state: SlotState = 'free'
  #process: ForkedProcess | undefined
  #starts = 0
  #runningSinceMs: number | undefined
  #asked = false
  #cutOff = false
  #reason: string | undefined
  #waitTimer: NodeJS.Timeout | undefined
  #killTimer: NodeJS.Timeout | undefined
  #whenEmpty = Promise.withResolvers<void>()

  constructor(number: Slot, ports: SlotPorts) {
    this.number = number
    this.#ports = ports
    this.#log = ports.log.child({ slot: number })
  }

  get state(): SlotState {
    return this.#state
  }

  /** Processes that were started in it after the first. */
  get restarts(): number {
    return Math.max(0, this.#starts - 1)
  }

  /** Why the last process in it ended; '' before that. */
  get lastEnd(): string {
    return this.#reason ?? ''
  }

  get process(): ForkedProcess | undefined {
    return this.#process
  }

  /** Of the process in it now; undefined: it has not answered yet. */
  get latest(): Look | undefined {
    return this.#process?.latest
  }

  /** It runs, and has all that it needs. */
  get ready(): boolean {
    return this.#state === 'running' && (this.latest?.ready.every(({ ready }) => ready) ?? false)
  }

  start(): void {
    this.#enter('starting')
    this.#starts += 1
    this.#asked = false
    this.#cutOff = false
    this.#runningSinceMs = undefined
    this.#whenEmpty = Promise.withResolvers()
    const { entry, env } = this.#ports
    this.#process = ForkedProcess.start(entry, env, {
      running: () => this.#running(),
      ending: (reason) => {
        this.#reason = reason
      },
      causeFound: () => this.#ports.causeFound(this),
      restartWanted: () => this.#ports.restartWanted(),
      ended: (end) => this.#ended(end),
    })
    this.#log.info('process started', { childPid: this.#process.pid })
  }

  /** After its process ended. */
  startAfter(ms: number): void {
    this.#enter('waiting')
    this.#waitTimer = setTimeout(() => this.start(), ms)
  }

  /** SIGTERM, and SIGKILL to one that does not end in its time. Resolves when it has ended; at once where nothing runs. */
  stop(): Promise<void> {
    if (this.#state === 'starting' || this.#state === 'running') {
      this.#asked = true
      this.#reason = undefined
      this.#enter('stopping')
      this.#process?.signal('SIGTERM')
      this.killAfter(this.#ports.stopTimeoutMs)
    }
    return this.#process === undefined ? Promise.resolve() : this.#whenEmpty.promise
  }

  /** Ends a process for what it did itself. `kill`: it would not hear of anything else. */
  end(reason: string, how: 'stop' | 'kill'): void {
    if (this.#state !== 'starting' && this.#state !== 'running') return
    this.#log.warn(`ending the process: ${reason}`, { childPid: this.#process?.pid })
    this.#reason = reason
    this.#enter('stopping')
    this.#process?.signal(how === 'kill' ? 'SIGKILL' : 'SIGTERM')
    this.killAfter(this.#ports.stopTimeoutMs)
  }

  /** SIGKILL, if its process has not ended by then; the earliest counts. */
  killAfter(ms: number): void {
    if (this.#process === undefined) return
    clearTimeout(this.#killTimer)
    this.#killTimer = setTimeout(() => {
      this.#cutOff = true
      this.#log.error('the process did not stop in time: killed; what was not committed is handled again', {
        childPid: this.#process?.pid,
      })
      this.#process?.signal('SIGKILL')
    }, ms)
  }

  /** Nobody starts in it any more. Where a process runs: once it has ended. */
  close(): void {
    clearTimeout(this.#waitTimer)
    if (this.#process === undefined && this.#state !== 'closed') this.#enter('closed')
  }

  #running(): void {
    if (this.#state !== 'starting') return // It was told to stop in the meantime.
    this.#enter('running')
    this.#runningSinceMs = performance.now()
    this.#ports.running(this)
  }

  #ended(end: ChildEnd): void {
    clearTimeout(this.#killTimer)
    const childPid = this.#process?.pid
    const whenEmpty = this.#whenEmpty
    this.#process = undefined
    const ended: SlotEnd = {
      end,
      asked: this.#asked,
      cutOff: this.#cutOff,
      ranForMs: this.#runningSinceMs === undefined ? undefined : performance.now() - this.#runningSinceMs,
      reason: this.#reason,
    }
    this.#reason ??= nameOfEnd(end)
    this.#log.info('process ended', { childPid, by: nameOfEnd(end), asked: ended.asked })
    // It may start the next one.
    this.#ports.ended(this, ended)
    whenEmpty.resolve()
  }

  #enter(state: SlotState): void {
    this.#state = nextSlotState(this.#state, state)
  }
}
