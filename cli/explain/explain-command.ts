/** `troupe explain <event-id>`: what became of an event, as far as Postgres knows. */

import { Command } from 'commander'

import { eventStory } from '../../control-plane/read-model/operator/event-steps.ts'
import { resolveOptions } from '../../runtime/config/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import { openDatabase } from '../../runtime/store/index.ts'
import { storyText } from './story-text.ts'

interface ExplainOptions {
  readonly tenant: string
  readonly json?: boolean
}

export const explainCommand = (): Command =>
  new Command('explain')
    .description('what became of an event: each actor that met it, dead letters, redrives, the outbox')
    .argument('<event-id>', 'its id; the error of a dead letter and each log line about a record name it')
    .option('--tenant <tenant>', "whose it is; events without a tenant are nobody's", '')
    .option('--json', 'for programs: { eventId, known, steps }')
    .action(async (eventId: string, { tenant, json }: ExplainOptions) => {
      if (eventId === '' || `${eventId}${tenant}`.includes('\0'))
        throw new TroupeError('CONFIG_INVALID', 'an event id is a text of one character or more')
      const { databaseUrl } = resolveOptions({}, process.env)
      const database = openDatabase({ url: databaseUrl, applicationName: 'troupe-cli' })
      try {
        const story = await eventStory(database.sql, eventId, tenant)
        if (json) console.log(JSON.stringify(story))
        else if (story.known) console.log(storyText(story))
        if (!story.known) throw unknown(eventId, tenant)
      } finally {
        await database.close()
      }
    })

const unknown = (eventId: string, tenant: string): TroupeError =>
  new TroupeError(
    'CONFIG_INVALID',
    `nothing is known of the event ${eventId} of ${tenant === '' ? 'no tenant: --tenant names one' : `the tenant ${tenant}`}. ` +
      'It was not handled yet, or longer ago than INBOX_DAYS, or by actors without effects in Postgres',
  )
