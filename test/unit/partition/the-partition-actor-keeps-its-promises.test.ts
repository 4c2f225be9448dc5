// The partition actor keeps its promises under any interleaving of deliveries, completions, retries, rewinds and
// assignments: the frontier never passes an unfinished record and never goes back, nothing is dispatched twice in an
// epoch, order per lane and key holds, memory stays under the credit, and everything delivered can be finished.

import fc from 'fast-check'
import t from 'tap'
import { PartitionActor } from '../../../runtime/partition/index.ts'
import { simulatedRun, simulationRuns, simulationSeed } from '../../harness/partition-simulation/arbitrary.ts'
import { simulate } from '../../harness/partition-simulation/simulate.ts'

t.test('in every simulated run', (t) => {
  t.comment(
    `TROUPE_SIMULATION_SEED=${String(simulationSeed)} TROUPE_SIMULATION_RUNS=${String(simulationRuns)}`,
  )
  // given any setup and any steps, when they are run, then the model finds nothing wrong after any step
  fc.assert(
    fc.property(simulatedRun, ([setup, steps]) => simulate(PartitionActor, setup, steps)),
    { numRuns: simulationRuns, seed: simulationSeed },
  )
  t.end()
})
