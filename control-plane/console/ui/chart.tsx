/** A line over time. */

import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

export interface Point {
  readonly at: number
  readonly value: number | null
}

interface ChartProps {
  readonly title: string
  readonly points: readonly Point[]
  readonly format: (value: number) => string
}

const height = 170

/** Between the marks of the axis: its labels tell no less than a second. */
const seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600]

const clock = (second: number): string => new Date(second * 1_000).toLocaleTimeString('en-GB')

const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim()

export const Chart = ({ title, points, format }: ChartProps) => {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  useEffect(() => {
    const parent = place.current
    if (parent === null) return
    const axis = { stroke: () => colour('--soft'), grid: { stroke: () => colour('--line'), width: 1 } }
    const made = new uPlot(
      {
        width: parent.clientWidth,
        height,
        legend: { show: false },
        cursor: { points: { show: false } },
        scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.15)] } },
        axes: [
          { ...axis, size: 30, space: 90, incrs: seconds, values: (_, moments) => moments.map(clock) },
          { ...axis, size: 70, values: (_, values) => values.map(format) },
        ],
        series: [
          {},
          { label: title, width: 2, stroke: () => colour('--accent'), fill: () => colour('--wash') },
        ],
      },
      [[], []],
      parent,
    )
    plot.current = made
    const resized = new ResizeObserver(() => {
      made.setSize({ width: parent.clientWidth, height })
    })
    resized.observe(parent)
    // Its colours are painted: those of the page change by themselves.
    const darkness = matchMedia('(prefers-color-scheme: dark)')
    const repaint = (): void => made.redraw()
    darkness.addEventListener('change', repaint)
    return () => {
      darkness.removeEventListener('change', repaint)
      resized.disconnect()
      made.destroy()
    }
  }, [])
  useEffect(() => {
    plot.current?.setData([points.map(({ at }) => at / 1_000), points.map(({ value }) => value)])
  }, [points])
  const last = points.at(-1)?.value
  return (
    <figure class="card">
      <figcaption>
        {title} <span class="figure">{typeof last === 'number' ? format(last) : '–'}</span>
      </figcaption>
      <div ref={place} aria-hidden="true" />
    </figure>
  )
}
