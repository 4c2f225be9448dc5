/** The outbox for operators: its tables, and what relays say of the slices that they send. Pure. */

import type { OutboxSliceStatus, OutboxStatus } from '../../../runtime/control/index.ts'
import type { OutboxRows, OutboxSliceRow } from './outbox-rows.ts'
import type { ProcessView } from './process-view.ts'

export interface OutboxView {
  readonly records: number
  readonly ageMs: number
  readonly parked: number
  /** null: no live relay knows. */
  readonly heldBackMs: number | null
  /** Of live relays, since each began. */
  readonly sentRecords: number
  /** Live ones. */
  readonly relays: readonly ProcessView[]
  readonly slices: readonly OutboxSliceView[]
}

export interface OutboxSliceView extends OutboxSliceRow {
  readonly state: OutboxSliceStatus['state']
  readonly waitsFor: string
  readonly heldTopics: OutboxSliceStatus['heldTopics']
  /** The live relay that says it sends it. */
  readonly relay: ProcessView | null
}

interface Told {
  readonly process: ProcessView
  readonly outbox: OutboxStatus
}

export const outboxView = ({ parked, slices }: OutboxRows, processes: readonly ProcessView[]): OutboxView => {
  const told = processes.flatMap((process): Told[] =>
    process.live && process.report?.outbox !== undefined ? [{ process, outbox: process.report.outbox }] : [],
  )
  const heldBack = told.flatMap(({ outbox }) => outbox.heldBackMs ?? [])
  return {
    records: slices.reduce((sum, { records }) => sum + records, 0),
    ageMs: slices.reduce((worst, { ageMs }) => Math.max(worst, ageMs ?? 0), 0),
    parked,
    heldBackMs: heldBack.length === 0 ? null : Math.round(Math.max(...heldBack)),
    sentRecords: told.reduce((sum, { outbox }) => sum + outbox.sentRecords, 0),
    relays: told.map(({ process }) => process),
    slices: slices.map((slice) => sliceView(slice, told)),
  }
}

/** Two may say that they send it, for a moment: the later report is believed. */
const sliceView = (row: OutboxSliceRow, told: readonly Told[]): OutboxSliceView => {
  const [own] = told
    .flatMap(({ process, outbox }) => {
      const status = outbox.slices.find(({ slice, state }) => slice === row.slice && state !== 'orphan')
      return status === undefined ? [] : [{ process, status }]
    })
    .sort((one, other) => other.process.lastBeat.getTime() - one.process.lastBeat.getTime())
  return own === undefined
    ? { ...row, state: 'orphan', waitsFor: '', heldTopics: [], relay: null }
    : {
        ...row,
        state: own.status.state,
        waitsFor: own.status.waitsFor,
        heldTopics: own.status.heldTopics,
        relay: own.process,
      }
}
