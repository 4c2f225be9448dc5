/** Bugs one could make in what decides about a unit, each a change of its source. The simulation must catch every one. */

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { simulate } from './simulate.ts'

export interface Mutant {
  readonly bug: string
  /** Below runtime. */
  readonly file: string
  /** Must stand there once. */
  readonly from: string
  readonly to: string
}

const cautious = 'supervision/cautious-mode.ts'
const suspects = 'supervision/suspects.ts'
const parking = 'pool/chunk-parking.ts'
const parkedKeys = 'store/memory-parking-store.ts'

export const mutants: readonly Mutant[] = [
  {
    bug: 'nobody is suspect after an unclean end',
    file: cautious,
    from: 'if (wasClean) return []',
    to: 'if (wasClean || end >= 0) return []',
  },
  {
    bug: 'a credit that is one too small is suspect',
    file: cautious,
    from: 'frontier + creditRecords, end',
    to: 'frontier + creditRecords - 1, end',
  },
  {
    bug: 'an end from outside blames the record',
    file: cautious,
    from: "new Set(['SIGABRT',",
    to: "new Set(['SIGKILL', 'SIGABRT',",
  },
  {
    bug: 'the end of a child by itself blames nobody',
    file: cautious,
    from: "new Set(['SIGABRT',",
    to: 'new Set([',
  },
  {
    bug: 'of several that may have ended a worker the first is blamed',
    file: suspects,
    from: 'if (loss.suspectsInAll > 1) {',
    to: 'if (loss.suspectsInAll > 99) {',
  },
  {
    bug: 'a record that ended its worker has failed no attempt',
    file: suspects,
    from: 'return { ...plain(record), attempt, ...(lost && { lost }) }',
    to: 'return { ...plain(record), attempt }',
  },
  {
    bug: 'one attempt more than the policy has',
    file: 'supervision/supervise.ts',
    from: 'if (attempt >= Math.min(',
    to: 'if (attempt > Math.min(',
  },
  {
    bug: 'an owner of an earlier epoch commits',
    file: 'delivery/fence.ts',
    from: 'if (row?.epoch !== epoch) return fencedByEpoch',
    to: 'if (row === undefined) return fencedByEpoch',
  },
  {
    bug: 'another number of lanes takes what one lane has done for what all have',
    file: 'delivery/ledger.ts',
    from: 'reduce(intersection',
    to: 'reduce(union',
  },
  {
    bug: 'what a lane has done is done in all',
    file: 'delivery/ledger.ts',
    from: 'nth === lane ? union(old, ranges) : old',
    to: 'nth >= 0 ? union(old, ranges) : old',
  },
  {
    bug: 'a unit starts one further than it stood',
    file: 'delivery/start.ts',
    from: 'let offset = frontier',
    to: 'let offset = Math.min(frontier + 1, end)',
  },
  {
    bug: 'records of a parked key go on before it',
    file: parking,
    from: 'return this.#parked.has(this.keyOf(record))',
    to: 'return this.#parked.has(this.keyOf(record)) && record.offset % 3 > 0',
  },
  {
    bug: 'what a batch parks does not park its key for the rest of the batch',
    file: parking,
    from: 'this.#parked.set(parkingKey, (this.#parked.get(parkingKey) ?? 0) + 1)',
    to: '',
  },
  {
    bug: 'a parked record forgets its attempts',
    file: parking,
    from: "this.settled.push({ kind: 'again', parkingKey, offset, attempts: record.attempt, afterMs, failure })",
    to: "this.settled.push({ kind: 'again', parkingKey, offset, attempts: 0, afterMs, failure })",
  },
  {
    bug: 'a parked record that failed again is finished',
    file: parking,
    from: 'left.has(record.index) || again.has(retried.offset)',
    to: 'left.has(record.index)',
  },
  {
    bug: 'a parked record that was not reached is finished',
    file: parking,
    from: 'left.has(record.index) || again.has(retried.offset)',
    to: 'again.has(retried.offset)',
  },
  {
    bug: 'a key is let go with records in its queue',
    file: parkedKeys,
    from: 'if (queue.length === 0 && dueAtMs !== undefined)',
    to: 'if (queue.length <= 1 && dueAtMs !== undefined)',
  },
  {
    bug: 'a queue is in the order in which it was parked last',
    file: parkedKeys,
    from: '{ ...record, parkedAtMs: now() }].sort(byOffset)',
    to: '{ ...record, parkedAtMs: now() }].sort(byOffset).reverse()',
  },
]

/** The simulation with this bug, from a copy of the sources. */
export const withMutant = async (
  { bug, file, from, to }: Mutant,
  use: (simulateMutant: typeof simulate) => Promise<void>,
): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-mutant-'))
  try {
    const root = new URL('../../../', import.meta.url)
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    const runtime = ['actor', 'batch', 'delivery', 'supervision', 'errors.ts', 'topic-partition.ts']
    const files = [parking, parkedKeys, ...runtime].map((source) => `runtime/${source}`)
    for (const source of [...files, 'test/harness/unit-simulation'])
      await cp(new URL(source, root), join(folder, source), { recursive: true })
    const path = join(folder, 'runtime', file)
    const source = await readFile(path, 'utf8')
    if (source.split(from).length !== 2)
      throw new Error(`the mutant '${bug}' fits ${file} no more: change it`)
    await writeFile(
      path,
      source.replace(from, () => to),
    )
    const module = (await import(
      pathToFileURL(join(folder, 'test/harness/unit-simulation/simulate.ts')).href
    )) as { readonly simulate: typeof simulate }
    await use(module.simulate)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
