/** Options that say which dead letters: the same for looking and for redriving. */

import type { Command } from 'commander'

import type { DeadLetterFilter } from '../../runtime/delivery/index.ts'
import { timeOption } from '../time-option.ts'

export interface FilterOptions {
  readonly group?: string
  readonly actor?: string
  readonly topic?: string
  readonly tenant?: string
  readonly error?: string
  readonly key?: string
  readonly event?: string
  readonly since?: string
  readonly until?: string
  readonly text?: string
}

export const withFilterOptions = (command: Command): Command =>
  command
    .option('--group <group>', 'consumer group')
    .option('--actor <actor>', 'actor')
    .option('--topic <topic>', 'topic the record was read from')
    .option('--tenant <tenant>', 'tenant of the event')
    .option('--error <name>', 'class or code of the error')
    .option('--key <key>', 'record key')
    .option('--event <id>', 'id of the event')
    .option('--since <time>', 'failed at or after: 2026-01-05T12:00:00Z, or how long ago: 90s, 30m, 2h, 7d')
    .option('--until <time>', 'failed before')
    .option('--text <words>', 'words of the error message: timed out -gateway "no such order"')

export const filterFrom = (options: FilterOptions, nowMs: number): DeadLetterFilter => ({
  group: options.group,
  actor: options.actor,
  topic: options.topic,
  tenant: options.tenant,
  error: options.error,
  key: options.key,
  eventId: options.event,
  fromMs: options.since === undefined ? undefined : timeOption('--since', options.since, nowMs),
  toMs: options.until === undefined ? undefined : timeOption('--until', options.until, nowMs),
  text: options.text,
})
