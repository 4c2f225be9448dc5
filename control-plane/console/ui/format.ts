/** Numbers and times as people read them. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, notation: 'compact' })

export const count = (value: number | null | undefined): string =>
  typeof value === 'number' ? whole.format(value) : '–'

export const rate = (value: number): string => `${short.format(value)}/s`

/** The largest unit that says enough. */
export const duration = (ms: number | null | undefined): string => {
  if (typeof ms !== 'number') return '–'
  if (ms < 1_000) return `${whole.format(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  if (ms < 3_600_000) return `${whole.format(ms / 60_000)} min`
  return ms < 172_800_000 ? `${(ms / 3_600_000).toFixed(1)} h` : `${whole.format(ms / 86_400_000)} d`
}

const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const

export const bytes = (value: number | null | undefined): string => {
  if (typeof value !== 'number') return '–'
  const unit = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3))
  const shown = value / 1_000 ** unit
  return `${shown >= 100 || unit === 0 ? whole.format(shown) : shown.toFixed(1)} ${units[unit] ?? ''}`
}

/** Of a share, 0 to 1. */
export const percent = (share: number): string => `${whole.format(share * 100)} %`

export const timeOfDay = (iso: string): string => new Date(iso).toLocaleTimeString('en-GB')

/** Day and time, to the second. */
export const moment = (iso: string): string => {
  const at = new Date(iso)
  return `${at.toLocaleDateString('sv-SE')} ${at.toLocaleTimeString('en-GB')}`
}

/** `REDRIVEN` → `redriven`, `PAUSE_ACTOR` → `pause actor`. */
export const word = (name: string): string => name.toLowerCase().replaceAll('_', ' ')
