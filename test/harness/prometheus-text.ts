/** Prometheus' text format, as far as a test reads it. */

export type Labels = Readonly<Record<string, string>>

export interface Series {
  readonly name: string
  readonly labels: Labels
  readonly value: number
}

/** Throws on a line that is neither comment nor sample. */
export const parsePrometheus = (text: string): readonly Series[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value] =
        /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? unreadable(line)
      return { name: name ?? '', labels: labelsOf(labels), value: numberOf(value ?? '') }
    })

/** Of all series of the name that have these labels at least; undefined: there is none. */
export const sumOf = (series: readonly Series[], name: string, labels: Labels = {}): number | undefined => {
  const found = series.filter(
    (one) =>
      one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
  )
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0)
}

const labelsOf = (text: string): Labels =>
  Object.fromEntries(
    [...text.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', value = '']) => [
      label,
      value.replaceAll('\\"', '"').replaceAll('\\n', '\n').replaceAll('\\\\', '\\'),
    ]),
  )

const numberOf = (text: string): number => {
  if (text === '+Inf') return Infinity
  const value = Number(text)
  return Number.isNaN(value) && text !== 'NaN' ? unreadable(text) : value
}

const unreadable = (line: string): never => {
  throw new Error(`not Prometheus' text: ${line}`)
}
