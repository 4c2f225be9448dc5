/** The replays that run, as this process last read them, and whoever wants to know when they change. */

import type { Replay, Unit } from '../../delivery/index.ts'

export class ReplayBoard {
  #running: readonly Replay[] = []
  readonly #watchers = new Set<() => void>()

  /** Id of the one that was asked for first; a unit has one after the other. */
  of({ group, actor, topic, partition }: Unit): number | undefined {
    return this.#running.find(
      ({ unit }) =>
        unit.partition === partition && unit.topic === topic && unit.actor === actor && unit.group === group,
    )?.id
  }

  set(running: readonly Replay[]): void {
    const changed = idsOf(running) !== idsOf(this.#running)
    this.#running = running
    if (changed) this.#tell()
  }

  /** It was found to run no more. */
  drop(id: number): void {
    this.#running = this.#running.filter((replay) => replay.id !== id)
  }

  /** Until what it answers is called. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed)
    return () => this.#watchers.delete(changed)
  }

  #tell(): void {
    for (const changed of this.#watchers) changed()
  }
}

const idsOf = (replays: readonly Replay[]): string => replays.map(({ id }) => id).join()
