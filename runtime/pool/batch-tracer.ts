/**
 * Which records of one batch get a span of their own, and under which ids. The SDK lives on the main thread: here an
 * id is only chosen, since what the record emits must name it.
 */

import type { TracedRecord } from '../delivery/traced-record.ts'
import type { BatchReader } from '../batch/index.ts'
import { sampledTraceOf, type SampledTrace } from '../serde/index.ts'

/** Of one batch; what is sampled beyond that is counted. A producer that samples everything must not drown the collector. */
const mostTraced = 500

/** A record's span that has begun. */
export type RecordTrace = SampledTrace & Pick<TracedRecord, 'spanId' | 'startMs'>

export interface TracerPorts {
  /** 16 hexadecimal digits, by chance. */
  newSpanId(): string
}

export class BatchTracer {
  /** Sampled records that got no span. */
  notTraced = 0
  readonly #ports: TracerPorts
  readonly #now: () => number
  #traced = 0

  constructor(ports: TracerPorts, now: () => number) {
    this.#ports = ports
    this.#now = now
  }

  /** Of the record under the cursor. Undefined: it is not sampled, or one too many. */
  begin(record: BatchReader): RecordTrace | undefined {
    const sampled = sampledTraceOf(record)
    if (sampled === undefined) return undefined
    if (this.#traced >= mostTraced) {
      this.notTraced++
      return undefined
    }
    this.#traced++
    return { ...sampled, spanId: this.#ports.newSpanId(), startMs: this.#now() }
  }
}
