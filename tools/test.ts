/**
 * Runs the tests and says, alone on its last line, how many assertions passed and failed: `N passed, N failed`
 * (`, N skipped` with the reasons above it).
 *
 *   node tools/test.ts                what needs no other service: unit, contract, end to end on embedded services
 *   node tools/test.ts --kafka        the scenarios on a real Kafka, a real registry and a real Postgres, quick ones first
 *   node tools/test.ts FILE…          only these
 */

import { globSync } from 'node:fs'
import { withRealServices } from './real-services.ts'
import { conclude, runOneByOne, runTap } from './run-tap.ts'
import { quickFirst } from './scenario-order.ts'

const embedded = [
  'test/unit/**/*.test.ts',
  'test/contract/*.test.ts',
  'test/end-to-end/*.test.ts',
  'actors/*/test/*.test.ts',
]
const real = ['test/contract/registry.test.ts', 'test/scenario/*.test.ts']

const main = async (args: readonly string[]): Promise<number> => {
  const onKafka = args.includes('--kafka')
  const named = args.filter((arg) => !arg.startsWith('--'))
  const files = named.length > 0 ? named : globSync(onKafka ? real : embedded).sort()
  if (files.length === 0) throw new Error('there is no test of that name')
  const needsServices = onKafka || named.some((file) => file.includes('test/scenario/'))
  if (!needsServices) return conclude([await runTap(files, { flags: ['--jobs=2'] })])
  return await withRealServices(async (env) =>
    conclude(await runOneByOne(quickFirst(files), { flags: ['--jobs=1'], env, comments: true })),
  )
}

process.exitCode = await main(process.argv.slice(2))
