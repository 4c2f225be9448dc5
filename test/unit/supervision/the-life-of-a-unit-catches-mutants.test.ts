// The simulated life of a unit catches mutants: with any of these bugs in what decides about it, some run fails.

import fc from 'fast-check'
import t from 'tap'
import { unitRun } from '../../harness/unit-simulation/arbitrary.ts'
import { mutants, withMutant } from '../../harness/unit-simulation/mutants.ts'

for (const mutant of mutants) {
  t.test(mutant.bug, async (t) => {
    // given what decides, with this bug
    await withMutant(mutant, async (simulate) => {
      // when it is simulated, always by the same seed
      const found = await fc.check(
        fc.asyncProperty(unitRun, ([seed, steps]) => simulate(seed, steps)),
        { numRuns: 3_000, seed: 1, endOnFailure: true },
      )
      // then a run fails
      t.ok(found.failed, `caught after ${String(found.numRuns)} runs: ${String(found.errorInstance)}`)
    })
  })
}
