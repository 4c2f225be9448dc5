/**
 * The header `traceparent`: `00-<trace id>-<parent id>-<flags>` in lower-case hexadecimal. Almost all records have one
 * that is not sampled, so one byte is looked at before anything else is read.
 *
 * Format: https://www.w3.org/TR/trace-context/#traceparent-header
 */

import { identityRules, type HeaderSource } from './event-identity.ts'

export interface SampledTrace {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits: the span that the record was made in. */
  readonly parentSpanId: string
}

/** One more than version 00 has: nothing may follow but a dash and what later versions say. */
const mostBytes = 56
const lastDigit = 54
const form = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/

/** A record that can tell one byte of a header without making a view of it: what `BatchReader` has. */
interface HeaderBytes extends HeaderSource {
  headerByte(name: Uint8Array, at: number): number
}

const headerName = new TextEncoder().encode(identityRules.traceparent.header)

/** As `sampledTrace`, for those that ask it of every record. */
export const sampledTraceOf = (record: HeaderBytes): SampledTrace | undefined =>
  record.headerCount > 0 && isSampledDigit(record.headerByte(headerName, lastDigit))
    ? sampledTrace(record)
    : undefined

/** Of a record whose producer sampled it; undefined: it has none, it is not sampled, or nobody can read it. */
export const sampledTrace = (record: HeaderSource): SampledTrace | undefined => {
  if (record.headerCount === 0) return undefined
  const bytes = record.header(identityRules.traceparent.header)
  if (bytes === undefined || bytes === null || !isSampledDigit(bytes[lastDigit] ?? -1)) return undefined
  const [, traceId, parentSpanId] = form.exec(String.fromCharCode(...bytes.subarray(0, mostBytes))) ?? []
  return traceId === undefined || parentSpanId === undefined ? undefined : { traceId, parentSpanId }
}

/** Sampled or not; undefined: nobody can read it. */
export const parsedTraceparent = (
  text: string,
): (SampledTrace & { readonly traceFlags: number }) | undefined => {
  const [, traceId, parentSpanId, flags = '0'] = form.exec(text) ?? []
  if (traceId === undefined || parentSpanId === undefined) return undefined
  return { traceId, parentSpanId, traceFlags: Number.parseInt(flags, 16) & 1 }
}

/** The lowest bit of the flags. '0' is 48, even; 'a' is 97 and stands for 10: with letters, parity is turned. */
const isSampledDigit = (digit: number): boolean =>
  digit >= 0 && (digit < 58 ? (digit & 1) === 1 : (digit & 1) === 0)

export const traceparentOf = (traceId: string, spanId: string): string => `00-${traceId}-${spanId}-01`
