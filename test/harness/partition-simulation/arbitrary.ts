/** Arbitrary setups and runs of the simulation, and how many are run. */

import fc from 'fast-check'
import type { SimulationSetup } from './simulate.ts'

const setup: fc.Arbitrary<SimulationSetup> = fc
  .record({
    order: fc.constantFrom('partition' as const, 'key' as const, 'none' as const),
    lanes: fc.integer({ min: 1, max: 4 }),
    maxRecords: fc.integer({ min: 1, max: 30 }),
    maxBytes: fc.integer({ min: 1, max: 600 }),
    maxOpenBatches: fc.constantFrom(2, 5, 10_000),
    logSeed: fc.nat(),
  })
  .map((drawn) => (drawn.order === 'partition' ? { ...drawn, lanes: 1 } : drawn))

export const simulatedRun = fc.tuple(
  setup,
  fc.array(fc.nat({ max: 2 ** 20 - 1 }), { maxLength: 400, size: 'max' }),
)

export const wholeNumberOf = (variable: string, byDefault: number): number => {
  const written = process.env[variable]
  const value = written === undefined ? byDefault : Number(written)
  if (!Number.isSafeInteger(value))
    throw new Error(`${variable} is ${String(written)}; it must be a whole number`)
  return value
}

/** TROUPE_SIMULATION_RUNS; default 100,000, about a minute. */
export const simulationRuns = wholeNumberOf('TROUPE_SIMULATION_RUNS', 100_000)

/** TROUPE_SIMULATION_SEED, to run again what a log names; default another one each time. */
export const simulationSeed = wholeNumberOf('TROUPE_SIMULATION_SEED', Math.floor(Math.random() * 2 ** 31))
