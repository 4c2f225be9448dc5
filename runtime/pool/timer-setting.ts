/** What `ctx.schedule` was given, checked and as data. */

import type { TimerChange, TimerName } from '../delivery/index.ts'
import { misused, wrongArgument } from './context-errors.ts'
import { jsonText } from './json-text.ts'

/** `now`: ms since the epoch. Throws CONTEXT_MISUSED. */
export const timerSet = (
  timer: TimerName,
  setting: unknown,
  recordKey: Uint8Array,
  now: number,
): TimerChange => {
  if (typeof setting !== 'object' || setting === null)
    throw wrongArgument('ctx.schedule', '{ afterMs } or { at }, in ms', setting)
  const { afterMs, at, payload } = setting as { afterMs?: unknown; at?: unknown; payload?: unknown }
  if ((afterMs === undefined) === (at === undefined))
    throw wrongArgument('ctx.schedule', 'either afterMs or at', setting)
  const dueAtMs = afterMs === undefined ? at : now + toMs('afterMs', afterMs)
  return {
    ...timer,
    kind: 'set',
    dueAtMs: Math.round(toMs('at', dueAtMs)),
    payload: asData(payload),
    recordKey: Uint8Array.from(recordKey),
  }
}

/** Postgres knows no later time than that of the year 275760, which JavaScript knows as the last one. */
const lastMs = 8.64e15

const toMs = (option: string, value: unknown): number => {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || value > lastMs)
    throw wrongArgument(`ctx.schedule: ${option}`, 'a number of ms, from 0 on', value)
  return value
}

/** A copy: what the author does with the object afterwards is not what was scheduled. */
const asData = (payload: unknown): unknown => {
  if (payload === undefined) return undefined
  let json: string | undefined
  try {
    json = jsonText(payload)
  } catch (error) {
    throw misused('ctx.schedule', `has a payload that can't be kept as JSON: ${String(error)}`)
  }
  if (json === undefined)
    throw misused('ctx.schedule', `has a ${typeof payload} as payload, which can't be kept as JSON`)
  return JSON.parse(json) as unknown
}
