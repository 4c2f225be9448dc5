/** Which thread has which batches in hand: those it works on, and those it keeps while the main thread does something. */

import type { Unit } from '../delivery/unit.ts'
import type { DiscardTask, HandleTask, TaskResult } from './messages.ts'
import type { WatchedTask } from './thread-watch.ts'

/** A batch that a thread has. */
export interface InHand {
  readonly unit: Unit
  readonly epoch: number
  readonly timeLimitMs: number | undefined
  readonly memory: SharedArrayBuffer | undefined
  /** Undefined: no thread has it yet. */
  thread: number | undefined
}

export class TasksInHand {
  readonly #all = new Set<InHand>()
  readonly #kept = new Map<number, InHand>()

  given({ unit, epoch, timeLimitMs, underWay }: HandleTask): InHand {
    const given: InHand = { unit, epoch, timeLimitMs, memory: underWay, thread: undefined }
    this.#all.add(given)
    return given
  }

  resumed(token: number): InHand | undefined {
    const kept = this.#kept.get(token)
    this.#kept.delete(token)
    return kept
  }

  answered(inHand: InHand, result: TaskResult): void {
    if ('token' in result) this.#kept.set(result.token, inHand)
    else this.#all.delete(inHand)
  }

  /** Its thread died. */
  lost(inHand: InHand): void {
    this.#all.delete(inHand)
  }

  memoriesOf(thread: number): readonly SharedArrayBuffer[] {
    return [...this.#all].flatMap((inHand) => (inHand.thread === thread ? (inHand.memory ?? []) : []))
  }

  /** That have something of the unit up to this epoch. What they keep of it counts no more. */
  threadsOf({ unit, epoch }: DiscardTask): ReadonlySet<number> {
    const meant = new Set(
      [...this.#all].filter((inHand) => inHand.epoch <= epoch && isSameUnit(inHand.unit, unit)),
    )
    for (const [token, inHand] of this.#kept) {
      if (!meant.has(inHand)) continue
      this.#kept.delete(token)
      this.#all.delete(inHand)
    }
    return new Set([...meant].flatMap(({ thread }) => thread ?? []))
  }

  *watched(): Iterable<WatchedTask> {
    for (const { thread, timeLimitMs, memory } of this.#all)
      if (thread !== undefined && timeLimitMs !== undefined && memory !== undefined)
        yield { thread, timeLimitMs, memory }
  }
}

const isSameUnit = (a: Unit, b: Unit): boolean =>
  a.group === b.group && a.actor === b.actor && a.topic === b.topic && a.partition === b.partition
