// The simulation catches mutants: with any of these bugs in the partition actor, some run fails.

import fc from 'fast-check'
import t from 'tap'
import { simulatedRun } from '../../harness/partition-simulation/arbitrary.ts'
import { mutants, withMutant } from '../../harness/partition-simulation/mutants.ts'
import { simulate } from '../../harness/partition-simulation/simulate.ts'

for (const mutant of mutants) {
  t.test(mutant.bug, async (t) => {
    // given the partition actor with this bug
    await withMutant(mutant, (Actor) => {
      // when it is simulated, always by the same seed
      const found = fc.check(
        fc.property(simulatedRun, ([setup, steps]) => simulate(Actor, setup, steps)),
        { numRuns: 5_000, seed: 1, endOnFailure: true },
      )
      // then a run fails
      t.ok(found.failed, `caught after ${String(found.numRuns)} runs: ${String(found.errorInstance)}`)
    })
  })
}
