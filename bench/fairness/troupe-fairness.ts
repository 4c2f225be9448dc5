/** Troupe with a no-op actor: when each partition was handled to its end, in ms from the first record on. */

import { startTroupe } from '../pipeline/troupe.ts'
import { recordCount } from '../pipeline/workload.ts'

export interface FairnessSample {
  /** Partition → ms after the first record of all. */
  readonly doneAfterMs: Readonly<Record<number, number>>
}

const runtime = await startTroupe()
const total = recordCount()
let began: number | undefined
const last = new Map<number, { readonly handled: number; readonly atMs: number }>()

const timer = setInterval(() => {
  const units = runtime.tally.units()
  const sum = units.reduce((handled, { counts }) => handled + counts.applied, 0)
  if (sum === 0) return
  const now = performance.now()
  began ??= now
  for (const { partition, counts } of units)
    if (last.get(partition)?.handled !== counts.applied)
      last.set(partition, { handled: counts.applied, atMs: now - began })
  if (sum < total) return
  clearInterval(timer)
  const doneAfterMs = Object.fromEntries(
    [...last].map(([partition, { atMs }]) => [partition, Math.round(atMs)]),
  )
  void runtime.stop().then(() => {
    console.log(JSON.stringify({ doneAfterMs } satisfies FairnessSample))
    process.exit(0)
  })
}, 5)
