// docs/errors.md explains every error code, and none that is gone; what it says of trying again and of exit codes is true.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { errorCodes, TroupeError, type ErrorCode } from '../../../runtime/errors.ts'
import { exitCodeOf } from '../../../runtime/process/exit-code.ts'

const page = await readFile(join(import.meta.dirname, '../../../docs/errors.md'), 'utf8')

/** Rows of the table of codes: the cells, the code first. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
const codeOf = ([cell = '']: readonly string[]): string => cell.replaceAll('`', '')

t.test('codes and rows are the same, in alphabetical order', (t) => {
  const codes = Object.keys(errorCodes)
  t.strictSame(rows.map(codeOf), [...codes].sort())
  t.strictSame(codes, [...codes].sort(), 'the table in code too')
  t.end()
})

t.test('a row has a sentence, a cause and something to do', (t) => {
  for (const row of rows) {
    t.equal(row.length, 6, codeOf(row))
    for (const cell of row.slice(1, 4)) {
      t.ok(cell.length > 10 && cell.endsWith('.'), `${codeOf(row)}: ${cell}`)
    }
  }
  t.end()
})

t.test('what it says of trying again and of exit codes is what the code does', (t) => {
  for (const row of rows) {
    const code = codeOf(row) as ErrorCode
    const [again, exit] = row.slice(4)
    t.equal(again, errorCodes[code].retryable ? 'yes' : 'no', `${code}: again`)
    if (exit === '–') continue
    const error = new TroupeError(code, 'why')
    const [start, run] = (['start', 'run'] as const).map((during) => String(exitCodeOf(error, during)))
    t.equal(exit, start === run ? start : `${String(start)} / ${String(run)}`, `${code}: exit`)
  }
  t.end()
})
