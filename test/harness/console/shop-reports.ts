/** What the processes of a shop report: two actors, twelve partitions, from well to very late. */

import type { Sql } from '../../../control-plane/read-model/sql.ts'
import { noOutcomes } from '../../../runtime/delivery/index.ts'
import { actor, assignment, outcome, sighting, statusReport, unit, writeReport } from '../status-reports.ts'

const lags = [0, 0, 40, 700, 5_000, 20_000, 90_000, 800_000, 0, 300, null, 0]

export interface Shop {
  /** Added to each lag that is known. */
  readonly lagMs?: number
  /** Where the units of actor tracking stand. */
  readonly lifecycle?: string
}

export const reportShop = async (
  sql: Sql,
  { lagMs = 0, lifecycle = 'running' }: Shop = {},
): Promise<void> => {
  const assignments = lags.map((lag, partition) =>
    assignment(partition, {
      lagMs: lag === null ? null : lag + lagMs,
      lagRecords: lag === null ? null : Math.round(lag / 10),
      units: [unit({ lifecycle, waitingFor: partition === 7 ? 'postgres' : null })],
    }),
  )
  await writeReport(
    sql,
    statusReport('p1', {
      actors: [
        actor({
          group: 'shop',
          receives: ['shipping.package.scanned', 'shipping.package.announced'],
          reads: [
            { name: 'shipping.package.announced', version: 1 },
            { name: 'shipping.package.scanned', version: 2 },
          ],
          settings: {
            ...{ startFrom: 'earliest', timeLimitMs: 30_000, retryMode: 'park', attempts: 5 },
            ...{ backoff: 'exponential', firstDelayMs: 200, maxDelayMs: 60_000 },
          },
        }),
        actor({
          ...{ name: 'invoices', group: 'shop', order: 'partition', effects: 'none' },
          reads: [{ name: 'shipping.package.scanned', version: 1 }],
        }),
      ],
      groups: [{ name: 'shop', joined: true, assignments }],
      outcomes: [
        outcome(
          0,
          { applied: 1_234_567, duplicate: 12, rejected: 3 },
          {
            ...{ group: 'shop', retries: 7, rates: { ...noOutcomes(), applied: 1_840 } },
            stages: { queueMs: 301_000, decodeMs: 22_000, handleMs: 96_000, storeMs: 840_000 },
            stageRates: { queueMs: 420, decodeMs: 31, handleMs: 140, storeMs: 1_260 },
          },
        ),
      ],
      lastErrors: [
        sighting(Date.now() - 60_000),
        sighting(Date.now() - 3_000, { code: 'EFFECTS_REFUSED', message: 'value too long' }),
      ],
    }),
  )
}

/** Two nodes more: one that lacks something, with a relay beside it, and one whose process fell silent. */
export const reportNodes = async (sql: Sql): Promise<void> => {
  await writeReport(
    sql,
    statusReport('p2', {
      process: { node: 'node-b', pid: 4_711 },
      readiness: [
        { name: 'postgres', ready: true, reason: '' },
        {
          name: 'registry',
          ready: false,
          reason: 'http://registry:8081 does not answer: connection refused',
        },
      ],
      groups: [{ name: 'shop', joined: true, assignments: [] }],
    }),
  )
  await writeReport(sql, statusReport('r1', { process: { node: 'node-b', kind: 'relay', pid: 4_712 } }))
  await writeReport(sql, statusReport('p3', { process: { node: 'node-c' } }), { silentMs: 3_600_000 })
}

/** A relay that sends two slices, one of which waits for a topic that is missing. */
export const reportRelay = async (sql: Sql): Promise<void> => {
  await writeReport(
    sql,
    statusReport('r1', {
      process: { node: 'node-b', kind: 'relay' },
      intervalMs: 600_000,
      outbox: {
        ...{ sentRecords: 48_211, parkedRecords: 0, parked: 0, heldBackMs: 0 },
        slices: [
          { slice: 0, state: 'sending', records: 12, ageMs: 40, waitsFor: '', heldTopics: [] },
          {
            ...{ slice: 1, state: 'waiting', records: 3, ageMs: 90_000, waitsFor: '' },
            heldTopics: [{ topic: 'notifications', message: 'the topic does not exist: create it' }],
          },
        ],
      },
    }),
  )
}
