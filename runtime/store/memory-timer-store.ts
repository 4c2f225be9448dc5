/** The memory twin of timers: the same promises, no database. Its writes are part of `MemoryEffectsStore.apply`. */

import type { BatchEffects } from '../delivery/effects.ts'
import { lastOfEach, type DueTimer, type TimerName, type TimerStore, type Unit } from '../delivery/index.ts'

export interface MemoryTimerStore extends TimerStore {
  /** Whether `apply` would find everything as the batch expects it. */
  fits(effects: BatchEffects): boolean
  apply(effects: BatchEffects): void
}

interface StoredTimer extends DueTimer {
  readonly unit: Unit
}

/** `now`: ms since the epoch. */
export const memoryTimerStore = (now: () => number = () => 0): MemoryTimerStore => {
  const timers = new Map<string, StoredTimer>()
  let lastVersion = 0

  const inOrder = (unit: Unit): readonly StoredTimer[] =>
    [...timers.values()]
      .filter((timer) => nameOf(timer.unit) === nameOf(unit))
      .sort((a, b) => a.dueAtMs - b.dueAtMs || a.version - b.version)

  return {
    fits: ({ unit, firedTimers = [], postponedTimers = [] }) =>
      [...firedTimers, ...postponedTimers].every(
        (timer) => timers.get(identify(unit, timer))?.version === timer.version,
      ),
    apply: ({ unit, firedTimers = [], postponedTimers = [], timers: changes = [] }) => {
      for (const timer of firedTimers) timers.delete(identify(unit, timer))
      for (const { attempts, afterMs, ...timer } of postponedTimers) {
        const stored = timers.get(identify(unit, timer))
        if (stored !== undefined)
          timers.set(identify(unit, timer), { ...stored, attempts, dueAtMs: now() + afterMs })
      }
      for (const change of lastOfEach(changes)) {
        if (change.kind === 'cancel') timers.delete(identify(unit, change))
        else timers.set(identify(unit, change), { ...change, unit, attempts: 0, version: (lastVersion += 1) })
      }
    },
    due: async (unit, after, limit = 500) =>
      inOrder(await Promise.resolve(unit))
        .filter(({ dueAtMs, version }) => {
          const isBehind =
            after === undefined ||
            dueAtMs > after.dueAtMs ||
            (dueAtMs === after.dueAtMs && version > after.version)
          return dueAtMs <= now() && isBehind
        })
        .slice(0, limit),
    nextDueInMs: async (unit) => {
      const [first] = inOrder(await Promise.resolve(unit))
      return first && Math.max(0, Math.ceil(first.dueAtMs - now()))
    },
    close: () => Promise.resolve(),
  }
}

const identify = ({ group, actor }: Unit, { tenant, key, name }: TimerName): string =>
  JSON.stringify([group, actor, tenant, key, name])

const nameOf = ({ group, actor, topic, partition }: Unit): string =>
  JSON.stringify([group, actor, topic, partition])
