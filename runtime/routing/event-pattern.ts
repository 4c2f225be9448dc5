/**
 * Event-name patterns: which events an actor receives.
 *
 *   name     = segment "." segment "." segment          {domain}.{entity}.{action}
 *   segment  = one or more of a-z 0-9 _
 *   pattern  = name                                     that event
 *            | segment "." "*"                          order.*             every event of a domain
 *            | segment "." segment "." "*"              shipping.package.*  every event of an entity
 *            | "*" "." segment                          *.status_changed    this action of every entity
 *            | "*" "." segment "." segment              *.package.scanned   the same in every domain
 *            | "*"                                      every event
 *
 * The star stands for one or more whole segments, at the start or at the end, once. Records written by others may
 * carry names that are not three segments: they match by the same rule, segment by segment.
 *
 * The most specific pattern wins: a name over a pattern with a star, two segments over one, one over none. Two
 * patterns of equal rank that can meet on one name are refused where the actor is defined.
 */

import { TroupeError } from '../errors.ts'

export type EventPattern =
  | { readonly kind: 'exact'; readonly text: string }
  /** `text` ends with a dot, so that `order.*` does not match `orders.…`. */
  | { readonly kind: 'prefix'; readonly text: string; readonly segments: number }
  /** `text` begins with a dot. */
  | { readonly kind: 'suffix'; readonly text: string; readonly segments: number }
  | { readonly kind: 'all' }

const segment = '[a-z0-9_]+'
const name = new RegExp(`^${segment}\\.${segment}\\.${segment}$`)
const prefix = new RegExp(`^${segment}(\\.${segment})?\\.\\*$`)
const suffix = new RegExp(`^\\*\\.${segment}(\\.${segment})?$`)

/** Is it `{domain}.{entity}.{action}`? */
export const isEventName = (text: string): boolean => name.test(text)

/** Throws ACTOR_INVALID, saying what a pattern may be. */
export const parsePattern = (text: string): EventPattern => {
  if (text === '*') return { kind: 'all' }
  if (name.test(text)) return { kind: 'exact', text }
  if (prefix.test(text)) return { kind: 'prefix', text: text.slice(0, -1), segments: segmentsOf(text) - 1 }
  if (suffix.test(text)) return { kind: 'suffix', text: text.slice(1), segments: segmentsOf(text) - 1 }
  throw new TroupeError(
    'ACTOR_INVALID',
    `'${text}' is no event-name pattern: it must be a name of three segments of a-z, 0-9 and _ ` +
      `('shipping.package.scanned'), begin with them ('order.*', 'shipping.package.*'), end with them ` +
      `('*.status_changed', '*.package.scanned'), or be '*'`,
  )
}

export const matches = (pattern: EventPattern, eventName: string): boolean => {
  switch (pattern.kind) {
    case 'exact':
      return eventName === pattern.text
    case 'prefix':
      return eventName.length > pattern.text.length && eventName.startsWith(pattern.text)
    case 'suffix':
      return eventName.length > pattern.text.length && eventName.endsWith(pattern.text)
    case 'all':
      return true
    default:
      return pattern satisfies never
  }
}

/** Throws ACTOR_INVALID for a pattern that is none. */
export const matchesPattern = (pattern: string, eventName: string): boolean =>
  matches(parsePattern(pattern), eventName)

/** Higher is more specific. */
export const specificity = (pattern: EventPattern): number => {
  switch (pattern.kind) {
    case 'exact':
      return 3
    case 'prefix':
    case 'suffix':
      return pattern.segments
    case 'all':
      return 0
    default:
      return pattern satisfies never
  }
}

/**
 * A name that both patterns match though neither is more specific; undefined when there is none. Only a prefix and a
 * suffix can meet so: two prefixes of the same length are equal or apart.
 */
export const meetingName = (one: EventPattern, other: EventPattern): string | undefined => {
  if (one.kind === 'suffix' && other.kind === 'prefix') return meetingName(other, one)
  if (one.kind !== 'prefix' || other.kind !== 'suffix' || one.segments !== other.segments) return undefined
  if (one.segments === 1) return `${one.text}any${other.text}`
  const [domain, entity] = one.text.split('.')
  const [, otherEntity, action] = other.text.split('.')
  return entity === otherEntity ? `${domain ?? ''}.${entity ?? ''}.${action ?? ''}` : undefined
}

const segmentsOf = (text: string): number => text.split('.').length
