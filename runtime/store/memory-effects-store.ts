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
  InboxMove,
  StateKey,
} from '../delivery/effects.ts'
import { requireCounts, type ActorIdentity, type ReplayedPart, type Unit } from '../delivery/index.ts'
import { requireNumbers, type OutboxRow } from '../delivery/outbox.ts'
import { outboxRows, type OutboxLetter } from '../delivery/outbox-letter.ts'
import { messageOf, TroupeError } from '../errors.ts'
import { requireMoves } from './inbox-statements.ts'
import { memoryParkingStore, type MemoryParkingStore } from './memory-parking-store.ts'
import { memoryReplays } from './memory-replays.ts'
import { memoryTimerStore, type MemoryTimerStore } from './memory-timer-store.ts'
import { memoryProgressStore, type MemoryProgressStore } from './memory-progress-store.ts'
import { outboxColumns } from './outbox-rows.ts'

export interface MemoryEffectsStore extends EffectsStore {
  /** Rows of `ctx.track`, in the order they were applied. */
  readonly tracked: readonly TrackedRow[]
  readonly duplicates: readonly (DuplicateSighting & { readonly unit: Unit })[]
  readonly replayed: readonly ReplayedPart[]
  /** In the order they were committed; nobody takes them away. */
  readonly outbox: readonly NumberedRow[]
}

export interface NumberedRow extends OutboxRow {
  readonly unit: Unit
  readonly seq: number
}

interface StoredState {
  readonly version: number
  readonly formVersion: number
  /** As in Postgres: what is read is never the object that was written. */
  readonly json: string
}

export interface MemoryEffectsStoreOptions {
  /** Whose rows take what is applied with progress. Default: one of its own. */
  readonly progress?: MemoryProgressStore
  /** Where parked keys are. Default: one of its own. */
  readonly parking?: MemoryParkingStore
  readonly timers?: MemoryTimerStore
  /** As EffectsStoreOptions has it. */
  readonly inboxDays?: number
  /** ms since the epoch. Default: no time passes. */
  readonly now?: () => number
}

interface StoredKey extends InboxHit {
  readonly holder: string | undefined
  readonly actor: ActorIdentity
  /** Days since the epoch. */
  readonly day: number
}

const dayMs = 86_400_000

export const memoryEffectsStore = ({
  progress = memoryProgressStore(),
  inboxDays = 2,
  now = () => 0,
  parking = memoryParkingStore(now),
  timers = memoryTimerStore(now),
}: MemoryEffectsStoreOptions = {}): MemoryEffectsStore => {
  const inbox = new Map<string, StoredKey>()
  const states = new Map<string, StoredState>()
  const duplicates = new Map<string, DuplicateSighting & { readonly unit: Unit }>()
  const tracked: TrackedRow[] = []
  const replays = memoryReplays()
  const outbox: NumberedRow[] = []
  /** By their ids. Nothing settles one here. */
  const letters = new Map<string, OutboxLetter>()
  /** The last number of each unit. */
  const outboxSeqs = new Map<string, number>()
  // A state made anew never repeats a version of its predecessor: every version is given once.
  let lastVersion = 0

  const today = (): number => Math.floor(now() / dayMs)
  /** Parked and dead keys are remembered for as long as they are so. */
  const known = (actor: ActorIdentity, key: StateKey): StoredKey | undefined => {
    const row = inbox.get(identify(actor, key))
    const settled = row?.outcome === 'done' || row?.outcome === 'rejected'
    return settled && row.day < today() - inboxDays ? undefined : row
  }
  const finds = (actor: ActorIdentity, move: InboxMove): boolean => {
    const row = known(actor, move)
    return row?.outcome === move.from && row.holder === move.holder
  }
  const carryOut = (actor: ActorIdentity, move: InboxMove): void => {
    const row = known(actor, move)
    if (row === undefined) return
    const day = Math.max(row.day, today() - inboxDays) // taken along while it was not settled
    inbox.set(identify(actor, move), { ...row, outcome: move.to, holder: move.nextHolder, day })
  }
  progress.onReplay = (unit, from) => {
    for (const [id, { actor, topic, partition, offset }] of inbox) {
      const mine = actor.group === unit.group && actor.actor === unit.actor
      if (mine && topic === unit.topic && partition === unit.partition && offset >= from) inbox.delete(id)
    }
  }

  const apply = (effects: BatchEffects): ApplyOutcome => {
    const { unit, moves = [] } = effects
    requireMoves(moves)
    if (effects.progress) requireCounts(effects.progress)
    const rows = outboxRows(effects)
    requireNumbers(rows, effects.progress)
    outboxColumns(rows) // what Postgres refuses is refused here too
    const outcome = attempt(effects)
    // As in Postgres: the unit's row may explain why.
    return outcome.kind === 'conflict' && effects.progress
      ? (progress.refusal(unit, effects.progress) ?? outcome)
      : outcome
  }

  const attempt = (effects: BatchEffects): ApplyOutcome => {
    const { unit, moves = [] } = effects
    const writes = effects.states.filter(
      ({ loadedVersion, value }) => loadedVersion !== 0 || value !== undefined,
    )
    const newStates = writes.map((write) => ({
      id: identify(unit, write),
      write,
      json: jsonOf(write.key, write.value),
    }))

    const keys = new Set(effects.inbox.map((entry) => identify(unit, entry)))
    if (keys.size < effects.inbox.length || effects.inbox.some((entry) => known(unit, entry)))
      return { kind: 'conflict', on: 'inbox' }
    if (moves.some((move) => !finds(unit, move))) return { kind: 'conflict', on: 'inbox' }
    if (newStates.some(({ id, write }) => (states.get(id)?.version ?? 0) !== write.loadedVersion)) {
      return { kind: 'conflict', on: 'state' }
    }

    if (!parking.fits(effects)) return { kind: 'conflict', on: 'parked' }
    if (!timers.fits(effects)) return { kind: 'conflict', on: 'timer' }
    if (!replays.fits(effects)) return { kind: 'conflict', on: 'replay' }
    const refusal = effects.progress && progress.commit(unit, effects.progress)
    if (refusal) return refusal

    const { topic, partition } = unit
    for (const entry of effects.inbox) {
      const place = { topic, partition, holder: undefined, actor: unit, day: today() }
      inbox.set(identify(unit, entry), { ...entry, ...place })
    }
    for (const move of moves) carryOut(unit, move)
    for (const sighting of effects.duplicates) {
      const id = JSON.stringify([unit.group, unit.actor, topic, partition, sighting.offset])
      if (!duplicates.has(id)) duplicates.set(id, { ...sighting, unit })
    }
    for (const { id, json, write } of newStates) {
      if (json === undefined) states.delete(id)
      else states.set(id, { json, version: (lastVersion += 1), formVersion: write.formVersion ?? 1 })
    }
    parking.apply(effects)
    timers.apply(effects)
    replays.apply(effects)
    tracked.push(...effects.tracked)
    const due = (effects.letters ?? []).filter(({ row }) => !letters.has(row.id))
    for (const each of due) letters.set(each.row.id, each)
    for (const row of outboxRows({ ...effects, letters: due })) {
      const place = JSON.stringify([unit.group, unit.actor, topic, partition])
      const seq = (outboxSeqs.get(place) ?? 0) + 1
      outboxSeqs.set(place, seq)
      outbox.push({ ...row, unit, seq })
    }
    return { kind: 'applied' }
  }

  return {
    tracked,
    replayed: replays.parts,
    outbox,
    get duplicates() {
      return [...duplicates.values()]
    },
    seen: (unit, keys) =>
      Promise.resolve(
        keys
          .map((key) => known(unit, key))
          .filter((row) => row !== undefined)
          .map(({ tenant, key, topic, partition, offset, outcome, holder }) => {
            const hit = { tenant, key, topic, partition, offset, outcome }
            return holder === undefined ? hit : { ...hit, holder }
          }),
      ),
    loadStates: (unit, keys) =>
      Promise.resolve(
        keys.map((key) => {
          const state = states.get(identify(unit, key))
          return state === undefined
            ? { version: 0, value: undefined }
            : {
                version: state.version,
                value: JSON.parse(state.json) as unknown,
                ...(state.formVersion > 1 && { formVersion: state.formVersion }),
              }
        }),
      ),
    parkedAmong: async (unit, keys) => parking.parkedWithCounts(await Promise.resolve(unit), keys),
    apply: async (effects) => apply(await Promise.resolve(effects)),
    moveInbox: async (actor, moves) => {
      requireMoves(await Promise.resolve(moves))
      const found = moves.map((move) => finds(actor, move))
      for (const [nth, move] of moves.entries()) if (found[nth]) carryOut(actor, move)
      return found
    },
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

const identify = ({ group, actor }: ActorIdentity, { tenant, key }: StateKey): string =>
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
