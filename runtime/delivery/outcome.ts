/**
 * What became of a record, once for all: counters, logs, metrics and the demo's balance take their names from this
 * table. Every record that passes the frontier has exactly one of them; a parked one has another one later, which takes
 * the place of `parked` in the account of its unit. Counters of processes only rise: they have both.
 */
export const recordOutcomes = {
  applied: 'handled; its effects are committed',
  duplicate: 'its idempotency key was handled before, at another offset; no effect ran',
  redelivered: 'handled before at this very offset; no effect ran',
  rejected: 'the actor refused it; dead-lettered with the reason',
  undecodable: 'its bytes could not be read; dead-lettered',
  exhausted: 'every attempt failed; dead-lettered with the last error',
  skipped: 'no actor receives this event type, or an operator left it out; not decoded',
  parked:
    'waits for its next attempt, in Postgres or in a retry topic, or behind one of its key; has another outcome later',
} as const

export type RecordOutcome = keyof typeof recordOutcomes
export const outcomeNames = Object.keys(recordOutcomes) as readonly RecordOutcome[]
export type OutcomeCounts = Readonly<Record<RecordOutcome, number>>

export const noOutcomes = (): Record<RecordOutcome, number> => ({
  applied: 0,
  duplicate: 0,
  redelivered: 0,
  rejected: 0,
  undecodable: 0,
  exhausted: 0,
  skipped: 0,
  parked: 0,
})

export const sumOfCounts = (a: OutcomeCounts, b: OutcomeCounts): OutcomeCounts => {
  const counts = noOutcomes()
  for (const outcome of outcomeNames) counts[outcome] = a[outcome] + b[outcome]
  return counts
}
