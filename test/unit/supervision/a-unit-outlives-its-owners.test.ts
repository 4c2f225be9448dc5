// A unit outlives its owners in every simulated run: whoever is killed, fenced or gives it back, and whatever its records do
// to threads and processes, each has its effect once and in the order of its key, or is given up for what it did itself.

import fc from 'fast-check'
import t from 'tap'
import { simulationSeed } from '../../harness/partition-simulation/arbitrary.ts'
import { unitRun, unitRuns } from '../../harness/unit-simulation/arbitrary.ts'
import { simulate } from '../../harness/unit-simulation/simulate.ts'

t.test('in every simulated run', async (t) => {
  t.comment(`TROUPE_SIMULATION_SEED=${String(simulationSeed)} TROUPE_UNIT_RUNS=${String(unitRuns)}`)
  // given any log and any steps, when they are run, then nothing is wrong after any of them
  await fc.assert(
    fc.asyncProperty(unitRun, ([seed, steps]) => simulate(seed, steps)),
    { numRuns: unitRuns, seed: simulationSeed },
  )
})
