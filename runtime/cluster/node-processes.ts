/**
 * The processes of a node: as many slots as PROCESSES says, each with a process in it as long as the node runs.
 *
 * N1  A process that ends by itself is replaced as restart-decision.ts says, in its slot, under its name in the groups.
 * N2  One that does not answer, or says that it is not alive, is killed; one that outgrows its memory is stopped in
 *     order. Both count as ends by themselves.
 * N3  A rolling restart and a stop of dynamic members have one process down at a time.
 * N4  A stop goes before everything else, and always ends.
 */

import { exitCodes, type ExitCode } from '../process/index.ts'
import type { Log } from '../telemetry/index.ts'
import { messageOf } from '../errors.ts'
import type { NodeSettings } from './node-settings.ts'
import { ProcessSlot, type SlotEnd } from './process-slot.ts'
import { noRestarts, restartDecision, type RestartEvent, type RestartState } from './restart-decision.ts'
import { rollingRestart } from './rolling-restart.ts'
import { stopSlots } from './stop-slots.ts'

export interface NodePorts {
  /** The module that processes run. */
  readonly entry: string
  readonly log: Log
  readonly random: () => number
  readonly monotonicMs: () => number
  /** The node can't go on; told once. It is still to be stopped. */
  readonly onGiveUp: (exitCode: ExitCode, reason: string) => void
}

/** A level of memory that lasts for so many looks is no spike. */
const looksAboveMemory = 3

export class NodeProcesses {
  readonly slots: readonly ProcessSlot[]
  readonly #settings: NodeSettings
  readonly #ports: NodePorts
  readonly #log: Log
  readonly #aboveMemory = new Map<ProcessSlot, number>()
  readonly #hastened = new AbortController()
  #restarts: RestartState = noRestarts
  #lookTimer: NodeJS.Timeout | undefined
  #rolling: Promise<void> | undefined
  #stopping: Promise<void> | undefined
  #givenUp = false
  #allRan = false
  #worstExitCode = 0

  constructor(settings: NodeSettings, ports: NodePorts) {
    this.#settings = settings
    this.#ports = ports
    this.#log = ports.log
    this.slots = Array.from(
      { length: settings.processes },
      (_, i) =>
        new ProcessSlot(i + 1, {
          entry: ports.entry,
          env: settings.env(i + 1),
          stopTimeoutMs: settings.bounds.stopTimeoutMs,
          log: ports.log,
          running: (slot) => this.#running(slot),
          causeFound: () => this.#decide({ kind: 'cause-found' }),
          restartWanted: () => this.restart(),
          ended: (slot, end) => this.#ended(slot, end),
        }),
    )
  }

  get stopping(): boolean {
    return this.#stopping !== undefined
  }

  start(): void {
    for (const slot of this.slots) slot.start()
    this.#lookTimer = setInterval(() => this.#look(), this.#settings.bounds.lookIntervalMs)
  }

  /** New processes in all slots, one after the other. False: one is under way, or the node stops, and nothing changes. */
  restart(): boolean {
    if (this.#rolling !== undefined || this.stopping) return false
    this.#log.info('restarting all processes, one at a time')
    this.#rolling = rollingRestart(this.slots, {
      readyWithinMs: this.#settings.bounds.readyWithinMs,
      stopping: () => this.stopping,
    })
      .then(
        () => this.#log.info('all processes were restarted'),
        (error: unknown) => this.#log.error(`the rolling restart is given up: ${messageOf(error)}`),
      )
      .finally(() => {
        this.#rolling = undefined
      })
    return true
  }

  /** N4. Resolves with the exit code of the node. A second call waits for the first. */
  async stop(): Promise<ExitCode> {
    clearInterval(this.#lookTimer)
    const { membership, bounds } = this.#settings
    this.#stopping ??= stopSlots(this.slots, {
      oneByOneMs: membership === 'dynamic' ? bounds.oneByOneMs : 0,
      hastened: this.#hastened.signal,
      hastenedMs: bounds.hastenedMs,
    })
    await this.#stopping
    return this.#worstExitCode as ExitCode
  }

  /** A stop under way is to take no longer than it must. */
  hasten(): void {
    this.#hastened.abort()
  }

  #running(slot: ProcessSlot): void {
    this.#decide({ kind: 'running', slot: slot.number })
    if (this.#allRan || !this.slots.every(({ state }) => state === 'running')) return
    this.#allRan = true
    this.#log.info('all processes run', { processes: this.slots.length })
  }

  #ended(slot: ProcessSlot, ended: SlotEnd): void {
    if (this.stopping) {
      this.#noteExitCode(ended)
      slot.close()
      return
    }
    if (ended.asked) {
      slot.start() // It made room.
      return
    }
    const decision = this.#decide({
      kind: 'ended',
      slot: slot.number,
      end: ended.end,
      ranForMs: ended.ranForMs,
      reason: ended.reason,
      jitter: this.#ports.random(),
    })
    switch (decision.kind) {
      case 'none':
        return
      case 'restart':
        this.#log.warn(`${decision.reason}; it starts again`, {
          slot: slot.number,
          afterMs: decision.afterMs,
        })
        slot.startAfter(decision.afterMs)
        return
      case 'give-up':
        slot.close()
        if (this.#givenUp) return
        this.#givenUp = true
        this.#ports.onGiveUp(decision.exitCode, decision.reason)
        return
      default:
        decision satisfies never
    }
  }

  #decide(event: RestartEvent) {
    const now = this.#ports.monotonicMs()
    const { state, decision } = restartDecision(this.#restarts, event, now, this.#settings.restarts)
    this.#restarts = state
    return decision
  }

  /** N2 */
  #look(): void {
    const { bounds, memoryBytes } = this.#settings
    const mostUnwellLooks = Math.max(1, Math.ceil(bounds.unwellMs / bounds.lookIntervalMs))
    for (const slot of this.slots) {
      const { process, state } = slot
      if (process === undefined || state === 'stopping') continue
      process.look()
      if (process.unwellLooks >= mostUnwellLooks) {
        const [why = 'it does not answer: its event loop stands still'] = process.silent
          ? []
          : (process.latest?.live.reasons ?? [])
        slot.end(why, 'kill')
      } else if (memoryBytes > 0) this.#weigh(slot, memoryBytes)
    }
  }

  #weigh(slot: ProcessSlot, memoryBytes: number): void {
    const rssBytes = slot.latest?.rssBytes ?? 0
    const looks = rssBytes > memoryBytes ? (this.#aboveMemory.get(slot) ?? 0) + 1 : 0
    this.#aboveMemory.set(slot, looks)
    // N3
    if (looks < looksAboveMemory || !this.slots.every(({ state }) => state === 'running')) return
    this.#aboveMemory.set(slot, 0)
    slot.end(
      `it holds ${String(rssBytes)} bytes, above PROCESS_MEMORY_BYTES (${String(memoryBytes)})`,
      'stop',
    )
  }

  #noteExitCode({ end, cutOff }: SlotEnd): void {
    const code = cutOff ? exitCodes.stopTimedOut : end.kind === 'exit' ? end.code : exitCodes.stopped
    this.#worstExitCode = Math.max(this.#worstExitCode, code)
  }
}
