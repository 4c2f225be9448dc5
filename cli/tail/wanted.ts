/** Which records `troupe tail` is to show, and how. Pure. */

import { TroupeError } from '../../runtime/errors.ts'
import { matchesPattern } from '../../runtime/routing/index.ts'
import { timeOption, wholeNumber } from '../time-option.ts'
import type { DecodedRecord } from './record-decoder.ts'

export interface TailOptions {
  readonly partition?: string
  readonly from?: string
  readonly last: string
  readonly limit?: string
  readonly key?: string
  readonly type?: string
  readonly follow?: boolean
  readonly personal?: boolean
  readonly json?: boolean
}

export type TailStart =
  | { readonly kind: 'begin' | 'end' }
  | { readonly kind: 'time'; readonly atMs: number }
  | { readonly kind: 'offset'; readonly offset: number }
  /** So many before the end. */
  | { readonly kind: 'last'; readonly records: number }

export interface Wanted {
  readonly topic: string
  /** undefined: all. */
  readonly partition: number | undefined
  readonly start: TailStart
  readonly limit: number
  readonly follow: boolean
  readonly personal: boolean
  readonly json: boolean
  readonly isWanted: (record: Pick<DecodedRecord, 'key' | 'type'>) => boolean
}

/** Throws CONFIG_INVALID, or ACTOR_INVALID for what is no pattern. */
export const wantedFrom = (topic: string, given: TailOptions, nowMs: number): Wanted => {
  const { key, type } = given
  // Tried once, so that what is no pattern is told before anything is read.
  if (type !== undefined) matchesPattern(type, 'any.event.name')
  const keyBytes = key === undefined ? undefined : Buffer.from(key)
  return {
    topic,
    partition:
      given.partition === undefined ? undefined : wholeNumber('--partition', given.partition, 0, 2 ** 31 - 1),
    start: startIn(given, nowMs),
    limit: given.limit === undefined ? Infinity : wholeNumber('--limit', given.limit, 1),
    follow: given.follow === true,
    personal: given.personal === true,
    json: given.json === true,
    isWanted: (record) =>
      (keyBytes === undefined || (record.key !== undefined && keyBytes.equals(record.key))) &&
      (type === undefined || (record.type !== '' && matchesPattern(type, record.type))),
  }
}

const startIn = ({ from, last, partition }: TailOptions, nowMs: number): TailStart => {
  if (from === undefined) return { kind: 'last', records: wholeNumber('--last', last, 0, 10_000) }
  if (from === 'earliest') return { kind: 'begin' }
  if (from === 'latest') return { kind: 'end' }
  if (!/^\d+$/.test(from)) return { kind: 'time', atMs: timeOption('--from', from, nowMs) }
  if (partition === undefined)
    throw new TroupeError(
      'CONFIG_INVALID',
      '--from is an offset, which is one of a partition: give --partition too',
    )
  return { kind: 'offset', offset: wholeNumber('--from', from, 0) }
}
