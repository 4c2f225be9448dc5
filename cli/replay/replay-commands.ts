/** `troupe replay`: a range of the past is handled again by one actor. */

import { Command } from 'commander'

import { replayMutations } from '../../control-plane/operator/steering/replay-mutations.ts'
import { resolveOptions } from '../../runtime/config/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import { openReplayStore, requireMigrated } from '../../runtime/store/index.ts'
import { byOption } from '../by-option.ts'
import { steered, type SteerOptions } from '../steering/steered.ts'
import { timeOption, wholeNumber } from '../time-option.ts'
import { replaysText } from './replay-text.ts'

interface RangeOptions extends SteerOptions {
  readonly actor: string
  readonly topic: string
  readonly partition: string
  readonly from: string
  readonly to?: string
  readonly dedupe: string
  readonly rate: string
  readonly yes?: boolean
}

export const replayCommands = (): Command =>
  new Command('replay')
    .description('handles a range of the past again, beside what an actor does')
    .addCommand(rangeCommand())
    .addCommand(listCommand())
    .addCommand(changeCommand('pause', 'a replay stands still; what it has done stays done', 'pauseReplay'))
    .addCommand(changeCommand('resume', 'a replay goes on where it was', 'resumeReplay'))
    .addCommand(changeCommand('stop', 'a replay ends where it is', 'stopReplay'))

const steering = (command: Command): Command =>
  command
    .addOption(byOption('who, for the audit log'))
    .option('--reason <text>', 'why, for the audit log')
    .option('--wait <seconds>', 'for how long processes are waited for, 0 to 60', '30')
    .option(
      '--json',
      'for programs: { outcome, message, touches, auditId, commandId, madeId, answers, waitingFor }',
    )

const rangeCommand = (): Command =>
  steering(
    new Command('range')
      .description('one actor with effects in Postgres handles a range of a partition again')
      .argument('<group>', 'consumer group, as `troupe actors` shows it')
      .requiredOption('--actor <actor>', 'the actor')
      .requiredOption('--topic <topic>', 'the topic')
      .requiredOption('--partition <n>', 'the partition')
      .requiredOption('--from <place>', 'an offset, a time or how long ago: 2h')
      .option('--to <place>', 'the same, up to before it; default: where the actor stands')
      .option('--dedupe <how>', 'keep: what had its effect has none again; replay: it has', 'keep')
      .option('--rate <n>', 'records a second at most', '1000')
      .option('--yes', 'does it; without, it only says what it would do'),
  )
    .addHelpText(
      'after',
      `
Nothing is produced and the actor's place in the partition is not moved. Records come after what came meanwhile.

  troupe replay range shop --actor invoices --topic orders --partition 3 --from 4711 --to 4800        shows it
  troupe replay range shop --actor invoices --topic orders --partition 3 --from 6h --dedupe replay --yes`,
    )
    .action((group: string, options: RangeOptions) => {
      const { actor, topic, reason, yes } = options
      const args = {
        group,
        actor,
        topic,
        partition: wholeNumber('--partition', options.partition, 0, 2 ** 31 - 1),
        ...fromIn(options),
        ...toIn(options),
        dedupe: dedupeIn(options),
        ratePerSecond: wholeNumber('--rate', options.rate, 1, 1_000_000),
        reason: reason ?? null,
        dryRun: yes !== true,
      }
      return steered(options, (context) => replayMutations.replayRange({}, args, context))
    })

const isOffset = (text: string): boolean => /^\d+$/.test(text)

const fromIn = ({ from }: RangeOptions) =>
  isOffset(from)
    ? { fromOffset: wholeNumber('--from', from, 0) }
    : { fromTime: new Date(timeOption('--from', from, Date.now())) }

const toIn = ({ to }: RangeOptions) => {
  if (to === undefined) return {}
  return isOffset(to)
    ? { toOffset: wholeNumber('--to', to, 0) }
    : { toTime: new Date(timeOption('--to', to, Date.now())) }
}

const dedupeIn = ({ dedupe }: RangeOptions): 'KEEP' | 'REPLAY' => {
  if (dedupe === 'keep') return 'KEEP'
  if (dedupe === 'replay') return 'REPLAY'
  throw new TroupeError('CONFIG_INVALID', `--dedupe is "${dedupe}"; it must be keep or replay`)
}

const listCommand = (): Command =>
  new Command('list')
    .description('the latest replays, and how far they are')
    .argument('[group]', 'only those of this consumer group')
    .option('--json', 'for programs: an array')
    .addHelpText('after', '\n  troupe replay list')
    .action(async (group: string | undefined, { json }: { readonly json?: boolean }) => {
      const { databaseUrl } = resolveOptions({}, process.env)
      await requireMigrated(databaseUrl)
      const store = openReplayStore({ url: databaseUrl, applicationName: 'troupe-cli', maxConnections: 1 })
      try {
        const replays = await store.replays(group)
        console.log(json ? JSON.stringify(replays) : replaysText(replays))
      } finally {
        await store.close()
      }
    })

const changeCommand = (
  name: string,
  description: string,
  mutation: 'pauseReplay' | 'resumeReplay' | 'stopReplay',
): Command =>
  steering(new Command(name).description(description).argument('<id>', 'as `troupe replay list` shows it'))
    .addHelpText('after', `\n  troupe replay ${name} 7`)
    .action((id: string, options: SteerOptions) =>
      steered(options, (context) =>
        replayMutations[mutation]({}, { id, reason: options.reason ?? null, dryRun: false }, context),
      ),
    )
