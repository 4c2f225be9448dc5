/** A node of several processes in a trial: told from its log which they are, and struck as a whole or in part. */

import { hasEnded } from '../has-ended.ts'
import { waitUntil } from '../wait-until.ts'
import type { LastingProcess } from './lasting-process.ts'

export class LastingNode {
  /** Its primary. */
  readonly primary: LastingProcess

  constructor(primary: LastingProcess) {
    this.primary = primary
  }

  /** Through their start, all of the present life. */
  async untilAllRun(): Promise<void> {
    await this.primary.life.says('all processes run')
  }

  /** Slot → the process in it now. */
  pids(): ReadonlyMap<number, number> {
    const started = this.primary.life.lines('process started')
    return new Map(started.map(({ slot, childPid }) => [Number(slot), Number(childPid)]))
  }

  /** What a process has of its group's partitions, told from its log; undefined: it was never given any. */
  partitionsOf(pid: number): readonly string[] | undefined {
    const told = this.primary.life
      .lines(/^partitions (assigned|revoked|lost)/)
      .filter((line) => line['pid'] === pid)
    if (told.length === 0) return undefined
    const owned = new Set<string>()
    for (const { msg, partitions } of told)
      for (const partition of partitions as readonly string[]) {
        if (msg === 'partitions assigned') owned.add(partition)
        else owned.delete(partition)
      }
    return [...owned].toSorted()
  }

  /** How often the group told the process about its partitions. */
  rebalancesOf(pid: number): number {
    return this.primary.life
      .lines(/^partitions (assigned|revoked|lost)/)
      .filter((line) => line['pid'] === pid).length
  }

  /** A process other than `before` is in the slot, and was given partitions. On a busy machine each step may last. */
  async untilAssigned(slot: number, before: number | undefined): Promise<void> {
    const pid = await waitUntil(`slot ${String(slot)} has another process`, () => {
      const now = this.pids().get(slot)
      return now === before ? undefined : now
    })
    for (const message of ['serving telemetry', 'starting', 'running'])
      await waitUntil(`process ${String(pid)} of slot ${String(slot)} says "${message}"`, () =>
        this.primary.life.lines(message).some((line) => line['pid'] === pid),
      )
    await waitUntil(`slot ${String(slot)} is back in its group`, () => this.partitionsOf(pid) !== undefined)
  }

  /** Of the slot; its primary starts another one. */
  async killProcess(slot: number): Promise<void> {
    const pid = this.pids().get(slot)
    strike(pid)
    await waitUntil(`the process of slot ${String(slot)} has ended`, () => pid !== undefined && hasEnded(pid))
  }

  /** The primary and all its processes, at once; then it starts again. */
  async killAll(): Promise<void> {
    await this.end()
    this.primary.start()
  }

  /** The primary alone; it starts again when its processes have followed it. */
  async killPrimary(): Promise<void> {
    await this.primary.kill()
    await this.#untilGone()
    this.primary.start()
  }

  /** Nothing of it is left. */
  async end(): Promise<void> {
    const pids = [...this.pids().values()]
    this.primary.life.kill('SIGKILL')
    for (const pid of pids) strike(pid)
    await this.primary.kill()
    await this.#untilGone()
  }

  async #untilGone(): Promise<void> {
    await waitUntil('no process of the node is left', () => [...this.pids().values()].every(hasEnded))
  }
}

const strike = (pid: number | undefined): void => {
  if (pid !== undefined && !hasEnded(pid)) process.kill(pid, 'SIGKILL')
}
