/** What a relay says of itself, as its part of the process's status report. Pure. */

import type { OutboxSliceStatus, OutboxStatus, Readiness } from '../control/index.ts'
import type { RelayStatus, SliceStatus } from './relay-run.ts'

export const relayReport = (
  status: RelayStatus,
): { readonly readiness: readonly Readiness[]; readonly outbox: OutboxStatus } => ({
  readiness: [postgres(status), producer(status)],
  outbox: {
    slices: slicesOf(status),
    sentRecords: status.sentRecords,
    parkedRecords: status.parkedRecords,
    parked: status.backlog?.parked ?? null,
    heldBackMs: status.backlog === undefined ? null : (status.heldBackBy?.ageMs ?? 0),
  },
})

const slicesOf = ({ slices, orphans, backlog }: RelayStatus): readonly OutboxSliceStatus[] => {
  const told = new Map(backlog?.slices.map((one) => [one.slice, one]))
  const backlogOf = (slice: number) => {
    const { records = null, ageMs = null } = told.get(slice) ?? {}
    return { records, ageMs }
  }
  const held = slices.map(({ slice, state, waitsFor, heldTopics }) => ({
    slice,
    state,
    ...backlogOf(slice),
    waitsFor: waitsFor?.message ?? '',
    heldTopics,
  }))
  // One that was taken since the survey is told as its own.
  const own = new Set(held.map(({ slice }) => slice))
  const others = orphans
    .filter((slice) => !own.has(slice))
    .map((slice) => ({ slice, state: 'orphan', ...backlogOf(slice), waitsFor: '', heldTopics: [] }) as const)
  return [...held, ...others].sort((a, b) => a.slice - b.slice)
}

const postgres = ({ postgresTrouble, slices }: RelayStatus): Readiness => {
  const trouble = postgresTrouble ?? slices.find((slice) => isOf(slice, 'postgres'))?.waitsFor?.message
  return { name: 'postgres', ready: trouble === undefined, reason: trouble ?? '' }
}

const producer = ({ slices }: RelayStatus): Readiness => {
  const waiting = slices.filter((slice) => isOf(slice, 'producer'))
  const [first] = waiting
  if (first === undefined) return { name: 'producer', ready: true, reason: '' }
  const names = waiting.map(({ slice }) => slice).join(', ')
  const reason = `slices ${names} of the outbox wait: ${first.waitsFor?.message ?? ''}`
  return { name: 'producer', ready: false, reason }
}

const isOf = ({ waitsFor }: SliceStatus, name: 'postgres' | 'producer'): boolean =>
  waitsFor !== undefined && (waitsFor.code === 'POSTGRES_UNAVAILABLE') === (name === 'postgres')
