/** The events of the scenarios, as their schemas beside this file say. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventType, type AvroSchema, type EventType } from '../../../runtime/actor/index.ts'

/** The n-th event of a thing, and what its handler shall do. */
export interface ThingHappened {
  readonly eventId: string
  /** The record's key. */
  readonly thing: string
  /** Counts up within its thing. */
  readonly n: number
  /** How long the handler takes over it. */
  readonly holdMs: number
  /** The handler waits until this gate is opened; '': there is none. */
  readonly gate: string
  /** How many attempts fail. */
  readonly failures: number
  /** The first attempt ends its worker thread. */
  readonly exits: boolean
}

/** One field of every kind Avro knows. */
export interface ThingDescribed {
  readonly eventId: string
  readonly thing: string
  readonly weight: number
  readonly ratio: number
  readonly count: number
  readonly big: number
  readonly fragile: boolean
  readonly raw: Uint8Array
  readonly digest: Uint8Array
  readonly colour: string
  readonly at: number
  readonly note: string | null
  readonly tags: readonly string[]
  readonly measures: Readonly<Record<string, number>>
  readonly place: { readonly city: string; readonly zip: string | null } | null
}

const read = <Event>(action: string): EventType<Event> => {
  const file = join(import.meta.dirname, `trial/thing/${action}.v1.avsc`)
  return eventType<Event>(`trial.thing.${action}`, JSON.parse(readFileSync(file, 'utf8')) as AvroSchema)
}

export const ThingHappened = read<ThingHappened>('happened')
export const ThingDescribed = read<ThingDescribed>('described')
