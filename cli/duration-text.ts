/** Durations as people read them: `850 ms`, `12.3 s`, `4 min 5 s`, `3 h 20 min`, `2 d 4 h`. */

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

export const durationText = (ms: number): string => {
  if (ms < second) return `${String(Math.round(ms))} ms`
  if (ms < minute) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`
  if (ms < hour) return inTwo(ms, minute, 'min', second, 's')
  return ms < day ? inTwo(ms, hour, 'h', minute, 'min') : inTwo(ms, day, 'd', hour, 'h')
}

const inTwo = (ms: number, large: number, largeName: string, small: number, smallName: string): string =>
  `${String(Math.floor(ms / large))} ${largeName} ${String(Math.floor((ms % large) / small))} ${smallName}`
