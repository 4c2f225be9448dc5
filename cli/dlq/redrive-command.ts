/** `troupe dlq redrive`: a campaign from this shell. Without --yes it only shows what it would do. */

import { Command } from 'commander'

import { resolveOptions, type Options } from '../../runtime/config/index.ts'
import type { Campaign, CampaignPreview, RedriveStore } from '../../runtime/delivery/index.ts'
import { openRedriveStore } from '../../runtime/store/index.ts'
import { textTable } from '../text-table.ts'
import { wholeNumber } from '../time-option.ts'
import { filterFrom, withFilterOptions, type FilterOptions } from './filter-options.ts'
import { foundCampaign } from './found-campaign.ts'
import { letterTable } from './letter-text.ts'

interface RedriveOptions extends FilterOptions {
  readonly rate: string
  readonly maxRedrives: string
  readonly by: string
  readonly campaign?: string
  readonly yes?: boolean
  readonly json?: boolean
}

export const redriveCommand = (): Command =>
  withFilterOptions(
    new Command('redrive').description('produces dead letters to their topics again, each with a receipt'),
  )
    .argument('[id...]', 'only these, as `list` shows them')
    .option('--rate <n>', 'letters a second', '100')
    .option('--max-redrives <n>', 'leaves an event that was redriven so often', '3')
    .option('--by <name>', 'who, for the campaign', process.env['USER'] ?? 'cli')
    .option('--campaign <id>', 'goes on with a campaign that was interrupted')
    .option('--yes', 'does it; without, it only says what it would do')
    .option('--json', 'for programs: the preview, or the campaign')
    .action(async (ids: readonly string[], given: RedriveOptions) => {
      const options = resolveOptions({}, process.env)
      const store = openRedriveStore({ url: options.databaseUrl, applicationName: 'troupe-cli' })
      try {
        await redrive(store, options, ids, given)
      } finally {
        await store.close()
      }
    })

const redrive = async (
  store: RedriveStore,
  options: Options,
  ids: readonly string[],
  given: RedriveOptions,
): Promise<void> => {
  const filter = {
    ...filterFrom(given, Date.now()),
    ...(ids.length > 0 && { ids: ids.map((id) => wholeNumber('id', id, 1)) }),
  }
  const maxRedrives = wholeNumber('--max-redrives', given.maxRedrives, 1, 1_000)
  const ratePerS = wholeNumber('--rate', given.rate, 1, 100_000)
  if (given.campaign === undefined && given.yes !== true) {
    const preview = await store.preview(filter, maxRedrives)
    console.log(given.json ? JSON.stringify(preview) : previewText(preview))
    return
  }
  const campaign =
    given.campaign === undefined
      ? await store.create({ filter, ratePerS, maxRedrives, by: given.by })
      : await foundCampaign(store, wholeNumber('--campaign', given.campaign, 1))
  // Kafka's client is loaded for those only who produce.
  const { runCampaign } = await import('./run-campaign.ts')
  const finished = await runCampaign(store, options, campaign)
  console.log(given.json ? JSON.stringify(finished) : campaignText(finished))
}

const previewText = ({ letters, guarded, byActorAndError, examples }: CampaignPreview): string =>
  letters === 0
    ? 'no dead letters to redrive'
    : [
        `${String(letters)} dead letters; ${String(guarded)} of them were redriven too often and stay.`,
        '',
        textTable(
          ['GROUP', 'ACTOR', 'ERROR', 'LETTERS'],
          byActorAndError.map((row) => [row.group, row.actor, row.errorClass, String(row.letters)]),
        ),
        '',
        'The first ones:',
        letterTable(examples),
        '',
        'Nothing was done. With --yes they are redriven.',
      ].join('\n')

const campaignText = ({ id, state, redriven, skipped, refused, settled }: Campaign): string =>
  `campaign ${String(id)} is ${state}: ${String(redriven)} redriven, ${String(skipped)} skipped, ${String(refused)} refused by the broker, ${String(settled)} handled otherwise meanwhile`
