/** Rows of units as the server answers them. */

import { parseRanges, type Ledger, type Unit, type UnitRow } from '../delivery/index.ts'

export interface PlaceText {
  readonly group_id: string
  readonly actor: string
  readonly topic: string
  readonly partition: number
}

export interface RowText {
  readonly epoch: number
  readonly frontier: number | null
  readonly done: readonly string[]
  readonly topic_id: string | null
  readonly accounted_from: number | null
  readonly group_ahead_to: number | null
  readonly cut_from: number | null
  readonly cut_to: number | null
}

export const rowOf = ({ epoch, frontier, done, ...row }: RowText): UnitRow => ({
  epoch,
  ledger: frontier === null ? undefined : ledgerOf(frontier, done),
  topicId: row.topic_id ?? undefined,
  accountedFrom: row.accounted_from ?? undefined,
  groupAheadTo: row.group_ahead_to ?? undefined,
  cut: row.cut_from === null || row.cut_to === null ? undefined : { from: row.cut_from, to: row.cut_to },
})

const ledgerOf = (frontier: number, done: readonly string[]): Ledger => ({
  frontier,
  done: done.map((text) => parseRanges(text)),
})

export const nameOf = ({ group, actor, topic, partition }: Unit): string =>
  JSON.stringify([group, actor, topic, partition])

export const nameOfPlace = ({ group_id, actor, topic, partition }: PlaceText): string =>
  JSON.stringify([group_id, actor, topic, partition])

export const answersTo = (
  asked: readonly unknown[],
  rows: readonly { readonly nth: number }[],
): readonly boolean[] => {
  const answered = new Set(rows.map(({ nth }) => nth))
  return asked.map((_, nth) => answered.has(nth))
}
