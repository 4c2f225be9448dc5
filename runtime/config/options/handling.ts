/** How records are drained, handled and committed. */

import { filePath, minute } from './forms.ts'
import { oneOf, text, wholeNumber } from '../option.ts'

export const handlingOptions = {
  commitIntervalMs: wholeNumber({
    variable: 'COMMIT_INTERVAL_MS',
    fallback: 1_000,
    min: 10,
    max: minute,
    unit: 'ms',
    doc: 'How often frontiers are committed to Kafka. Higher: more is redelivered after a crash. Lower: more work for the brokers.',
  }),
  drainTimeoutMs: wholeNumber({
    variable: 'DRAIN_TIMEOUT_MS',
    fallback: 25_000,
    min: 0,
    max: 10 * minute,
    unit: 'ms',
    doc: 'How long work in flight may take to finish when a partition is revoked or the process stops. Higher: rebalances wait longer for slow handlers. Lower: more is handled again by the next owner. Keep it below KAFKA_MAX_POLL_INTERVAL_MS.',
  }),
  onRetentionLoss: oneOf({
    variable: 'ON_RETENTION_LOSS',
    fallback: 'quarantine',
    values: ['quarantine', 'skip'],
    doc: 'What a partition of an actor with effects in Postgres does when records were deleted by retention before they were handled. quarantine: nothing of it is handled until somebody resets it. skip: it goes on at the first record there is. Either way the range is told.',
  }),
  onPostgresBehind: oneOf({
    variable: 'ON_POSTGRES_BEHIND',
    fallback: 'replay',
    values: ['replay', 'skip', 'quarantine'],
    doc: 'What a partition of an actor with effects in Postgres does when its group has committed more to Kafka than Postgres knows: Postgres was put back to an earlier state, or the group was moved forward. replay: the records between are handled, those that the restored inbox knows are told from the others. skip: they are left out. quarantine: nothing of it is handled until somebody resets it. Always the range is told.',
  }),
  batchRecords: wholeNumber({
    variable: 'BATCH_RECORDS',
    fallback: 4_000,
    min: 1,
    max: 100_000,
    unit: 'records',
    doc: 'The most records drained from a partition at once. Higher: fewer, longer batches. Lower: more work for the main thread.',
  }),
  batchBytes: wholeNumber({
    variable: 'BATCH_BYTES',
    fallback: 1_048_576,
    min: 1_024,
    max: 1_073_741_824,
    unit: 'bytes',
    doc: 'The most bytes drained from a partition at once (one record may be larger).',
  }),
  creditRecords: wholeNumber({
    variable: 'CREDIT_RECORDS',
    fallback: 20_000,
    min: 1,
    max: 10_000_000,
    unit: 'records',
    doc: 'The most records that one partition of one actor may have waiting and in flight.',
  }),
  creditBytes: wholeNumber({
    variable: 'CREDIT_BYTES',
    fallback: 4_194_304,
    min: 1_024,
    max: 4_294_967_296,
    unit: 'bytes',
    doc: 'The most bytes that one partition of one actor may have waiting and in flight. This bounds memory: partitions × this.',
  }),
  prefetchBytes: wholeNumber({
    variable: 'PREFETCH_BYTES',
    fallback: 8_388_608,
    min: 65_536,
    max: 2_147_483_647,
    unit: 'bytes',
    doc: 'The most that librdkafka fetches ahead for one partition. Higher: more memory, and more thrown away at a rebalance. Lower: waits for the broker.',
  }),
  lanes: wholeNumber({
    variable: 'LANES',
    fallback: 4,
    min: 1,
    max: 256,
    doc: 'Into how many lanes a partition is split for actors with order key or none. Higher: a slow key holds up fewer others. Lower: larger batches.',
  }),
  workerThreads: wholeNumber({
    variable: 'WORKER_THREADS',
    fallback: 0,
    min: 0,
    max: 256,
    doc: 'Threads that run actors, of one process; 0: one for each core, shared out among PROCESSES.',
  }),
  workerHeapMb: wholeNumber({
    variable: 'WORKER_HEAP_MB',
    fallback: 0,
    min: 0,
    max: 1_000_000,
    doc: 'The most heap that one worker thread may use; 0: what Node allows by itself. A record that uses it up ends its thread, not the process, and is told from the others. Not a wall: one array that grows in a single step can end the process all the same, and Buffers are not counted.',
  }),
  actorsDir: text({
    variable: 'ACTORS_DIR',
    fallback: 'actors',
    ...filePath,
    doc: 'Folder whose actor modules are run: <folder>/<name>/<name>.ts (or .js).',
  }),
  schemasDir: text({
    variable: 'SCHEMAS_DIR',
    fallback: 'schemas/avro',
    ...filePath,
    doc: 'Folder of Avro schemas: <domain>/<entity>/<name>.v<n>.avsc.',
  }),
} as const
