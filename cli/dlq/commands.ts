/** `troupe dlq …`: dead letters are listed, shown, redriven and discarded. */

import { Command } from 'commander'

import { resolveOptions } from '../../runtime/config/index.ts'
import type { DeadLetterIndex, DeadLetterState } from '../../runtime/delivery/index.ts'
import { deadLetterTransitions } from '../../runtime/delivery/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import { openDeadLetterIndex } from '../../runtime/store/index.ts'
import { byOption } from '../by-option.ts'
import { wholeNumber } from '../time-option.ts'
import { campaignsCommand } from './campaign-commands.ts'
import { filterFrom, withFilterOptions, type FilterOptions } from './filter-options.ts'
import { letterJson, letterTable, letterText } from './letter-text.ts'
import { redriveCommand } from './redrive-command.ts'

export const deadLetterCommands = (): Command =>
  new Command('dlq')
    .description('dead letters: records that no attempt could handle')
    .addHelpText(
      'after',
      `
  troupe dlq list --since 2h                         what died in the last two hours
  troupe dlq show 17                                 why, and what was in it
  troupe dlq redrive --actor invoices                what a redrive would do; --yes does it
  troupe dlq discard 17 --reason "test data"         nothing more happens to it`,
    )
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(redriveCommand())
    .addCommand(campaignsCommand())
    .addCommand(discardCommand())

interface ListOptions extends FilterOptions {
  readonly state: string
  readonly limit: string
  readonly cursor?: string
  readonly json?: boolean
}

const states = [...Object.keys(deadLetterTransitions), 'all']

const listCommand = (): Command =>
  withFilterOptions(new Command('list').description('dead letters, last failed first'))
    .option('--state <state>', states.join(', '), 'dead')
    .option('--limit <n>', 'letters of a page, 1 to 500', '50')
    .option('--cursor <cursor>', 'of the page before')
    .option('--json', 'for programs: { letters, next }')
    .action(async (options: ListOptions) => {
      if (!states.includes(options.state))
        throw new TroupeError(
          'CONFIG_INVALID',
          `--state is "${options.state}"; it must be ${states.join(', ')}`,
        )
      const page = await withIndex((index) =>
        index.search({
          ...filterFrom(options, Date.now()),
          state: options.state === 'all' ? undefined : (options.state as DeadLetterState),
          limit: wholeNumber('--limit', options.limit, 1, 500),
          cursor: options.cursor,
        }),
      )
      if (options.json) {
        console.log(JSON.stringify({ letters: page.letters, next: page.next ?? null }))
        return
      }
      console.log(page.letters.length === 0 ? 'no dead letters' : letterTable(page.letters))
      if (page.next !== undefined) console.log(`more: --cursor ${page.next}`)
    })

const showCommand = (): Command =>
  new Command('show')
    .description('one dead letter: error, headers, value, what became of it')
    .argument('<id>', 'as `list` shows it')
    .option('--json', 'for programs; bytes as base64')
    .action(async (id: string, options: { readonly json?: boolean }) => {
      const letter = await withIndex((index) => index.find(wholeNumber('id', id, 1)))
      if (letter === undefined)
        throw new TroupeError(
          'CONFIG_INVALID',
          `there is no dead letter ${id}; troupe dlq list shows those there are`,
        )
      console.log(options.json ? JSON.stringify(letterJson(letter)) : letterText(letter))
    })

interface DiscardOptions {
  readonly reason: string
  readonly by: string
  readonly json?: boolean
}

const discardCommand = (): Command =>
  new Command('discard')
    .description('nothing more happens to these; each gets a receipt')
    .argument('<id...>', 'as `list` shows them')
    .requiredOption('--reason <text>', 'why, for the receipt')
    .addOption(byOption('who, for the receipt'))
    .option('--json', 'for programs: the receipts')
    .action(async (ids: readonly string[], { reason, by, json }: DiscardOptions) => {
      const asked = ids.map((id) => wholeNumber('id', id, 1))
      const receipts = await withIndex((index) => index.discard(asked, by, reason))
      const discarded = new Set(receipts.map(({ deadLetterId }) => deadLetterId))
      if (json) console.log(JSON.stringify(receipts))
      else console.log(`${String(discarded.size)} discarded`)
      const others = asked.filter((id) => !discarded.has(id))
      if (others.length > 0)
        throw new TroupeError(
          'CONFIG_INVALID',
          `not discarded, since they do not exist or are not dead: ${others.join(', ')}`,
        )
    })

const withIndex = async <T>(work: (index: DeadLetterIndex) => Promise<T>): Promise<T> => {
  const { databaseUrl } = resolveOptions({}, process.env)
  const index = openDeadLetterIndex({ url: databaseUrl, applicationName: 'troupe-cli' })
  try {
    return await work(index)
  } finally {
    await index.close()
  }
}
