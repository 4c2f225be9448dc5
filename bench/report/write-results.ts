/**
 * Keeps a report in bench/results and draws bench/RESULTS.md anew from all that are there, so that a run of one
 * benchmark leaves the others' results as they are.
 */

import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../harness/contender.ts'
import { barChart } from './bar-chart.ts'
import type { Report, Table } from './report.ts'

const folder = join(root, 'bench/results')

/** The order of the page. */
const order = [
  'compare',
  'compare-headers',
  'effects',
  'latency',
  'publish',
  'waiting',
  'growth',
  'fairness',
  'memory',
  'graphql',
  'micro',
]

export const writeResults = (report: Report): void => {
  writeFileSync(join(folder, `${report.id}.json`), `${JSON.stringify(report, null, 2)}\n`)
  if (report.chart) writeFileSync(join(folder, `${report.id}.svg`), barChart(report.chart))
  writeFileSync(join(root, 'bench/RESULTS.md'), resultsPage(storedReports()))
}

const storedReports = (): readonly Report[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Report)
    .sort((a, b) => place(a) - place(b))

const place = ({ id }: Report): number => (order.includes(id) ? order.indexOf(id) : order.length)

const resultsPage = (reports: readonly Report[]): string =>
  [
    '# Results',
    'Written by `npm run bench`; samples of every round are in [results/](results). Compare ratios within one run, not numbers between runs: the machine is shared.',
    ...reports.flatMap(section),
  ].join('\n\n') + '\n'

const section = (report: Report): readonly string[] => [
  `## ${report.title}`,
  `\`${report.command}\`, ${report.takenOn}. Machine: ${report.machine}. Versions: ${Object.entries(
    report.versions,
  )
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.`,
  report.workload,
  ...(report.chart ? [`![${report.chart.title}](results/${report.id}.svg)`] : []),
  ...report.tables.flatMap(tableText),
  ...(report.notes.length === 0 ? [] : [report.notes.map((note) => `- ${note}`).join('\n')]),
  report.leftOut.length === 0
    ? 'Left out: nothing.'
    : `Left out: ${report.leftOut.map(({ id, reason }) => `${id} (${reason})`).join('; ')}.`,
]

const tableText = ({ title, columns, rows }: Table): readonly string[] => [
  ...(title === undefined ? [] : [`### ${title}`]),
  [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
]
