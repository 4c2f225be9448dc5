/** How relays send the outbox. */

import { minute } from './forms.ts'
import { wholeNumber } from '../option.ts'

export const relayOptions = {
  relayLeaseMs: wholeNumber({
    variable: 'RELAY_LEASE_MS',
    fallback: 10_000,
    min: 1_000,
    max: 10 * minute,
    unit: 'ms',
    doc: 'After this silence of a relay the others send its slices of the outbox. Higher: the events of a dead one wait longer. Lower: more small writes, and a slow one loses its slices, which costs duplicates.',
  }),
  relayPollMs: wholeNumber({
    variable: 'RELAY_POLL_MS',
    fallback: 1_000,
    min: 10,
    max: minute,
    unit: 'ms',
    doc: 'How often a relay looks into the outbox when nobody wakes it. Higher: an event whose notification was lost waits longer. Lower: more queries for nothing.',
  }),
  relayBatchRecords: wholeNumber({
    variable: 'RELAY_BATCH_RECORDS',
    fallback: 1_000,
    min: 1,
    max: 20_000,
    unit: 'records',
    doc: 'The most events of the outbox that a relay sends as one transaction. Higher: more a second and more memory. Lower: more transactions, which cost tens of milliseconds each.',
  }),
} as const
