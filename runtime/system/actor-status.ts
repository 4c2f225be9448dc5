/** An actor as its process tells it: what it receives and with which settings, those of operators included. */

import type { EventType, Receivable } from '../actor/index.ts'
import type { ActorStatus, ReadEventStatus } from '../control/index.ts'
import type { Catalogue } from '../serde/index.ts'
import type { LoadedActor } from './loaded-actor.ts'

export const actorStatus = (
  { definition, group, topics, lanes }: LoadedActor,
  catalogue: Pick<Catalogue, 'names' | 'versions'>,
): ActorStatus => {
  const { name, receives, order, effects, concurrency, startFrom, timeLimitMs, retry } = definition
  const { mode, attempts, backoff, firstDelayMs, maxDelayMs } = retry
  return {
    name,
    group,
    topics,
    receives: Object.keys(receives),
    order,
    effects,
    concurrency,
    lanes,
    settings: { startFrom, timeLimitMs, retryMode: mode, attempts, backoff, firstDelayMs, maxDelayMs },
    reads: readBy(Object.values(receives), catalogue),
  }
}

/** By name; each once. */
const readBy = (
  receives: readonly Receivable[],
  catalogue: Pick<Catalogue, 'names' | 'versions'>,
): readonly ReadEventStatus[] => {
  const types = receives.flatMap((one): readonly EventType[] =>
    one.kind === 'event-type' ? [one] : one.members,
  )
  return [...new Map(types.map((type) => [type.name, type])).values()]
    .map((type) => ({ name: type.name, version: versionOf(type, catalogue) }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

const versionOf = (
  { name, schema }: EventType,
  { names, versions }: Pick<Catalogue, 'names' | 'versions'>,
): number | null => {
  if (!names.includes(name)) return null
  const own = canonical(schema)
  return versions(name).findLast((version) => canonical(version.schema) === own)?.version ?? null
}

/** The order of an object's fields is no difference; nor are words for people. */
const canonical = (schema: unknown): string =>
  JSON.stringify(schema, (name, value: unknown) => {
    if (name === 'doc') return undefined
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
  })
