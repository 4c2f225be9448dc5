/** How many processes of a node consume, and what becomes of those that end. */

import { minute } from './forms.ts'
import { wholeNumber } from '../option.ts'

export const processOptions = {
  processes: wholeNumber({
    variable: 'PROCESSES',
    fallback: 1,
    min: 1,
    max: 64,
    doc: 'Consumer processes of a node. Over 1, a primary forks them, starts again what ends, and answers for all of them on one telemetry port. Higher: more main threads for draining and producing, at the price of memory, of connections to Postgres, and of a member more in each group. Lower: one death stops more.',
  }),
  processRestarts: wholeNumber({
    variable: 'PROCESS_RESTARTS',
    fallback: 10,
    min: 0,
    max: 10_000,
    doc: 'How often consumer processes of a node may end by themselves within PROCESS_RESTART_WINDOW_MS and be started again; past it the node ends with exit code 4. A service that is away uses none of it. Higher: a crash loop goes on for longer before anybody hears of it. Lower: a streak of bad luck ends the node.',
  }),
  processRestartWindowMs: wholeNumber({
    variable: 'PROCESS_RESTART_WINDOW_MS',
    fallback: 10 * minute,
    min: 1_000,
    max: 24 * 60 * minute,
    unit: 'ms',
    doc: 'The sliding time in which PROCESS_RESTARTS counts.',
  }),
  processMemoryBytes: wholeNumber({
    variable: 'PROCESS_MEMORY_BYTES',
    fallback: 0,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    unit: 'bytes',
    doc: 'A consumer process of a node of several whose resident memory stays above this is stopped in order and started again, one at a time, which uses the restart budget; 0: never. Keep PROCESSES × this below what the node may use, or the kernel kills without asking.',
  }),
} as const
