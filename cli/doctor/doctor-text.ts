/** What the doctor found, as people read it. */

import { printable } from '../text-table.ts'
import type { CheckedFinding } from './finding.ts'

export const doctorText = (findings: readonly CheckedFinding[]): string => {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const count = (state: CheckedFinding['state']): number =>
    findings.filter((finding) => finding.state === state).length
  return [
    ...findings.flatMap(({ check, state, message, remedy }) => [
      `${state.padEnd(4)}  ${check.padEnd(width)}  ${printable(message)}`,
      ...(remedy === '' ? [] : [`${' '.repeat(width + 8)}→ ${printable(remedy)}`]),
    ]),
    '',
    count('fail') + count('warn') === 0
      ? 'all is well'
      : `${String(count('fail'))} failed, ${String(count('warn'))} to know of`,
  ].join('\n')
}
