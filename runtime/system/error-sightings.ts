/**
 * The latest errors of this process, for status reports. One that is seen again takes its place at the front and is
 * counted; a flood of one kind drives out its own and not everybody else's.
 */

import type { ErrorSighting } from '../control/index.ts'
import { withoutSecrets } from '../telemetry/index.ts'

const most = 50
/** Of one code, actor and outcome. */
const mostOfAKind = 10
const mostMessageChars = 500

export type SeenError = Pick<ErrorSighting, 'code' | 'message'> &
  Partial<Omit<ErrorSighting, 'atMs' | 'times'>>

const nowhere = {
  actor: null,
  topic: null,
  partition: null,
  offset: null,
  eventId: null,
  correlationId: null,
  outcome: null,
}

export class ErrorSightings {
  readonly #now: () => number
  /** Oldest first. */
  readonly #seen = new Map<string, ErrorSighting>()

  /** `now`: ms since the epoch. */
  constructor(now: () => number) {
    this.#now = now
  }

  see(error: SeenError): void {
    const sighting = {
      ...nowhere,
      ...error,
      message: capped(withoutSecrets(error.message)),
      atMs: this.#now(),
    }
    const key = sameness(sighting)
    const times = (this.#seen.get(key)?.times ?? 0) + 1
    this.#seen.delete(key)
    this.#makeRoom(sighting)
    this.#seen.set(key, { ...sighting, times })
  }

  newest(): readonly ErrorSighting[] {
    return [...this.#seen.values()].reverse()
  }

  #makeRoom(comer: Kind): void {
    const ofKind = [...this.#seen].filter(([, sighting]) => isOfKind(sighting, comer))
    const [evicted] = ofKind.length >= mostOfAKind ? ofKind : this.#seen.size >= most ? this.#seen : []
    if (evicted !== undefined) this.#seen.delete(evicted[0])
  }
}

type Kind = Pick<ErrorSighting, 'code' | 'actor' | 'outcome'>

const isOfKind = (one: Kind, other: Kind): boolean =>
  one.code === other.code && one.actor === other.actor && one.outcome === other.outcome

/** Numbers in a message (ports, ids, offsets) make no other error of it. */
const sameness = ({
  code,
  actor,
  outcome,
  topic,
  partition,
  message,
}: Omit<ErrorSighting, 'times'>): string =>
  JSON.stringify([code, actor, outcome, topic, partition, message.replaceAll(/\d+/g, '#')])

const capped = (message: string): string =>
  message.length <= mostMessageChars ? message : `${message.slice(0, mostMessageChars)}…`
