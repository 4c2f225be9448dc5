/**
 * The memory twin of the effects store: same promises, no database. For tests and the in-memory kit. One thread runs
 * it, so a call that does not wait in between is a transaction. It has no SQL: `ctx.sql` and `applyTracked` need the
 * real one, and rows tracked here are kept for whoever looks.
 */

import type { TrackedRow } from '../actor/context.ts'
import type {
  ApplyOutcome,
  BatchEffects,
  DuplicateSighting,
  EffectsStore,
  InboxHit,
  StateKey,
} from '../delivery/effects.ts'
import type { Unit } from '../delivery/unit.ts'
import { messageOf, TroupeError } from '../errors.ts'

export interface MemoryEffectsStore extends EffectsStore {
  /** Rows of `ctx.track`, in the order they were applied. */
  readonly tracked: readonly TrackedRow[]
  readonly duplicates: readonly (DuplicateSighting & { readonly unit: Unit })[]
}

interface StoredState {
  readonly version: number
  /** As in Postgres: what is read is never the object that was written. */
  readonly json: string
}

export const memoryEffectsStore = (): MemoryEffectsStore => {
  const inbox = new Map<string, InboxHit>()
  const states = new Map<string, StoredState>()
  const duplicates = new Map<string, DuplicateSighting & { readonly unit: Unit }>()
  const tracked: TrackedRow[] = []
  // A state made anew never repeats a version of its predecessor: every version is given once.
  let lastVersion = 0

  const apply = (effects: BatchEffects): ApplyOutcome => {
    const { unit } = effects
    const writes = effects.states.filter(
      ({ loadedVersion, value }) => loadedVersion !== 0 || value !== undefined,
    )
    const newStates = writes.map((write) => ({
      id: identify(unit, write),
      write,
      json: jsonOf(write.key, write.value),
    }))

    const keys = new Set(effects.inbox.map((entry) => identify(unit, entry)))
    if (keys.size < effects.inbox.length || [...keys].some((id) => inbox.has(id)))
      return { kind: 'conflict', on: 'inbox' }
    if (newStates.some(({ id, write }) => (states.get(id)?.version ?? 0) !== write.loadedVersion)) {
      return { kind: 'conflict', on: 'state' }
    }

    const { topic, partition } = unit
    for (const entry of effects.inbox) inbox.set(identify(unit, entry), { ...entry, topic, partition })
    for (const sighting of effects.duplicates) {
      const id = JSON.stringify([unit.group, unit.actor, topic, partition, sighting.offset])
      if (!duplicates.has(id)) duplicates.set(id, { ...sighting, unit })
    }
    for (const { id, json } of newStates) {
      if (json === undefined) states.delete(id)
      else states.set(id, { json, version: (lastVersion += 1) })
    }
    tracked.push(...effects.tracked)
    return { kind: 'applied' }
  }

  return {
    tracked,
    get duplicates() {
      return [...duplicates.values()]
    },
    seen: (unit, keys) =>
      Promise.resolve(keys.map((key) => inbox.get(identify(unit, key))).filter((hit) => hit !== undefined)),
    loadStates: (unit, keys) =>
      Promise.resolve(
        keys.map((key) => {
          const state = states.get(identify(unit, key))
          return state === undefined
            ? { version: 0, value: undefined }
            : { version: state.version, value: JSON.parse(state.json) as unknown }
        }),
      ),
    apply: async (effects) => apply(await Promise.resolve(effects)),
    begin: () =>
      Promise.reject(
        new TroupeError(
          'EFFECTS_REFUSED',
          'ctx.sql needs Postgres: this store keeps effects in memory and has no SQL',
        ),
      ),
    close: () => Promise.resolve(),
  }
}

const identify = ({ group, actor }: Unit, { tenant, key }: StateKey): string =>
  JSON.stringify([group, actor, tenant, key])

const jsonOf = (key: string, value: unknown): string | undefined => {
  if (value === undefined) return undefined
  try {
    const json = JSON.stringify(value) as string | undefined
    if (json === undefined) throw new TypeError(`a ${typeof value} has no JSON`)
    return json
  } catch (cause) {
    throw new TroupeError('EFFECTS_REFUSED', `the state of key "${key}" is not JSON: ${messageOf(cause)}`, {
      cause,
    })
  }
}
