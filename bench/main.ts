/**
 * Benchmarks: `npm run bench -- COMMAND`. Contenders run in processes of their own, interleaved in one run, and are
 * compared as ratios: the machines these run on are shared and noisy.
 */

import { parseArgs } from 'node:util'
import { messageOf } from '../runtime/errors.ts'
import { compare } from './compare/compare.ts'
import { benchEffects } from './effects/effects.ts'
import { benchLatency } from './latency/latency.ts'
import { gate } from './micro/gate.ts'
import { benchMicro } from './micro/micro.ts'
import { benchPipeline } from './pipeline/pipeline.ts'
import { benchPublish } from './publish/publish.ts'

const usage = `usage: npm run bench -- COMMAND [--json FILE] [--records N] [--rounds N] [--no-results] …

  pipeline    the drain alone, Troupe with a no-op actor (telemetry on, and off), node-rdkafka's consume(n) + avsc
  compare     Troupe and its peers, of Node and others, doing the same work [--headers N] [--only ID …]

  effects     effects once in Postgres against one transaction a record by hand [--keys N: in the inbox before]
  latency     p50 and p99 from produce to handled at 10,000 records a second
  publish     validate, encode, headers, acks of all, idempotent, against three peers
  micro       the hot path in pieces, in one process
  gate        the same against what is stored in bench/micro/gate.json; fails where one is slower [--store: keep these]

  --json FILE    also write the samples to FILE
  --records N    how many records are produced, and read in each round
  --rounds N     how often each contender runs
  --headers N    headers of each record, 0 to 6; the first is the traceparent of a trace that is not sampled
  --only ID      only contenders whose id begins so; may be given more than once
  --no-results   leave bench/results and bench/RESULTS.md as they are`

interface Flags {
  readonly records: (fallback: number) => number
  readonly rounds: (fallback: number) => number
  readonly headers: number
  readonly keys: number
  readonly store: boolean
  readonly only: readonly string[]
  readonly jsonFile: string | undefined
  readonly keepResults: boolean
}

const commands: Readonly<Record<string, (flags: Flags) => Promise<boolean | void>>> = {
  pipeline: ({ records, rounds, jsonFile, headers }) =>
    benchPipeline({ records: records(2_000_000), rounds: rounds(5), jsonFile, headers }),
  compare: ({ records, rounds, ...flags }) =>
    compare({ ...flags, records: records(2_000_000), rounds: rounds(5) }),
  latency: ({ rounds, ...flags }) => benchLatency({ ...flags, rounds: rounds(5) }),
  publish: ({ records, rounds, ...flags }) =>
    benchPublish({ ...flags, records: records(500_000), rounds: rounds(5) }),
  micro: (flags) => benchMicro(flags),
  gate: ({ store }) => gate({ store }),
  effects: ({ records, rounds, keys, ...flags }) =>
    benchEffects({ ...flags, records: records(200_000), rounds: rounds(5), prefilledKeys: keys }),
}

const main = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      json: { type: 'string' },
      records: { type: 'string' },
      rounds: { type: 'string' },
      headers: { type: 'string', default: '0' },
      keys: { type: 'string', default: '5000000' },
      store: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      results: { type: 'boolean', default: true },
    },
  })
  const [name = ''] = positionals
  const command = commands[name]
  if (positionals.length !== 1 || command === undefined) {
    console.error(usage)
    return 2
  }
  const passed = await command({
    records: (fallback) => whole('--records', values.records ?? String(fallback), 1),
    rounds: (fallback) => whole('--rounds', values.rounds ?? String(fallback), 1),
    headers: whole('--headers', values.headers, 0, 6),
    keys: whole('--keys', values.keys, 0),
    store: values.store,
    only: values.only,
    jsonFile: values.json,
    keepResults: values.results,
  })
  return passed === false ? 1 : 0
}

const whole = (flag: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number => {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value
  throw new Error(`${flag} is "${text}"; it must be a whole number from ${least} to ${most}`)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(`bench: ${messageOf(error)}`)
  process.exitCode = 1
}
