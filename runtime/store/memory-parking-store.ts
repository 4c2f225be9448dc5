/** The memory twin of parked keys: the same promises, no database. Its writes are part of `MemoryEffectsStore.apply`. */

import type { BatchEffects } from '../delivery/effects.ts'
import {
  mostKeysInMemory,
  type NewParkedRecord,
  type ParkedCommand,
  type ParkedRecord,
  type ParkedSettlement,
  type ParkingStore,
  type Unit,
} from '../delivery/index.ts'

export interface MemoryParkingStore extends ParkingStore {
  /** Whether `apply` would find everything as the batch expects it. */
  fits(effects: BatchEffects): boolean
  apply(effects: BatchEffects): void
  parkedWithCounts(unit: Unit, parkingKeys: readonly string[]): ReadonlyMap<string, number>
}

interface StoredKey {
  /** In the order of offsets. */
  queue: ParkedRecord[]
  /** Undefined: held. */
  dueAtMs: number | undefined
  readonly parkedAtMs: number
}

/** `now`: ms since the epoch. */
export const memoryParkingStore = (now: () => number = () => 0): MemoryParkingStore => {
  const units = new Map<string, Map<string, StoredKey>>()
  const open = new Map<number, ParkedCommand>()
  let lastCommand = 0

  const keysOf = (unit: Unit): Map<string, StoredKey> => {
    const name = nameOf(unit)
    const keys = units.get(name) ?? new Map<string, StoredKey>()
    units.set(name, keys)
    return keys
  }

  const park = (unit: Unit, { afterMs, ...record }: NewParkedRecord): void => {
    const keys = keysOf(unit)
    const isParked = [...keys.values()].some(({ queue }) => queue.some(isAt(record.original.offset)))
    if (isParked) return
    const stored = keys.get(record.parkingKey) ?? { queue: [], dueAtMs: now() + afterMs, parkedAtMs: now() }
    stored.queue = [...stored.queue, { ...record, parkedAtMs: now() }].sort(byOffset)
    keys.set(record.parkingKey, stored)
  }

  const settle = (unit: Unit, settlement: ParkedSettlement): void => {
    const stored = keysOf(unit).get(settlement.parkingKey)
    if (stored === undefined) return
    if (settlement.kind === 'again') {
      const { attempts, failure, afterMs } = settlement
      stored.queue = stored.queue.map((record) =>
        record.original.offset === settlement.offset ? { ...record, attempts, failure } : record,
      )
      stored.dueAtMs = now() + afterMs
      return
    }
    stored.queue = stored.queue.filter(({ original }) => original.offset !== settlement.offset)
    stored.dueAtMs = settlement.kind === 'finished' ? now() : undefined
  }

  const release = (unit: Unit, parkingKey: string): void => {
    const stored = keysOf(unit).get(parkingKey)
    if (stored === undefined) return
    stored.dueAtMs = now()
    if (stored.queue.length === 0) keysOf(unit).delete(parkingKey)
  }

  const waiting = (unit: Unit): readonly (StoredKey & { readonly dueAtMs: number })[] =>
    [...keysOf(unit).values()]
      .flatMap((stored) => (stored.dueAtMs === undefined ? [] : [{ ...stored, dueAtMs: stored.dueAtMs }]))
      .sort((a, b) => a.dueAtMs - b.dueAtMs)

  const parkedWithCounts = (unit: Unit, parkingKeys: readonly string[]): ReadonlyMap<string, number> =>
    new Map(
      parkingKeys.flatMap((key) => {
        const stored = keysOf(unit).get(key)
        return stored === undefined ? [] : [[key, stored.queue.length] as const]
      }),
    )

  return {
    fits: ({ unit, settled = [], answers = [] }) =>
      settled.every(({ parkingKey, offset }) => {
        return keysOf(unit).get(parkingKey)?.queue.some(isAt(offset)) === true
      }) && answers.every(({ id }) => open.has(id)),
    apply: ({ unit, parked = [], settled = [], released = [], answers = [] }) => {
      // What is tried again, or held, says when the key is due, whatever else is finished.
      for (const settlement of settled.toSorted(finishedFirst)) settle(unit, settlement)
      for (const [key, { queue, dueAtMs }] of keysOf(unit))
        if (queue.length === 0 && dueAtMs !== undefined) keysOf(unit).delete(key)
      for (const { id } of answers) open.delete(id)
      for (const key of released) release(unit, key)
      for (const record of parked) park(unit, record)
    },
    parkedWithCounts,
    load: async (unit, limit = mostKeysInMemory) => {
      const keys = await Promise.resolve(keysOf(unit))
      if (keys.size > limit) return { kind: 'too-many' }
      const all = [...keys].map(([parkingKey, { queue, dueAtMs }]) => ({
        parkingKey,
        records: queue.length,
        held: dueAtMs === undefined,
      }))
      return { kind: 'all', keys: new Map(all.map((key) => [key.parkingKey, key])) }
    },
    parkedAmong: async (unit, parkingKeys) => [
      ...parkedWithCounts(await Promise.resolve(unit), parkingKeys).keys(),
    ],
    due: async (unit, limit = 500, perKey = 1, except = []) =>
      waiting(await Promise.resolve(unit))
        .filter(
          ({ dueAtMs, queue: [first] }) =>
            first !== undefined && dueAtMs <= now() && !except.includes(first.parkingKey),
        )
        .slice(0, limit)
        .flatMap(({ queue }) => queue.slice(0, perKey)),
    nextDueInMs: async (unit) => {
      const [first] = waiting(await Promise.resolve(unit))
      return first && Math.max(0, Math.ceil(first.dueAtMs - now()))
    },
    survey: async (unit) => {
      const keys = [...keysOf(await Promise.resolve(unit)).values()]
      return {
        keys: keys.length,
        held: keys.filter(({ dueAtMs }) => dueAtMs === undefined).length,
        records: keys.reduce((sum, { queue }) => sum + queue.length, 0),
        oldestAgeMs: keys.reduce((oldest, { parkedAtMs }) => Math.max(oldest, now() - parkedAtMs), 0),
      }
    },
    queue: async (unit, parkingKey) =>
      (await Promise.resolve(keysOf(unit))).get(parkingKey)?.queue.slice(0, 100) ?? [],
    ask: async (command) => {
      const id = await Promise.resolve((lastCommand += 1))
      open.set(id, { ...command, id })
      return id
    },
    commands: async (unit) => {
      const name = await Promise.resolve(nameOf(unit))
      return [...open.values()].filter((command) => nameOf(command.unit) === name).slice(0, 100)
    },
    answerIfUnparked: async (id) => {
      const command = await Promise.resolve(open.get(id))
      if (command !== undefined && !keysOf(command.unit).has(command.parkingKey)) open.delete(id)
    },
    close: () => Promise.resolve(),
  }
}

const finishedFirst = (a: ParkedSettlement, b: ParkedSettlement): number =>
  Number(a.kind !== 'finished') - Number(b.kind !== 'finished')

const isAt =
  (offset: number) =>
  ({ original }: ParkedRecord): boolean =>
    original.offset === offset

const byOffset = (a: ParkedRecord, b: ParkedRecord): number => a.original.offset - b.original.offset

const nameOf = ({ group, actor, topic, partition }: Unit): string =>
  JSON.stringify([group, actor, topic, partition])
