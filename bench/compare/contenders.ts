/** Who is compared on the consume path: each reads all records, and those with Avro decode and count them. */

import { java, javaClasses, goProgram, npmPackages } from '../harness/install.ts'
import type { Target } from '../report/index.ts'
import { onNode, outputOf, type Contender } from '../harness/contender.ts'

const troupe = onNode('bench/pipeline/contenders/troupe-noop.ts')

const ours: readonly Contender[] = [
  { id: 'troupe-noop', command: troupe },
  { id: 'troupe-noop-1-worker', command: troupe, env: { WORKER_THREADS: '1' } },
  { id: 'troupe-noop-key', command: troupe, env: { BENCH_ORDER: 'key' } },
  { id: 'troupe-noop-none', command: troupe, env: { BENCH_ORDER: 'none' } },
]

const needsGcc = async (): Promise<void> => {
  await outputOf('gcc', ['gcc', '--version'])
}

/** So that none is measured for less than some seconds, in which its compiler has come to rest, nor for minutes. */
const slow = { share: 1 / 4 }
const slowest = { share: 1 / 8 }

const parallel = (ordering: 'UNORDERED' | 'KEY'): Contender => ({
  id: `parallel-consumer-${ordering.toLowerCase()}`,
  ...(ordering === 'KEY' ? slowest : slow),
  command: java('Parallel'),
  // Chosen for two cores; no search over other values was made.
  env: { BENCH_ORDERING: ordering, BENCH_CONCURRENCY: '4', BENCH_BATCH: ordering === 'KEY' ? '100' : '500' },
  prepare: javaClasses,
})

const onNodePackages = (id: string): Contender => ({
  id,
  command: onNode(`bench/contenders/${id}/main.mjs`),
  prepare: () => npmPackages(id),
})

const peers: readonly Contender[] = [
  {
    id: 'node-rdkafka-avsc',
    command: onNode('bench/pipeline/contenders/node-rdkafka-avsc.ts'),
    ...slow,
  },
  { id: 'node-rdkafka-csr', command: onNode('bench/contenders/node-rdkafka-csr/main.ts'), ...slow },
  { ...onNodePackages('kafkajs-avsc'), ...slow },
  onNodePackages('platformatic-kafka-avsc'),
  { ...onNodePackages('nestjs-avsc'), ...slowest },
  {
    id: 'rdkafka-performance',
    command: onNode('bench/contenders/rdkafka-performance/main.ts'),
    prepare: needsGcc,
  },
  parallel('UNORDERED'),
  parallel('KEY'),
  { id: 'kafka-streams', command: java('Streams'), prepare: javaClasses, share: 1 / 2 },
  { id: 'java-avro', command: java('JavaAvro'), prepare: javaClasses },
  {
    id: 'franz-go',
    command: ['bench/contenders/franz-go/build/franz-go'],
    prepare: () => goProgram('franz-go'),
  },
]

export const contenders: readonly Contender[] = [...ours, ...peers]

/** What is to be reached: Troupe’s rate over the peer’s, medians of one run. */
export const targets: readonly Target[] = [
  { peer: 'node-rdkafka-avsc', atLeast: 7 },
  { peer: 'platformatic-kafka-avsc', atLeast: 2.5 },
  { peer: 'kafkajs-avsc', atLeast: 4.5 },
  { peer: 'nestjs-avsc', atLeast: 28 },
  { peer: 'parallel-consumer', atLeast: 6 },
  { peer: 'kafka-streams', atLeast: 1.6 },
  { peer: 'java-avro', atLeast: 1 },
  { peer: 'franz-go', atLeast: 0.8 },
  { peer: 'rdkafka-performance', atLeast: 0.95 },
]
