/** What only a node of several processes has to tell; what its processes tell gets the label `slot`. */

import type { ProcessSlot } from './process-slot.ts'
import { mergeExpositions } from './exposition.ts'

export interface NodeMetric {
  readonly name: string
  readonly kind: 'gauge' | 'counter'
  readonly doc: string
}

export const nodeMetricTable = {
  up: {
    name: 'troupe_process_up',
    kind: 'gauge',
    doc: '1 where a consumer process of the node is through its start and answered when metrics were collected, 0 otherwise.',
  },
  restarts: {
    name: 'troupe_process_restarts_total',
    kind: 'counter',
    doc: 'Consumer processes that were started in a slot after its first, rolling restarts included.',
  },
} as const satisfies Record<string, NodeMetric>

/** What a process that is busy may take; a scrape waits no longer for one that is frozen. */
const answerMs = 3_000

/** Prometheus' text format. */
export const nodeMetrics = async (slots: readonly ProcessSlot[]): Promise<string> => {
  const told = await Promise.all(
    slots.map(async (slot) => ({
      slot,
      text: slot.state === 'running' ? await slot.process?.metrics(answerMs) : undefined,
    })),
  )
  const { up, restarts } = nodeMetricTable
  return (
    own(
      up,
      told.map(({ slot, text }) => [slot, text === undefined ? 0 : 1]),
    ) +
    own(
      restarts,
      slots.map((slot) => [slot, slot.restarts]),
    ) +
    mergeExpositions(told.map(({ slot, text = '' }) => ({ slot: String(slot.number), text })))
  )
}

const own = ({ name, kind, doc }: NodeMetric, values: readonly (readonly [ProcessSlot, number])[]): string =>
  [
    `# HELP ${name} ${doc}`,
    `# TYPE ${name} ${kind}`,
    ...values.map(([slot, value]) => `${name}{slot="${String(slot.number)}"} ${String(value)}`),
    '',
  ].join('\n')
