/**
 * `make test-chart`: the Helm chart rendered, linted, validated against Kubernetes and looked through, without a
 * cluster. Its last line is `N passed, N failed`.
 *
 *   node tools/test-chart.ts              fails where the tools are not there and can't be fetched
 *   node tools/test-chart.ts --if-possible   then says so in one line, and counts nothing
 */

import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { fetchTools } from './chart-tools.ts'

const { needed, wanted } = fetchTools((line) => console.log(line))
for (const tool of wanted) console.log(`without ${tool}`)
if (needed.length > 0) {
  const mayBeSkipped = process.argv.includes('--if-possible')
  console.log(`${mayBeSkipped ? 'skipped' : 'failed'}: the chart is tested with ${needed.join(' and ')}`)
  console.log(`0 passed, ${mayBeSkipped ? 0 : 1} failed`)
  process.exitCode = mayBeSkipped ? 0 : 1
} else {
  const files = globSync('test/chart/*.test.ts').sort()
  process.exitCode =
    spawnSync(process.execPath, ['tools/test.ts', ...files], { stdio: 'inherit' }).status ?? 1
}
