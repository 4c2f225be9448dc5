/**
 * Benchmarks: `npm run bench -- pipeline [--json FILE] [--records N] [--rounds N] [--traceparent]`. Contenders run in processes of
 * their own, interleaved in one run, and are compared as ratios: the machines these run on are shared and noisy.
 */

import { parseArgs } from 'node:util'
import { messageOf } from '../runtime/errors.ts'
import { benchPipeline } from './pipeline/pipeline.ts'

const usage = `usage: npm run bench -- pipeline [--json FILE] [--records N] [--rounds N] [--traceparent]

  pipeline   drain alone, drain + workers with a no-op actor (telemetry on, and off), and node-rdkafka's consume(n) + avsc, on a real Kafka
  --json     also write the rows to FILE
  --records  how many records are produced and read in each round (default 2000000)
  --rounds   how often each contender runs (default 5)
  --traceparent  records carry the header of a trace that is not sampled`

const main = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      records: { type: 'string' },
      rounds: { type: 'string' },
      traceparent: { type: 'boolean' },
    },
  })
  if (positionals.length !== 1 || positionals[0] !== 'pipeline') {
    console.error(usage)
    return 2
  }
  await benchPipeline({
    records: positive('--records', values.records ?? '2000000'),
    rounds: positive('--rounds', values.rounds ?? '5'),
    jsonFile: values.json,
    traceparent: values.traceparent ?? false,
  })
  return 0
}

const positive = (flag: string, text: string): number => {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new Error(`${flag} is "${text}"; it must be a whole number above 0`)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(`bench: ${messageOf(error)}`)
  process.exitCode = 1
}
