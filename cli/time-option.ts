/** A point in time as people write it: ISO 8601, or how long ago. */

import { TroupeError } from '../runtime/errors.ts'

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `2h`, `30m`, `7d`, `90s` before now, or `2026-01-05T12:00:00Z`. Ms since the epoch; throws CONFIG_INVALID. */
export const timeOption = (option: string, text: string, nowMs: number): number => {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? []
  if (count !== undefined && unit !== undefined)
    return nowMs - Number(count) * unitsMs[unit as keyof typeof unitsMs]
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at))
    throw new TroupeError(
      'CONFIG_INVALID',
      `${option} is "${text}"; it must be a time such as 2026-01-05T12:00:00Z, or how long ago, such as 2h or 7d`,
    )
  return at
}

/** `2h`, `30m`, `7d`, `90s` in ms; throws CONFIG_INVALID. */
export const durationMs = (option: string, text: string): number => {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (count !== undefined && unit !== undefined) return Number(count) * unitsMs[unit as keyof typeof unitsMs]
  throw new TroupeError('CONFIG_INVALID', `${option} is "${text}"; it must be a time such as 12h or 90d`)
}

/** A whole number from `from` to `to`; throws CONFIG_INVALID. */
export const wholeNumber = (
  option: string,
  text: string,
  from: number,
  to = Number.MAX_SAFE_INTEGER,
): number => {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!(number >= from && number <= to))
    throw new TroupeError(
      'CONFIG_INVALID',
      `${option} is "${text}"; it must be a whole number from ${String(from)} to ${String(to)}`,
    )
  return number
}
