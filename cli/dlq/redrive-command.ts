/** `troupe dlq redrive`: a campaign from this shell. Without --yes it only shows what it would do. */

import { Command } from 'commander'

import { resolveOptions, type Options } from '../../runtime/config/index.ts'
import type { Campaign, CampaignPreview, RedriveStore } from '../../runtime/delivery/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import { openRedriveStore } from '../../runtime/store/index.ts'
import { byOption } from '../by-option.ts'
import { attention } from '../exit-code.ts'
import { textTable } from '../text-table.ts'
import { wholeNumber } from '../time-option.ts'
import { campaignText } from './campaign-text.ts'
import { filterFrom, withFilterOptions, type FilterOptions } from './filter-options.ts'
import { foundCampaign } from './found-campaign.ts'
import { letterTable } from './letter-text.ts'

interface RedriveOptions extends FilterOptions {
  readonly rate: string
  readonly maxRedrives: string
  readonly by: string
  readonly campaign?: string
  readonly wait: boolean
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
    .addOption(byOption('who, for the campaign'))
    .option('--campaign <id>', 'goes on with a campaign that was paused or whose process died')
    .option('--no-wait', 'leaves the campaign to the relay processes')
    .option('--yes', 'does it; without, it only says what it would do')
    .option('--json', 'for programs: the preview, or the campaign')
    .addHelpText(
      'after',
      `
Each letter goes back to the partition it came from, where the rest of its key is, for the actor it died in alone. What
dies again is a new letter. Exit code 6: letters were refused by the broker and are still dead.

  troupe dlq redrive --actor invoices --error CardDeclined          shows what would be redriven
  troupe dlq redrive --actor invoices --error CardDeclined --yes    does it
  troupe dlq redrive 17 18 --yes                                    these two
  troupe dlq redrive --campaign 3                                   goes on with what was interrupted`,
    )
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
  if (given.campaign !== undefined && Object.values(filter).some((value) => value !== undefined))
    throw new TroupeError(
      'CONFIG_INVALID',
      '--campaign goes on with the letters it was created for: leave out ids and filters',
    )
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
      : await resumed(
          store,
          await foundCampaign(store, wholeNumber('--campaign', given.campaign, 1)),
          given.by,
        )
  const ended =
    given.wait && campaign.state === 'running' ? await followed(store, options, campaign, given.by) : campaign
  console.log(given.json ? JSON.stringify(ended) : campaignText(ended))
  if (ended.refused > 0) process.exitCode = attention
}

/** Kafka's client is loaded for those only who produce. */
const followed = async (
  store: RedriveStore,
  options: Options,
  campaign: Campaign,
  by: string,
): Promise<Campaign> => {
  const { followCampaign } = await import('./follow-campaign.ts')
  return followCampaign(store, options, campaign, by)
}

const resumed = async (store: RedriveStore, campaign: Campaign, by: string): Promise<Campaign> =>
  campaign.state === 'paused' ? ((await store.change(campaign.id, 'running', by)) ?? campaign) : campaign

const previewText = ({ letters, guarded, settled, byActorAndError, examples }: CampaignPreview): string =>
  letters === 0
    ? 'no dead letters to redrive'
    : [
        `${String(letters)} dead letters; ${String(guarded)} of them were redriven too often and stay.`,
        ...(settled === 0
          ? []
          : [
              `${String(settled)} would be discarded, and nothing produced: their event was rejected, or handled meanwhile.`,
            ]),
        '',
        textTable(
          ['GROUP', 'ACTOR', 'ERROR', 'LETTERS', 'DISCARDED'],
          byActorAndError.map((row) => [
            row.group,
            row.actor,
            row.errorClass,
            String(row.letters),
            String(row.settled),
          ]),
        ),
        '',
        'The first ones:',
        letterTable(examples),
        '',
        'Nothing was done. With --yes they are redriven.',
      ].join('\n')
