let originMs = performance.timeOrigin
/** The clocks' grain is 1 ms; beyond this somebody set the clock, or it was slewed for hours. */
const mostApartMs = 20

/**
 * ms since the epoch with fractions, for spans: `Date.now()` alone would put everything quick at no time at all. The
 * same on every thread of the process.
 */
export const preciseNow = (): number => {
  const now = originMs + performance.now()
  const wall = Date.now()
  if (Math.abs(wall - now) < mostApartMs) return now
  originMs = wall - performance.now()
  return wall
}
