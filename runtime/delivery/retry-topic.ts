/**
 * Retry topics: where a record waits for its next attempt, for actors without effects in Postgres. A few for each topic and
 * group, one for each length of waiting, so that who waits long is in nobody's way.
 *
 * RT1. The record's own offset is passed only when the broker has what waits for it.
 * RT2. It keeps its first place, attempts and headers, whatever number of topics it waits in: an event without an id of
 *      its own is known by its place, and so are outside calls (callKey) and the dead letter.
 * RT3. When it is due stands in its headers, so that waiting outlives whoever waits.
 */

import type { Offset, TopicPartitionOffset } from '../topic-partition.ts'
import type { OriginalRecord } from './dead-letter.ts'
import { carriedHeaders, carriedBack } from './carried-headers.ts'
import type { OutgoingRecord } from './outgoing.ts'
import type { ActorIdentity } from './unit.ts'

/** header → what it holds, as UTF-8 text. All begin with `troupe-retry-`; no header of the record's own may. */
export const retryHeaders = {
  'troupe-retry-to': 'the group and the actor that are to try it, with a slash between',
  'troupe-retry-topic': 'the topic the record was read from at first',
  'troupe-retry-partition': 'its partition there',
  'troupe-retry-offset': 'its offset there',
  'troupe-retry-timestamp': 'its timestamp there, ms since the epoch; negative: it had none',
  'troupe-retry-attempt': 'the number of the attempt it is due for',
  'troupe-retry-due-at': 'when that is, ms since the epoch',
  'troupe-retry-base64': "names of the record's own headers that stand here as base64, a JSON array",
} as const

type RetryHeader = keyof typeof retryHeaders
const headerPrefix = 'troupe-retry-'

/** How long a record waits at least in the topic of this name. */
const rungs = [
  { name: '1s', ms: 1_000 },
  { name: '10s', ms: 10_000 },
  { name: '1m', ms: 60_000 },
  { name: '10m', ms: 600_000 },
  { name: '1h', ms: 3_600_000 },
  { name: '1d', ms: 86_400_000 },
] as const

/** The first one that is long enough, or the longest of all. */
const rungOf = (delayMs: number): number => {
  const fitting = rungs.findIndex(({ ms }) => ms >= delayMs)
  return fitting < 0 ? rungs.length - 1 : fitting
}

const nameOf = (topic: string, group: string, rung: number): string =>
  `${topic}.${group}.retry.${rungs[rung]?.name ?? ''}`

/** Those that an actor needs whose delays are no longer than this, for one topic. */
export const retryTopicsOf = (topic: string, group: string, longestDelayMs: number): readonly string[] =>
  rungs.slice(0, rungOf(longestDelayMs) + 1).map((_, rung) => nameOf(topic, group, rung))

/** What waits longer than its actor's delays, since its handler asked for it, waits in the longest of the actor's. */
export const retryTopicFor = (
  topic: string,
  group: string,
  longestDelayMs: number,
  delayMs: number,
): string => nameOf(topic, group, Math.min(rungOf(delayMs), rungOf(longestDelayMs)))

/** Is it one of the group's? No topic that an application names ends like that. */
export const isRetryTopic = (topic: string, group: string): boolean =>
  rungs.some(({ name }) => topic.endsWith(`.${group}.retry.${name}`))

/** Where a record was read first. */
export interface RecordOrigin extends TopicPartitionOffset {
  /** ms since the epoch; negative: none. */
  readonly timestamp: number
}

export interface RetriedHop {
  readonly origin: RecordOrigin
  /** The group and the actor it is for (`retryTarget`). */
  readonly to: string
  readonly attempt: number
  readonly dueAtMs: number
  /** The record's own. */
  readonly headers: OriginalRecord['headers']
}

export const retryTarget = ({ group, actor }: ActorIdentity): string => `${group}/${actor}`

/** What goes to `retryTopic`. `logOffset`: where it was read now. */
export const retryRecord = (
  retryTopic: string,
  original: OriginalRecord,
  hop: { readonly to: ActorIdentity; readonly attempt: number; readonly dueAtMs: number },
  logOffset: Offset,
): OutgoingRecord => {
  const own = original.headers.filter(([name]) => !name.toLowerCase().startsWith(headerPrefix))
  const { carried, encoded } = carriedHeaders(own)
  const values: Readonly<Record<RetryHeader, string | undefined>> = {
    'troupe-retry-to': retryTarget(hop.to),
    'troupe-retry-topic': original.topic,
    'troupe-retry-partition': String(original.partition),
    'troupe-retry-offset': String(original.offset),
    'troupe-retry-timestamp': String(original.timestamp),
    'troupe-retry-attempt': String(hop.attempt),
    'troupe-retry-due-at': String(Math.round(hop.dueAtMs)),
    'troupe-retry-base64': encoded.length === 0 ? undefined : JSON.stringify(encoded),
  }
  return {
    topic: retryTopic,
    key: original.key,
    value: original.value,
    headers: [
      ...carried,
      ...Object.entries(values).filter((header): header is [string, string] => header[1] !== undefined),
    ],
    letterOf: logOffset,
  }
}

/** Undefined: it is none of ours. */
export const retriedHop = (headers: OriginalRecord['headers']): RetriedHop | undefined => {
  const said = (header: RetryHeader): string => {
    const value = headers.findLast(([name]) => name === header)?.[1] ?? ''
    return typeof value === 'string' ? value : utf8.decode(value)
  }
  const number = (header: RetryHeader): number =>
    /^-?\d{1,16}$/.test(said(header)) ? Number(said(header)) : Number.NaN
  const [partition, offset] = [number('troupe-retry-partition'), number('troupe-retry-offset')]
  const [attempt, dueAtMs] = [number('troupe-retry-attempt'), number('troupe-retry-due-at')]
  const timestamp = number('troupe-retry-timestamp')
  const [topic, to] = [said('troupe-retry-topic'), said('troupe-retry-to')]
  const isWhole = [partition, offset, attempt, dueAtMs, timestamp].every(Number.isSafeInteger)
  if (!isWhole || partition < 0 || offset < 0 || attempt < 1 || topic === '' || to === '') return undefined
  const own = headers.filter(([name]) => !name.startsWith(headerPrefix))
  return {
    origin: { topic, partition, offset, timestamp },
    to,
    attempt,
    dueAtMs,
    headers: carriedBack(own, said('troupe-retry-base64')),
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
