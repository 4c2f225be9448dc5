/**
 * librdkafka's own `rdkafka_performance -G`, built from the sources node-rdkafka brings, with the same settings as
 * Troupe's consumer. Nothing is decoded: how fast records can be had at all.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { consumerProperties } from '../../../runtime/kafka/client-options.ts'
import { outputOf } from '../../harness/contender.ts'
import { benchTopic, brokers, group, recordCount } from '../../pipeline/workload.ts'

const librdkafka = resolve(import.meta.dirname, '../../../node_modules/node-rdkafka/deps/librdkafka')
const built = resolve(import.meta.dirname, '../../../node_modules/node-rdkafka/build/deps')
const lookEveryMs = 20

/** Those of Troupe that decide how fast records come; the rest of them are Node's. */
const tuned = [
  'fetch.queue.backoff.ms',
  'queued.min.messages',
  'queued.max.messages.kbytes',
  'fetch.message.max.bytes',
] as const

const build = async (folder: string): Promise<string> => {
  const program = join(folder, 'rdkafka_performance')
  const source = join(librdkafka, 'examples/rdkafka_performance.c')
  const includes = [`-I${join(librdkafka, 'src')}`, `-I${librdkafka}`]
  const libraries = [`-L${built}`, '-l:librdkafka.so.1', `-Wl,-rpath,${built}`, '-lpthread', '-lm']
  await outputOf('gcc', ['gcc', '-O2', '-w', '-o', program, source, ...includes, ...libraries])
  return program
}

const peakRssMb = (pid: number): number => {
  try {
    const [, kb] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Math.round(Number(kb ?? 0) / 1_024)
  } catch {
    return 0
  }
}

interface Usage {
  readonly output: string
  readonly cpuSeconds: number
  readonly peakMb: number
}

/** bash says what its child used. */
const measured = async (program: string, args: readonly string[]): Promise<Usage> => {
  const script = 'TIMEFORMAT="cpu %U %S"; time { "$@" & echo "pid $!"; wait $!; }'
  const child = spawn('bash', ['-c', script, 'bash', program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let peakMb = 0
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const looks = setInterval(() => {
    const [, pid] = /^pid (\d+)$/m.exec(output) ?? []
    if (pid !== undefined) peakMb = Math.max(peakMb, peakRssMb(Number(pid)))
  }, lookEveryMs)
  await new Promise((closed) => child.on('close', closed))
  clearInterval(looks)
  const [, user, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(output) ?? []
  return { output, cpuSeconds: Number(user) + Number(system), peakMb }
}

const folder = mkdtempSync(join(tmpdir(), 'troupe-bench-'))
try {
  const program = await build(folder)
  const properties = consumerProperties({
    brokers: brokers(),
    clientId: 'bench',
    groupId: group(),
    startFrom: 'earliest',
  })
  const settings = tuned.flatMap((name) => ['-X', `${name}=${String(properties[name])}`])
  const { output, cpuSeconds, peakMb } = await measured(program, [
    ...['-G', group(), '-t', benchTopic, '-b', brokers(), '-c', String(recordCount())],
    ...['-X', 'auto.offset.reset=earliest', '-X', 'auto.commit.interval.ms=1000'],
    ...settings,
  ])
  const [, records, ms] = [...output.matchAll(/(\d+) messages \(.*?consumed in (\d+)ms/g)].at(-1) ?? []
  if (records === undefined) throw new Error(`rdkafka_performance said nothing:\n${output.slice(-2_000)}`)
  console.log(
    JSON.stringify({
      recordsPerSecond: Math.round(Number(records) / (Number(ms) / 1_000)),
      cpuSecondsPerMillion: Math.round((cpuSeconds * 1e9) / Number(records)) / 1_000,
      peakRssMb: peakMb,
    }),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
