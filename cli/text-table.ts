/** Rows as text in columns, for people. */

/** Control characters of records must not move anybody's cursor. */
export const printable = (text: string): string =>
  text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim()

export const shortened = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`

/** The last column is as long as it likes. */
export const textTable = (titles: readonly string[], rows: readonly (readonly string[])[]): string => {
  const lines = [titles, ...rows].map((row) => row.map(printable))
  const widths = titles.map((_, column) => Math.max(...lines.map((row) => (row[column] ?? '').length)))
  return lines
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `2026-01-05 12:00:00.123Z` */
export const timeText = (ms: number): string => new Date(ms).toISOString().replace('T', ' ')
