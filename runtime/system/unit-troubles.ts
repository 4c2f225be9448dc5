/** What goes wrong with a unit's work: told to the log, kept for status reports, and which dependency holds it up. */

import type { UnitStatus } from '../control/index.ts'
import { startEventKinds, type OffsetRanges, type StartEvent, type Unit } from '../delivery/index.ts'
import type { TroupeError } from '../errors.ts'
import type { FailureNote, TaskResult } from '../pool/index.ts'
import type { Loss } from '../supervision/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { ErrorSightings, SeenError } from './error-sightings.ts'
import type { UnitTake } from './unit-takes.ts'

type Dependency = NonNullable<UnitStatus['waitingFor']>

const codes = {
  registry: 'REGISTRY_UNAVAILABLE',
  postgres: 'POSTGRES_UNAVAILABLE',
  dependency: 'DEPENDENCY_AWAY',
} as const

/** Stands for the row among works, whose ids are above it. */
const rowId = 0

export type FencedOn = Extract<TaskResult, { kind: 'fenced' }>['on']

const fencedSentences: Readonly<Record<FencedOn, string>> = {
  epoch: 'another owner has taken it, or it was reset',
  ledger: 'it has some of these records done, but not all',
  lock: 'its lock was not to be had in time',
}

export class UnitTroubles {
  readonly #unit: Unit
  readonly #log: Log
  readonly #sightings: ErrorSightings
  /** work → what it waits for. */
  readonly #waiting = new Map<number, Dependency>()
  #quarantine: string | undefined

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

  /** Its row cannot be taken now. */
  rowAway({ code, message }: TroupeError): void {
    const dependency = code === 'POSTGRES_UNAVAILABLE' ? 'postgres' : 'broker'
    const isNew = this.#waiting.get(rowId) !== dependency
    this.waits(rowId, dependency)
    if (!isNew) return
    this.#log.warn(`nothing is begun before the row of this unit is taken: ${message}`, {
      waitingFor: dependency,
    })
    this.see(code, message)
  }

  replayGivenUp(id: number, why: string): void {
    this.#log.error(`replay ${String(id)} is paused: ${why}`, { replay: id })
  }

  rowTaken(take: UnitTake): void {
    this.goesOn(rowId)
    if (take.kind === 'begun') {
      this.#quarantine = undefined
      for (const event of take.events) this.startEvent(event)
      this.#suspectsTaken(take.suspects)
    } else if (take.kind === 'quarantined') this.quarantined(take.message)
  }

  #suspectsTaken(suspects: OffsetRanges): void {
    const [first, last] = [suspects[0], suspects.at(-1)]
    if (first === undefined || last === undefined) return
    const range = { from: first.from, to: last.to }
    this.#log.warn(
      'its owner before did not end in order: what it may have had in hand is tried in a process of its own',
      range,
    )
  }

  quarantined(message: string): void {
    if (message === this.#quarantine) return
    this.#quarantine = message
    this.#log.error(`in quarantine: ${message}`)
    this.see('UNIT_QUARANTINED', message)
  }

  resumed(): void {
    this.#quarantine = undefined
    this.#log.info('out of quarantine: resumed')
  }

  /** `times`: in a row. */
  fenced(on: FencedOn, times: number): void {
    const sentence = `the row of this unit did not take what was done: ${fencedSentences[on]}. All of it is dropped, and the row is taken anew`
    this.#log.warn(sentence, { fencedBy: on, times })
    this.see('UNIT_FENCED', sentence)
  }

  /** `times`: in a row. */
  workerLost(how: string, times: number, loss?: Loss): void {
    const suspects = loss?.suspects.map(({ offset }) => offset)
    this.#log.error(`a worker thread ${how}`, {
      losses: times,
      ...(loss && { cause: loss.reason, suspects, suspectsInAll: loss.suspectsInAll }),
    })
    this.see('WORKER_LOST', `a worker thread ${how}`)
  }

  /** It was not kept. */
  batchLost(): void {
    this.#log.warn(
      'a batch was lost with its worker, being larger than KEPT_BATCH_BYTES: all of the unit is fetched again from its frontier',
    )
  }

  startEvent({ kind, from, to }: StartEvent): void {
    const range = { event: kind, from: from ?? null, to }
    if (kind === 'seeded') {
      this.#log.info(startEventKinds[kind], range)
      return
    }
    this.#log.warn(startEventKinds[kind], range)
    this.see(`UNIT_${kind.toUpperCase().replaceAll('-', '_')}`, startEventKinds[kind], { offset: to })
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
