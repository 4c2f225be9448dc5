/**
 * Every metric of Troupe, once: instruments are made from this table, and docs/metrics.md is written from it. A name
 * is the one that Prometheus shows; other backends get the same.
 */

export const stages = {
  fetch:
    'taking records that librdkafka has fetched out of its queue and packing them, one drain of a partition; not the wait for the broker',
  queue: 'from drained to handed to a worker; not of a batch that is handled again',
  decode:
    "bytes to events. With effects 'none' records are decoded one by one between the calls of `receive`: one in 64 is timed, at least one a batch, and counted for all",
  handle:
    "`receive`, from the first record of a batch to the last, with all that it waits for; with effects 'none' the time of decoding is taken off",
  store:
    "effects 'postgres': what a batch waits for Postgres, which is its keys looked up, its states loaded and its transaction. Waiting while Postgres is away is part of it",
  commit:
    'offsets to Kafka: from sending a commit to its acknowledgement, one request for all partitions of a group; the interval before it (COMMIT_INTERVAL_MS) is not part of it',
} as const

export type Stage = keyof typeof stages

/** Seconds. A batch takes between half a millisecond and a minute. */
export const stageBuckets = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
] as const

export interface Metric {
  readonly name: string
  readonly kind: 'counter' | 'histogram' | 'gauge'
  /** As OpenTelemetry writes units: `s`, `By`, `{record}`; '1' has none. */
  readonly unit: string
  readonly labels: readonly string[]
  readonly doc: string
}

const ofPartition = ['group', 'topic', 'partition'] as const
const ofUnit = ['group', 'actor', 'topic', 'partition'] as const

export const metricTable = {
  records: {
    name: 'troupe_records_total',
    kind: 'counter',
    unit: '{record}',
    labels: ['group', 'actor', 'topic', 'outcome'],
    doc: 'Records that are finished, by what became of them: applied, duplicate, redelivered, rejected, undecodable, exhausted or skipped. Every record that passes the frontier has one outcome for each actor of its topic; one that was parked is counted as parked, and again with what became of it.',
  },
  retries: {
    name: 'troupe_retries_total',
    kind: 'counter',
    unit: '{attempt}',
    labels: ['group', 'actor', 'topic'],
    doc: 'Attempts that failed and are followed by another one.',
  },
  deadLetters: {
    name: 'troupe_dead_letters_total',
    kind: 'counter',
    unit: '{record}',
    labels: ['group', 'actor', 'topic', 'outcome'],
    doc: 'Records that went to the dead-letter topic: rejected, undecodable or exhausted.',
  },
  stage: {
    name: 'troupe_stage_duration_seconds',
    kind: 'histogram',
    unit: 's',
    labels: ['stage', 'group', 'actor'],
    doc: 'How long a stage took, once a batch; see the stages below. fetch and commit are of a group and have no actor.',
  },
  rebalances: {
    name: 'troupe_rebalances_total',
    kind: 'counter',
    unit: '{rebalance}',
    labels: ['group', 'kind'],
    doc: 'Times that partitions were assigned to this process, revoked from it, or lost (given to others before it could finish).',
  },
  workersLost: {
    name: 'troupe_workers_lost_total',
    kind: 'counter',
    unit: '{thread}',
    labels: [],
    doc: 'Worker threads that ended by themselves and were replaced. What they had in hand is handled again.',
  },
  spansNotMade: {
    name: 'troupe_spans_not_made_total',
    kind: 'counter',
    unit: '{span}',
    labels: ['group', 'actor'],
    doc: 'Sampled records without a span of their own, because their batch had its 500 already. Their traceparent goes on to what they emit.',
  },
  lagRecords: {
    name: 'troupe_lag_records',
    kind: 'gauge',
    unit: '{record}',
    labels: ofPartition,
    doc: 'Records of a partition of this process that are not finished: end − frontier.',
  },
  lagSeconds: {
    name: 'troupe_lag_seconds',
    kind: 'gauge',
    unit: 's',
    labels: ofPartition,
    doc: 'Age of the first unfinished record of the partition, by its timestamp; 0 when all is finished.',
  },
  position: {
    name: 'troupe_partition_position',
    kind: 'gauge',
    unit: '{offset}',
    labels: ofPartition,
    doc: 'The offset after the last record that was drained.',
  },
  frontier: {
    name: 'troupe_partition_frontier',
    kind: 'gauge',
    unit: '{offset}',
    labels: ofPartition,
    doc: 'Everything below this offset is finished; what is committed to Kafka.',
  },
  end: {
    name: 'troupe_partition_end',
    kind: 'gauge',
    unit: '{offset}',
    labels: ofPartition,
    doc: 'The offset that the next record of the partition gets, as the broker told last.',
  },
  assigned: {
    name: 'troupe_assigned_partitions',
    kind: 'gauge',
    unit: '{partition}',
    labels: ['group'],
    doc: 'Partitions that are assigned to this process.',
  },
  creditUsedRecords: {
    name: 'troupe_credit_used_records',
    kind: 'gauge',
    unit: '{record}',
    labels: ofUnit,
    doc: 'Records of an actor that are drained and not finished.',
  },
  creditLeftRecords: {
    name: 'troupe_credit_left_records',
    kind: 'gauge',
    unit: '{record}',
    labels: ofUnit,
    doc: 'Records that may still be drained for the actor; with those in use it is CREDIT_RECORDS. 0 all the time: the actor is slower than its partition.',
  },
  creditUsedBytes: {
    name: 'troupe_credit_used_bytes',
    kind: 'gauge',
    unit: 'By',
    labels: ofUnit,
    doc: 'Bytes of an actor that are drained and not finished.',
  },
  creditLeftBytes: {
    name: 'troupe_credit_left_bytes',
    kind: 'gauge',
    unit: 'By',
    labels: ofUnit,
    doc: 'Bytes that may still be drained for the actor; with those in use it is CREDIT_BYTES.',
  },
  waiting: {
    name: 'troupe_waiting',
    kind: 'gauge',
    unit: '1',
    labels: [...ofUnit, 'dependency'],
    doc: '1 while work of the actor waits for registry, postgres, broker or a dependency of its own to come back; absent otherwise.',
  },
  parkedKeys: {
    name: 'troupe_parked_keys',
    kind: 'gauge',
    unit: '{key}',
    labels: [...ofUnit, 'state'],
    doc: 'Keys of the actor that are parked in Postgres, by state: waiting for their next attempt, or held until an operator lets them go.',
  },
  parkedRecords: {
    name: 'troupe_parked_records',
    kind: 'gauge',
    unit: '{record}',
    labels: ofUnit,
    doc: 'Records that wait in the queues of parked keys.',
  },
  parkedAge: {
    name: 'troupe_parked_age_seconds',
    kind: 'gauge',
    unit: 's',
    labels: ofUnit,
    doc: 'For how long the key is parked that is parked longest; 0 without any.',
  },
  outboxRecords: {
    name: 'troupe_outbox_records_total',
    kind: 'counter',
    unit: '{record}',
    labels: ['outcome'],
    doc: 'Of a relay: events of the outbox that it has sent, or put aside because no broker takes them (parked).',
  },
  outboxBacklog: {
    name: 'troupe_outbox_backlog_records',
    kind: 'gauge',
    unit: '{record}',
    labels: ['slice'],
    doc: 'Of a relay: events that are in the outbox and not sent, in each slice that it sends, and in each that no relay has, which all relays tell: `sum(max by (slice) (…))` is the whole. 100,000 stands for that many or more.',
  },
  outboxAge: {
    name: 'troupe_outbox_age_seconds',
    kind: 'gauge',
    unit: 's',
    labels: ['slice'],
    doc: 'Of a relay: age of the oldest event of the slice that is not sent; 0 without any. It grows: the relay is too slow, or waits; its status says for what.',
  },
  outboxParked: {
    name: 'troupe_outbox_parked_records',
    kind: 'gauge',
    unit: '{record}',
    labels: [],
    doc: 'Of a relay: events in troupe.outbox_parked, in whatever slice: no broker took them, and somebody must look.',
  },
  outboxHeldBack: {
    name: 'troupe_outbox_held_back_seconds',
    kind: 'gauge',
    unit: 's',
    labels: [],
    doc: 'Of a relay: age of the open transaction that events of writers other than actors wait for; 0 when they wait for none.',
  },
  outboxSlices: {
    name: 'troupe_outbox_slices',
    kind: 'gauge',
    unit: '{slice}',
    labels: ['state'],
    doc: 'Of a relay: slices that it has, by what they are at (taking-over, sending, idle, waiting), and those that no relay has (orphan).',
  },
  workerUtilization: {
    name: 'troupe_worker_utilization',
    kind: 'gauge',
    unit: '1',
    labels: ['thread'],
    doc: 'Share of the last status interval in which the event loop of a worker thread was busy, 0 to 1.',
  },
  residentMemory: {
    name: 'process_resident_memory_bytes',
    kind: 'gauge',
    unit: 'By',
    labels: [],
    doc: 'Memory of the process that is in RAM, worker threads and librdkafka included.',
  },
  eventLoopDelay: {
    name: 'troupe_event_loop_delay_seconds',
    kind: 'gauge',
    unit: 's',
    labels: ['quantile'],
    doc: 'How late timers of the main thread are, since the metrics were last collected: quantiles 0.5, 0.99 and 1 (the worst).',
  },
  ready: {
    name: 'troupe_ready',
    kind: 'gauge',
    unit: '1',
    labels: ['check'],
    doc: '1 where a check of /readyz passes, 0 where it fails.',
  },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof metricTable
