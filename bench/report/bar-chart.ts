/** A chart of horizontal bars as SVG: the median as a bar, the least and the most as a line across its end. */

import type { Bar, Chart } from './report.ts'

const width = 860
const labelWidth = 230
const barHeight = 20
const gap = 10
const top = 48
const plot = width - labelWidth - 130

export const barChart = ({ title, unit, bars }: Chart): string => {
  const most = Math.max(...bars.map(({ value, max }) => max ?? value))
  const height = top + bars.length * (barHeight + gap) + 10
  const lines = bars.map((bar, nth) => drawn(bar, top + nth * (barHeight + gap), most))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="12" y="26" font-size="16" fill="#222">${escaped(title)} (${escaped(unit)})</text>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n')
}

const drawn = ({ label, value, min, max }: Bar, y: number, most: number): string => {
  const at = (of: number): number => Math.round(labelWidth + (of / most) * plot)
  const middle = y + barHeight / 2
  const spread =
    min === undefined || max === undefined
      ? ''
      : `<line x1="${at(min)}" x2="${at(max)}" y1="${middle}" y2="${middle}" stroke="#222" stroke-width="2"/>`
  return (
    `<text x="${labelWidth - 8}" y="${middle + 5}" text-anchor="end" fill="#222">${escaped(label)}</text>` +
    `<rect x="${labelWidth}" y="${y}" width="${at(value) - labelWidth}" height="${barHeight}" fill="${isOurs(label) ? '#2a6f97' : '#a9b4bd'}"/>` +
    `${spread}<text x="${at(max ?? value) + 8}" y="${middle + 5}" fill="#222">${numberText(value)}</text>`
  )
}

const isOurs = (label: string): boolean => label.startsWith('troupe')

export const numberText = (value: number): string =>
  value >= 1_000 ? Math.round(value).toLocaleString('en-US') : String(Math.round(value * 100) / 100)

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
