/** The primary of a node of trivial processes, with the bounds that BOUNDS names instead of those of operators. */

import { fileURLToPath } from 'node:url'
import { runPrimary } from '../../../runtime/cluster/run-primary.ts'
import type { NodeBounds } from '../../../runtime/cluster/node-settings.ts'

const bounds = JSON.parse(process.env['BOUNDS'] ?? '{}') as Partial<NodeBounds>

await runPrimary(fileURLToPath(new URL('./trivial-process.ts', import.meta.url)), (settings) => ({
  ...settings,
  bounds: { ...settings.bounds, lookIntervalMs: 50, ...bounds },
}))
