/** An actor's `receives`, compiled: from an event's name to the type it is read with. */

import type { EventType, Receivable } from '../actor/event-type.ts'
import { TroupeError } from '../errors.ts'
import {
  isEventName,
  matches,
  meetingName,
  parsePattern,
  specificity,
  type EventPattern,
} from './event-pattern.ts'

/** Undefined: the actor does not receive this event; it is skipped without decoding. */
export type ReceivedType = (eventName: string) => EventType | undefined

interface Route {
  readonly written: string
  readonly pattern: EventPattern
  readonly receivable: Receivable
}

/**
 * The most specific pattern decides. Where it receives a family (`oneOf`), the member of the event's name is the
 * answer; a name that is no member is not received. Where it receives a single type, that type reads every event the
 * pattern matches.
 *
 * Throws ACTOR_INVALID when a pattern is none, when two of equal rank meet on one name with different types, or when
 * a type can never be reached by its pattern.
 */
export const compilePatterns = (receives: Readonly<Record<string, Receivable>>): ReceivedType => {
  const routes = Object.entries(receives).map(([written, receivable]): Route => ({
    written,
    receivable,
    pattern: parsePattern(written),
  }))
  routes.forEach(checkReachable)
  checkUnambiguous(routes)
  const exact = new Map<string, EventType | undefined>()
  for (const { pattern, receivable } of routes) {
    if (pattern.kind === 'exact') exact.set(pattern.text, typeFor(receivable, pattern.text))
  }
  const starred = routes
    .filter(({ pattern }) => pattern.kind !== 'exact')
    .sort((a, b) => specificity(b.pattern) - specificity(a.pattern))
  return (eventName) => {
    if (exact.has(eventName)) return exact.get(eventName)
    const route = starred.find(({ pattern }) => matches(pattern, eventName))
    return route === undefined ? undefined : typeFor(route.receivable, eventName)
  }
}

const typeFor = (receivable: Receivable, eventName: string): EventType | undefined =>
  receivable.kind === 'event-type' ? receivable : receivable.members.find(({ name }) => name === eventName)

const checkReachable = ({ written, pattern, receivable }: Route): void => {
  const members = receivable.kind === 'event-type' ? [receivable] : receivable.members
  if (members.length === 0)
    throw new TroupeError('ACTOR_INVALID', `the pattern '${written}' receives no event type`)
  const seen = new Set<string>()
  for (const { name } of members) {
    if (!isEventName(name)) {
      throw new TroupeError(
        'ACTOR_INVALID',
        `'${name}' is no event name: it must be {domain}.{entity}.{action}`,
      )
    }
    if (!matches(pattern, name)) {
      throw new TroupeError(
        'ACTOR_INVALID',
        `the pattern '${written}' never matches the event type ${name} it receives`,
      )
    }
    if (seen.has(name))
      throw new TroupeError('ACTOR_INVALID', `the pattern '${written}' receives ${name} twice`)
    seen.add(name)
  }
}

const checkUnambiguous = (routes: readonly Route[]): void => {
  const written = new Set(routes.map((route) => route.written))
  for (const [index, one] of routes.entries()) {
    for (const other of routes.slice(index + 1)) {
      const meeting = meetingName(one.pattern, other.pattern)
      if (meeting === undefined || written.has(meeting) || one.receivable === other.receivable) continue
      throw new TroupeError(
        'ACTOR_INVALID',
        `the patterns '${one.written}' and '${other.written}' both match ${meeting}, with different types, and ` +
          `neither is more specific: make one of them longer, or receive the same type by both`,
      )
    }
  }
}
