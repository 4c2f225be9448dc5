/** Topics of event domains: KAFKA_<DOMAIN>_TOPIC and KAFKA_<DOMAIN>_PARTITIONS, read beside the option table. */

import { TroupeError } from '../errors.ts'

export interface DomainTopic {
  readonly topic?: string
  readonly partitions?: number
}

/** Variables of the table that look like a domain's. */
const reserved = new Set(['KAFKA_DLQ_TOPIC', 'KAFKA_UNHANDLED_EXCEPTION_TOPIC'])

/** domain (`shipping`) → what the environment says of its topic. */
export const readDomains = (
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, DomainTopic>> => {
  const domains: Record<string, DomainTopic> = {}
  for (const [variable, value] of Object.entries(env)) {
    const [, domain, what] = /^KAFKA_([A-Z][A-Z0-9_]*)_(TOPIC|PARTITIONS)$/.exec(variable) ?? []
    if (domain === undefined || value === undefined || value === '' || reserved.has(variable)) continue
    const name = domain.toLowerCase()
    domains[name] = {
      ...domains[name],
      ...(what === 'TOPIC'
        ? { topic: topicIn(variable, value) }
        : { partitions: partitionsIn(variable, value) }),
    }
  }
  return domains
}

const topicIn = (variable: string, value: string): string => {
  if (/^[A-Za-z0-9._-]{1,249}$/.test(value)) return value
  throw new TroupeError(
    'CONFIG_INVALID',
    `${variable} is "${value}". Allowed: a topic name (letters, digits, . _ -, at most 249).`,
  )
}

const partitionsIn = (variable: string, value: string): number => {
  const partitions = /^\d{1,5}$/.test(value) ? Number(value) : 0
  if (partitions >= 1 && partitions <= 10_000) return partitions
  throw new TroupeError(
    'CONFIG_INVALID',
    `${variable} is "${value}". Allowed: a whole number from 1 to 10000.`,
  )
}
