/** The memory twin of the progress store: the same promises, no database. For tests and the in-memory kit. */

import {
  emptyLedger,
  holdEvent,
  noOutcomes,
  refusalOf,
  sumOfCounts,
  whereverTheGroupIs,
  withDone,
  withFrontier,
  withLanes,
  type Ledger,
  type OffsetRange,
  type OutcomeCounts,
  type Progress,
  type ProgressStore,
  type Refusal,
  type RememberedLoss,
  type Unit,
  type UnitEvent,
  type UnitReset,
} from '../delivery/index.ts'

export interface MemoryProgressStore extends ProgressStore {
  /** The last statement of a batch's transaction: undefined when the row took it. */
  commit(unit: Unit, progress: Progress): Refusal | undefined
  /** What `commit` would answer. */
  refusal(unit: Unit, progress: Progress): Refusal | undefined
  /** Told of a reset that replays: what the inbox has to forget. */
  onReplay: (unit: Unit, from: number) => void
}

interface StoredUnit {
  epoch: number
  owner: string
  clean: boolean
  lanes: number
  ledger: Ledger | undefined
  topicId: string | undefined
  groupAheadTo: number | undefined
  cut: OffsetRange | undefined
  accountedFrom: number | undefined
  counts: OutcomeCounts
  events: UnitEvent[]
  losses: ReadonlyMap<number, RememberedLoss>
}

export const memoryProgressStore = (): MemoryProgressStore => {
  const rows = new Map<string, StoredUnit>()
  const rowOf = (unit: Unit): StoredUnit | undefined => rows.get(nameOf(unit))
  /** Undefined: its epoch is another's. */
  const mine = (unit: Unit, epoch: number): StoredUnit | undefined => {
    const row = rowOf(unit)
    return row?.epoch === epoch ? row : undefined
  }
  const anew = (row: StoredUnit, frontier: number): void => {
    row.ledger = emptyLedger(row.lanes, frontier)
    row.accountedFrom = frontier
    row.counts = noOutcomes()
    row.events = []
    row.losses = new Map()
  }

  const store: MemoryProgressStore = {
    onReplay: () => undefined,

    commit(unit, progress) {
      const row = rowOf(unit)
      const refusal = refusalOf(row, progress)
      if (refusal !== undefined || row?.ledger === undefined) return refusal
      row.ledger = withDone(row.ledger, progress.lane, progress.ranges, progress.frontier)
      row.counts = sumOfCounts(row.counts, progress.counts)
      row.clean = false
      return undefined
    },

    refusal: (unit, progress) => refusalOf(rowOf(unit), progress),

    take: async (claims, owner) => {
      await Promise.resolve()
      return claims.map(({ unit, lanes }) => {
        const before = rowOf(unit)
        const row: StoredUnit = {
          topicId: undefined,
          groupAheadTo: undefined,
          cut: undefined,
          accountedFrom: undefined,
          counts: noOutcomes(),
          events: [],
          losses: new Map(),
          ...before,
          epoch: (before?.epoch ?? 0) + 1,
          owner,
          clean: false,
          lanes,
          ledger: before?.ledger && withLanes(before.ledger, lanes),
        }
        rows.set(nameOf(unit), row)
        const { epoch, ledger, topicId, accountedFrom, groupAheadTo, cut } = row
        const was = { wasClean: before?.clean ?? true, previousOwner: before?.owner }
        return { unit, epoch, ledger, topicId, accountedFrom, groupAheadTo, cut, ...was }
      })
    },

    begin: async (starts) => {
      await Promise.resolve()
      return starts.map(({ unit, epoch, offset, topicId, account, groupAheadTo, events }) => {
        const row = mine(unit, epoch)
        if (row === undefined) return false
        if (account === 'anew') anew(row, offset)
        else if (row.ledger) row.ledger = withFrontier(row.ledger, offset)
        row.groupAheadTo = groupAheadTo
        row.cut = undefined
        row.topicId = topicId ?? (account === 'anew' ? undefined : row.topicId)
        row.events.push(...events)
        return true
      })
    },

    hold: async (holds) => {
      await Promise.resolve()
      for (const hold of holds) {
        const row = mine(hold.unit, hold.epoch)
        if (row === undefined) continue
        if (hold.reason === 'beyond-end') row.cut = hold.range
        const event = holdEvent(hold.reason, hold.range)
        if (!row.events.some(({ kind, from }) => kind === event.kind && from === event.from))
          row.events.push(event)
      }
    },

    advance: async (advances) => {
      await Promise.resolve()
      return advances.map(({ unit, epoch, frontier, clean }) => {
        const row = mine(unit, epoch)
        if (row?.ledger === undefined) return false
        row.ledger = withFrontier(row.ledger, frontier)
        row.clean = clean
        return true
      })
    },

    remember: async (unit, epoch, loss) => {
      await Promise.resolve()
      const row = mine(unit, epoch)
      if (row === undefined) return false
      const frontier = row.ledger?.frontier ?? 0
      const others = [...row.losses].filter(([offset]) => offset >= frontier && offset !== loss.offset)
      row.losses = new Map([...others, [loss.offset, loss]])
      return true
    },

    remembered: async (units) => {
      await Promise.resolve()
      return units.map((unit) => {
        const row = rowOf(unit)
        const frontier = row?.ledger?.frontier ?? 0
        return [...(row?.losses.values() ?? [])]
          .filter(({ offset }) => offset >= frontier)
          .sort((a, b) => a.offset - b.offset)
      })
    },

    read: async (units) => {
      await Promise.resolve()
      return units.map((unit) => {
        const row = rowOf(unit)
        if (row === undefined) return undefined
        const { epoch, ledger, topicId, groupAheadTo, cut, accountedFrom, owner, clean, counts } = row
        return {
          unit,
          ...{ epoch, ledger, topicId, groupAheadTo, cut, accountedFrom, owner, clean, counts },
          events: [...row.events],
        }
      })
    },

    reset: async (unit, { frontier, dedupe }: UnitReset) => {
      await Promise.resolve()
      const row = rowOf(unit)
      if (row === undefined || (row.ledger ?? row.cut) === undefined) return false
      const from = row.ledger?.frontier
      row.epoch += 1
      row.clean = true
      anew(row, frontier)
      row.groupAheadTo = whereverTheGroupIs
      row.cut = undefined
      row.events.push({ kind: 'reset', from, to: frontier })
      if (dedupe === 'replay') store.onReplay(unit, frontier)
      return true
    },

    terminateFrozen: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  }
  return store
}

const nameOf = ({ group, actor, topic, partition }: Unit): string =>
  JSON.stringify([group, actor, topic, partition])
