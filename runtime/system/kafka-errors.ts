/** What goes wrong with a group's connection to Kafka: told to the log and kept for status reports. */

import type { SourceEvent } from '../kafka/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { TopicPartition } from '../topic-partition.ts'
import type { ErrorSightings } from './error-sightings.ts'

/** librdkafka says the same ten times a second while a broker is away: how often it is worth a warning. */
const repeatedAfterMs = 10_000

export interface KafkaErrorPorts {
  readonly monotonicMs: () => number
  readonly sightings: ErrorSightings
}

export class KafkaErrors {
  readonly #log: Log
  readonly #ports: KafkaErrorPorts
  /** librdkafka's code → when it was logged as a warning. */
  readonly #warnedAt = new Map<number, number>()

  constructor(log: Log, ports: KafkaErrorPorts) {
    this.#log = log
    this.#ports = ports
  }

  /** `at`: of a partition; undefined: of the connection. */
  tell(
    at: TopicPartition | undefined,
    { code, message }: Extract<SourceEvent, { readonly kind: 'error' }>,
  ): void {
    const now = this.#ports.monotonicMs()
    const isRepeated = now - (this.#warnedAt.get(code) ?? -Infinity) < repeatedAfterMs
    if (!isRepeated) this.#warnedAt.set(code, now)
    this.#log[isRepeated ? 'debug' : 'warn'](`Kafka: ${message}`, { ...at, code })
    this.#ports.sightings.see({ code: `KAFKA ${String(code)}`, message, ...at })
  }
}
