/** What goes wrong with a unit's work: told to the log, kept for status reports, and which dependency holds it up. */

import type { UnitStatus } from '../control/index.ts'
import type { Unit } from '../delivery/index.ts'
import type { FailureNote } from '../pool/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { ErrorSightings, SeenError } from './error-sightings.ts'

type Dependency = NonNullable<UnitStatus['waitingFor']>

const codes = {
  registry: 'REGISTRY_UNAVAILABLE',
  postgres: 'POSTGRES_UNAVAILABLE',
} as const

export class UnitTroubles {
  readonly #unit: Unit
  readonly #log: Log
  readonly #sightings: ErrorSightings
  /** work → what it waits for. */
  readonly #waiting = new Map<number, Dependency>()

  constructor(unit: Unit, log: Log, sightings: ErrorSightings) {
    this.#unit = unit
    this.#log = log
    this.#sightings = sightings
  }

  get waitingFor(): Dependency | null {
    const [first = null] = this.#waiting.values()
    return first
  }

  waits(workId: number, dependency: Dependency): void {
    this.#waiting.set(workId, dependency)
  }

  goesOn(workId: number): void {
    this.#waiting.delete(workId)
  }

  /** The first time in a row. */
  dependencyAway(dependency: keyof typeof codes, reason: string): void {
    this.#log.warn(`waiting for the ${dependency}: ${reason}`, { waitingFor: dependency })
    this.see(codes[dependency], reason)
  }

  recordFailed({ outcome, failure, ...where }: FailureNote): void {
    this.#log.warn(`${outcome}: ${failure.message}`, { ...where, outcome, error: failure })
    const { offset, eventId, correlationId } = where
    this.see(failure.code, failure.message, {
      outcome,
      offset,
      eventId: eventId || null,
      correlationId: correlationId || null,
    })
  }

  see(code: string, message: string, record: Partial<SeenError> = {}): void {
    const { actor, topic, partition } = this.#unit
    this.#sightings.see({ code, message, actor, topic, partition, ...record })
  }
}
