/**
 * Which worker a lane's batches go to: the same one while it lives, so that its caches stay warm. A new key goes to the
 * worker that holds the fewest keys, and so does one whose worker holds two more than another: where a worker died its
 * keys went to those that were left, and the one in its place has none.
 */

/** What is known of a living worker: piscina's view of it, as far as the choice needs it. */
export interface LivingWorker {
  readonly id: number
  readonly currentUsage: number
}

export class AffinityTable {
  readonly #workerOf = new Map<string, number>()
  readonly #keysOf = new Map<number, number>()

  /**
   * The key's worker if it is among the living and holds no more keys than others do, else the one with the fewest keys
   * (then the fewest tasks), which is remembered. Undefined only when nobody lives: a busy worker is still the right
   * one, and a task held back here would hold up all tasks behind it.
   */
  choose<W extends LivingWorker>(key: string, living: readonly W[]): W | undefined {
    const remembered = this.#workerOf.get(key)
    const worker = living.find(({ id }) => id === remembered)
    if (remembered !== undefined && worker === undefined) this.#forgetWorker(remembered)
    let chosen = worker
    for (const other of living) {
      if (chosen === undefined || this.#isLighter(other, chosen)) chosen = other
    }
    if (chosen === undefined) return undefined
    // One that is lighter by a single key would be the heavier one with it, and keys would move for ever.
    if (worker !== undefined && this.#keys(worker.id) < this.#keys(chosen.id) + 2) return worker
    this.forget(key)
    this.#workerOf.set(key, chosen.id)
    this.#keysOf.set(chosen.id, this.#keys(chosen.id) + 1)
    return chosen
  }

  /** The lane is given up: its worker counts one key less. */
  forget(key: string): void {
    const worker = this.#workerOf.get(key)
    if (worker === undefined) return
    this.#workerOf.delete(key)
    const left = this.#keys(worker) - 1
    if (left > 0) this.#keysOf.set(worker, left)
    else this.#keysOf.delete(worker)
  }

  workerOf(key: string): number | undefined {
    return this.#workerOf.get(key)
  }

  /** Its keys choose again with their next task. Ids of threads are never used twice. */
  #forgetWorker(id: number): void {
    for (const [key, worker] of this.#workerOf) if (worker === id) this.#workerOf.delete(key)
    this.#keysOf.delete(id)
  }

  #keys(worker: number): number {
    return this.#keysOf.get(worker) ?? 0
  }

  #isLighter(a: LivingWorker, b: LivingWorker): boolean {
    const difference = this.#keys(a.id) - this.#keys(b.id)
    return difference < 0 || (difference === 0 && a.currentUsage < b.currentUsage)
  }
}
