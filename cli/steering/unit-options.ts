/** Options of commands that steer units: which, by whom, why, and how long to wait for the processes. */

import type { Command } from 'commander'

import { byOption } from '../by-option.ts'
import { wholeNumber } from '../time-option.ts'
import type { SteerOptions } from './steered.ts'

export interface UnitOptions extends SteerOptions {
  readonly actor?: string
  readonly topic?: string
  readonly partition?: string
  readonly dryRun?: boolean
}

export const withUnitOptions = (command: Command): Command =>
  command
    .argument('<group>', 'consumer group, as `troupe actors` shows it')
    .option('--actor <actor>', 'this actor of it alone')
    .option('--topic <topic>', 'this topic alone')
    .option('--partition <n>', 'this partition of --topic alone')
    .addOption(byOption('who, for the audit log'))
    .option('--reason <text>', 'why, for the audit log')
    .option('--wait <seconds>', 'for how long processes are waited for, 0 to 60', '30')
    .option(
      '--json',
      'for programs: { outcome, message, touches, auditId, commandId, madeId, answers, waitingFor }',
    )

/** Arguments of the mutation, as far as all have the same. */
export const unitArguments = (group: string, { actor, topic, partition, reason, dryRun }: UnitOptions) => ({
  group,
  actor: actor ?? null,
  topic: topic ?? null,
  partition: partition === undefined ? null : wholeNumber('--partition', partition, 0, 2 ** 31 - 1),
  reason: reason ?? null,
  dryRun: dryRun ?? false,
})
