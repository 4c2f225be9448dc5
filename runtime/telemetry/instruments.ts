/** The instruments of the metric table, and what Troupe writes into them. */

import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api'
import type { StatusReport } from '../control/index.ts'
import { recordOutcomes, type RecordOutcome } from '../delivery/index.ts'
import { metricTable, stageBuckets, type Metric, type MetricName } from './metric-table.ts'
import { gaugeReadings } from './status-gauges.ts'
import type { RuntimeMetrics } from './telemetry.ts'

export interface Instruments extends RuntimeMetrics {
  spansNotMade(group: string, actor: string, count: number): void
  /** Measures nothing any more. */
  close(): void
}

const outcomes = Object.keys(recordOutcomes) as RecordOutcome[]
const deadOutcomes: ReadonlySet<RecordOutcome> = new Set(['rejected', 'undecodable', 'exhausted'])

type Add = (value: number, attributes?: Attributes) => void

export const makeInstruments = (meter: Meter): Instruments => {
  const records = counter(meter, metricTable.records)
  const retries = counter(meter, metricTable.retries)
  const deadLetters = counter(meter, metricTable.deadLetters)
  const rebalances = counter(meter, metricTable.rebalances)
  const workersLost = counter(meter, metricTable.workersLost)
  const spansNotMade = counter(meter, metricTable.spansNotMade)
  const outboxRecords = counter(meter, metricTable.outboxRecords)
  const stage = meter.createHistogram(metricTable.stage.name, {
    ...described(metricTable.stage),
    advice: { explicitBucketBoundaries: [...stageBuckets] },
  })
  const gauges = new Gauges(meter)
  // Said from the start: an alert can't be written on what is not there before it first happens.
  workersLost(0)
  return {
    records: ({ group, actor, topic }, counts) => {
      for (const outcome of outcomes) {
        const count = counts[outcome]
        if (count === 0) continue
        records(count, { group, actor, topic, outcome })
        if (deadOutcomes.has(outcome)) deadLetters(count, { group, actor, topic, outcome })
      }
    },
    retries: ({ group, actor, topic }, count) => {
      if (count > 0) retries(count, { group, actor, topic })
    },
    stage: ({ group, actor }, name, seconds) => {
      stage.record(seconds, actor === undefined ? { stage: name, group } : { stage: name, group, actor })
    },
    rebalance: (group, kind) => rebalances(1, { group, kind }),
    workerLost: () => workersLost(1),
    outbox: (outcome, count) => outboxRecords(count, { outcome }),
    spansNotMade: (group, actor, count) => spansNotMade(count, { group, actor }),
    observe: (status) => {
      gauges.status = status
    },
    close: () => gauges.close(),
  }
}

class Gauges {
  status: () => StatusReport | undefined = () => undefined
  readonly #gauges = new Map<MetricName, Observable>()
  readonly #delay = monitorEventLoopDelay({ resolution: 10 })
  readonly #stop: () => void

  constructor(meter: Meter) {
    for (const [name, metric] of Object.entries(metricTable) as [MetricName, Metric][]) {
      if (metric.kind === 'gauge')
        this.#gauges.set(name, meter.createObservableGauge(metric.name, described(metric)))
    }
    this.#delay.enable()
    const all = [...this.#gauges.values()]
    const read = (result: BatchObservableResult): void => {
      this.#read((name, value, attributes) => {
        const gauge = this.#gauges.get(name)
        if (gauge !== undefined) result.observe(gauge, value, attributes)
      })
    }
    meter.addBatchObservableCallback(read, all)
    this.#stop = () => meter.removeBatchObservableCallback(read, all)
  }

  close(): void {
    this.#delay.disable()
    this.#stop()
  }

  #read(observe: (name: MetricName, value: number, attributes?: Attributes) => void): void {
    observe('residentMemory', process.memoryUsage.rss())
    for (const [quantile, nanoseconds] of [
      ['0.5', this.#delay.percentile(50)],
      ['0.99', this.#delay.percentile(99)],
      ['1', this.#delay.max],
    ] as const) {
      // The histogram holds the whole interval of its timer, not what it was late by.
      const late = Math.max(0, nanoseconds / 1e9 - delayResolutionSeconds)
      observe('eventLoopDelay', this.#delay.count === 0 ? 0 : late, { quantile })
    }
    this.#delay.reset()
    const report = this.status()
    if (report === undefined) return
    for (const { metric, labels, value } of gaugeReadings(report)) observe(metric, value, labels)
  }
}

const delayResolutionSeconds = 0.01

const counter = (meter: Meter, metric: Metric): Add => {
  const instrument = meter.createCounter(metric.name, described(metric))
  return (value, attributes) => instrument.add(value, attributes)
}

const described = ({ doc, unit }: Metric): { readonly description: string; readonly unit: string } => ({
  description: doc,
  unit,
})
