/** `troupe dlq campaigns`: which redrives there were and are, and what became of each letter of one. */

import { Command } from 'commander'

import { resolveOptions } from '../../runtime/config/index.ts'
import type { Campaign, CampaignState, RedriveStore } from '../../runtime/delivery/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import { openRedriveStore } from '../../runtime/store/index.ts'
import { byOption } from '../by-option.ts'
import { shortened, textTable, timeText } from '../text-table.ts'
import { wholeNumber } from '../time-option.ts'
import { campaignText } from './campaign-text.ts'
import { foundCampaign } from './found-campaign.ts'

interface CampaignsOptions {
  readonly pause?: boolean
  readonly cancel?: boolean
  readonly after: string
  readonly by: string
  readonly json?: boolean
}

export const campaignsCommand = (): Command =>
  new Command('campaigns')
    .description('redrive campaigns, last created first; or one with a receipt for each of its letters')
    .argument('[id]', 'of one campaign')
    .option('--pause', 'stops it for now; `redrive --campaign` goes on with it')
    .option('--cancel', 'stops it for good; what was produced stays produced')
    .option('--after <receipt>', 'receipts after this one: a page has 1000', '0')
    .addOption(byOption('who pauses or cancels'))
    .option('--json', 'for programs: the campaigns, or { campaign, receipts }')
    .action(async (id: string | undefined, options: CampaignsOptions) => {
      const { databaseUrl } = resolveOptions({}, process.env)
      const store = openRedriveStore({ url: databaseUrl, applicationName: 'troupe-cli' })
      try {
        if (id === undefined) await list(store, options)
        else await one(store, wholeNumber('id', id, 1), options)
      } finally {
        await store.close()
      }
    })

const list = async (store: RedriveStore, { json, pause, cancel }: CampaignsOptions): Promise<void> => {
  if (pause || cancel) throw new TroupeError('CONFIG_INVALID', 'name the campaign that is meant: its id')
  const campaigns = await store.campaigns()
  if (json) console.log(JSON.stringify(campaigns))
  else console.log(campaigns.length === 0 ? 'no redrive campaigns' : campaignTable(campaigns))
}

const one = async (store: RedriveStore, id: number, options: CampaignsOptions): Promise<void> => {
  const wanted: CampaignState | undefined = options.cancel
    ? 'cancelled'
    : options.pause
      ? 'paused'
      : undefined
  const found = await foundCampaign(store, id)
  const campaign = wanted === undefined ? found : await changed(store, found, wanted, options.by)
  const receipts = await store.receipts(id, wholeNumber('--after', options.after, 0))
  if (options.json) {
    console.log(JSON.stringify({ campaign, receipts }))
    return
  }
  console.log(campaignText(campaign))
  if (receipts.length === 0) return
  console.log('')
  console.log(
    textTable(
      ['RECEIPT', 'LETTER', 'AT', 'OUTCOME', 'PRODUCED TO', 'REASON'],
      receipts.map(({ id: receipt, deadLetterId, atMs, outcome, reason, producedTo: to }) => [
        String(receipt),
        String(deadLetterId),
        timeText(atMs),
        outcome,
        to === undefined ? '–' : `${to.topic}/${String(to.partition)}@${String(to.offset)}`,
        reason,
      ]),
    ),
  )
  const last = receipts.at(-1)
  if (receipts.length === 1_000 && last !== undefined) console.log(`more: --after ${String(last.id)}`)
}

const changed = async (
  store: RedriveStore,
  found: Campaign,
  to: CampaignState,
  by: string,
): Promise<Campaign> => {
  if (found.state === to) return found
  try {
    return (await store.change(found.id, to, by)) ?? found
  } catch (error) {
    if (!(error instanceof TroupeError && error.code === 'TRANSITION_UNLISTED')) throw error
    throw new TroupeError(
      'CONFIG_INVALID',
      `campaign ${String(found.id)} is ${found.state}: it cannot be ${to} any more`,
      { cause: error },
    )
  }
}

const campaignTable = (campaigns: readonly Campaign[]): string =>
  textTable(
    ['ID', 'STATE', 'CREATED', 'BY', 'REDRIVEN', 'SKIPPED', 'REFUSED', 'SETTLED', 'FILTER'],
    campaigns.map(({ filter, ...campaign }) => [
      String(campaign.id),
      campaign.state,
      timeText(campaign.createdAtMs),
      shortened(campaign.createdBy, 24),
      String(campaign.redriven),
      String(campaign.skipped),
      String(campaign.refused),
      String(campaign.settled),
      shortened(JSON.stringify(filter), 120),
    ]),
  )
