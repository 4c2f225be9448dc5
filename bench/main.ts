/**
 * Benchmarks: `npm run bench -- COMMAND`. Contenders run in processes of their own, interleaved in one run, and are
 * compared as ratios: the machines these run on are shared and noisy.
 */

import { parseArgs } from 'node:util'
import { messageOf } from '../runtime/errors.ts'
import { compare } from './compare/compare.ts'
import { benchEffects } from './effects/effects.ts'
import { benchFairness } from './fairness/fairness.ts'
import { benchGraphql } from './graphql/graphql.ts'
import { benchGrowth } from './growth/growth.ts'
import { benchLatency } from './latency/latency.ts'
import { benchMemory } from './memory/memory.ts'
import { gate } from './micro/gate.ts'
import { benchMicro } from './micro/micro.ts'
import { benchPipeline } from './pipeline/pipeline.ts'
import { benchPublish } from './publish/publish.ts'
import { benchWaiting } from './waiting/waiting.ts'

const usage = `usage: npm run bench -- COMMAND [--json FILE] [--records N] [--rounds N] [--no-results] …

  pipeline    the drain alone, Troupe with a no-op actor (telemetry on, and off), node-rdkafka's consume(n) + avsc
  compare     Troupe and its peers, of Node and others, doing the same work [--headers N] [--only ID …]

  effects     effects once in Postgres against one transaction a record by hand [--keys N: in the inbox before]
  latency     p50 and p99 from produce to handled at 10,000 records a second
  publish     validate, encode, headers, acks of all, idempotent, against three peers
  waiting     handlers that wait 5 ms: order by key against order by partition
  growth      what a record costs against partitions, sizes, headers, key skew, actors, processes
  fairness    how long the others take beside a partition that has nine tenths of the records
  memory      the most memory held with 10,000,000 records behind and handlers that take a second
  graphql     the public API against a bare mercurius resolver; 1,000 subscriptions
  micro       the hot path in pieces, in one process
  gate        the same against what is stored in bench/micro/gate.json; fails where one is slower [--store: keep these]
  all         all of them but pipeline and gate, and compare with three headers too, one after the other: some hours

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
    compare({ ...flags, records: records(8_000_000), rounds: rounds(5) }),
  latency: ({ rounds, ...flags }) => benchLatency({ ...flags, rounds: rounds(5) }),
  publish: ({ records, rounds, ...flags }) =>
    benchPublish({ ...flags, records: records(500_000), rounds: rounds(5) }),
  waiting: ({ records, rounds, ...flags }) =>
    benchWaiting({ ...flags, records: records(400_000), rounds: rounds(5) }),
  growth: ({ rounds, ...flags }) => benchGrowth({ ...flags, rounds: rounds(3) }),
  fairness: ({ records, rounds, ...flags }) =>
    benchFairness({ ...flags, records: records(4_000_000), rounds: rounds(5) }),
  memory: ({ records, ...flags }) => benchMemory({ ...flags, records: records(10_000_000) }),
  graphql: ({ rounds, ...flags }) => benchGraphql({ ...flags, rounds: rounds(5) }),
  micro: (flags) => benchMicro(flags),
  gate: ({ store }) => gate({ store }),
  effects: ({ records, rounds, keys, ...flags }) =>
    benchEffects({ ...flags, records: records(200_000), rounds: rounds(5), prefilledKeys: keys }),
  all: async (flags) => {
    for (const name of [
      'compare',
      'effects',
      'latency',
      'publish',
      'waiting',
      'growth',
      'fairness',
      'memory',
      'graphql',
      'micro',
    ])
      await commands[name]?.({ ...flags, jsonFile: undefined })
    await commands['compare']?.({ ...flags, jsonFile: undefined, headers: 3 })
  },
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
