/** Which topic an event belongs to: one central mapping from domain to topic. Several domains may share a topic. */

import { TroupeError } from '../errors.ts'
import { isEventName, parsePattern } from './event-pattern.ts'

export interface DomainTopic {
  /** The whole name, taken as it is: the prefix is not put before it. Absent: `<prefix><domain>.events`. */
  readonly topic?: string | undefined
  /** How many partitions the topic is declared with. */
  readonly partitions: number
}

export interface MappedTopic {
  readonly domain: string
  readonly topic: string
  readonly partitions: number
}

export interface TopicMapping {
  /** Throws EVENT_TYPE_UNKNOWN when no domain of the mapping owns the event. */
  topicOf(eventName: string): string
  /** Every topic that may hold a matching event, each once. Throws EVENT_TYPE_UNKNOWN, or ACTOR_INVALID for no pattern. */
  topicsOf(pattern: string): string[]
  /** One entry a domain, in the order they were given. */
  readonly topics: readonly MappedTopic[]
}

/** `topicMapping({ shipping: { partitions: 8 } }, '')`: shipping.package.scanned → shipping.events. Throws CONFIG_INVALID. */
export const topicMapping = (domains: Readonly<Record<string, DomainTopic>>, prefix = ''): TopicMapping => {
  const topics = Object.entries(domains).map(([domain, { topic, partitions }]): MappedTopic => ({
    domain,
    topic: topic ?? `${prefix}${domain}.events`,
    partitions,
  }))
  topics.forEach(checkTopic)
  checkShared(topics)
  const byDomain = new Map(topics.map((mapped) => [mapped.domain, mapped.topic]))

  const topicOfDomain = (domain: string, asked: string): string => {
    const topic = byDomain.get(domain)
    if (topic !== undefined) return topic
    const known = [...byDomain.keys()].join(', ') || 'none'
    throw new TroupeError(
      'EVENT_TYPE_UNKNOWN',
      `no topic is known for ${asked}: its domain '${domain}' is not among ${known}`,
    )
  }

  return {
    topics,
    topicOf(eventName) {
      if (!isEventName(eventName)) {
        throw new TroupeError(
          'EVENT_TYPE_UNKNOWN',
          `'${eventName}' is no event name: it must be {domain}.{entity}.{action}`,
        )
      }
      return topicOfDomain(domainOf(eventName), eventName)
    },
    topicsOf(written) {
      const pattern = parsePattern(written)
      // A star at the start leaves the domain open.
      if (pattern.kind === 'all' || pattern.kind === 'suffix') return [...new Set(byDomain.values())]
      return [topicOfDomain(domainOf(pattern.text), `'${written}'`)]
    },
  }
}

const domainOf = (name: string): string => name.slice(0, name.indexOf('.'))

/** Kafka's rule for topic names. */
const topicName = /^[a-zA-Z0-9._-]{1,249}$/

const checkTopic = ({ domain, topic, partitions }: MappedTopic): void => {
  if (!/^[a-z0-9_]+$/.test(domain)) {
    throw new TroupeError('CONFIG_INVALID', `'${domain}' is no domain: it must be of a-z, 0-9 and _`)
  }
  if (!topicName.test(topic) || topic === '.' || topic === '..') {
    throw new TroupeError(
      'CONFIG_INVALID',
      `the topic '${topic}' of domain ${domain} is no topic name: 1 to 249 of a-z, A-Z, 0-9, '.', '_' and '-'`,
    )
  }
  if (!Number.isSafeInteger(partitions) || partitions < 1) {
    throw new TroupeError(
      'CONFIG_INVALID',
      `the topic of domain ${domain} is declared with ${String(partitions)} partitions: it must be 1 or more`,
    )
  }
}

const checkShared = (topics: readonly MappedTopic[]): void => {
  const first = new Map<string, MappedTopic>()
  for (const mapped of topics) {
    const earlier = first.get(mapped.topic)
    if (earlier !== undefined && earlier.partitions !== mapped.partitions) {
      throw new TroupeError(
        'CONFIG_INVALID',
        `the domains ${earlier.domain} and ${mapped.domain} share the topic ${mapped.topic} but declare it with ` +
          `${String(earlier.partitions)} and ${String(mapped.partitions)} partitions`,
      )
    }
    first.set(mapped.topic, mapped)
  }
}
