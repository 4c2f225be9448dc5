/** Dead letters, redrive campaigns and parked keys: what is asked of them, and their fields. */

import { TroupeError } from '../../../runtime/errors.ts'
import { deadLetterCursor } from '../../../runtime/store/index.ts'
import { decodeCursor, encodeCursor } from '../../read-model/cursor.ts'
import { InputError } from '../../read-model/input-error.ts'
import { eventStory } from '../../read-model/operator/event-steps.ts'
import { parkedKeys } from '../../read-model/operator/parked-keys.ts'
import { boundedFirst, pageOf } from '../../read-model/page.ts'
import type {
  DeadLetterDetailResolvers,
  DeadLetterReceiptResolvers,
  DeadLetterResolvers,
  DeadLetterState,
  ParkedKeyResolvers,
  QueryResolvers,
  RedrivePreviewRowResolvers,
  RedriveResolvers,
} from '../generated/resolver-types.ts'
import { decodedLetter } from '../records/record-resolvers.ts'
import type { RequestContext } from '../request-context.ts'
import { filterOf, idOf } from './letter-arguments.ts'

const defaultFirst = 20
const mostRedrives = 1_000

const stateNames = {
  DEAD: 'dead',
  REDRIVING: 'redriving',
  REDRIVEN: 'redriven',
  DISCARDED: 'discarded',
} as const satisfies Record<DeadLetterState, string>

export const letterQueries = {
  deadLetters: async (_, { first, after, filter, state }, { letters }) => {
    const limit = boundedFirst(first, defaultFirst)
    const found = await letters
      .search({
        ...filterOf(filter ?? {}),
        ...(state && { state: stateNames[state] }),
        limit: limit + 1,
        ...(typeof after === 'string' && { cursor: after }),
      })
      .catch((error: unknown) => {
        throw error instanceof TroupeError && error.code === 'CONFIG_INVALID'
          ? new InputError('"after" is no cursor of this list')
          : error
      })
    return pageOf(found.letters, limit, after, deadLetterCursor)
  },
  deadLetter: (_, { id }, { letters }) => letters.find(idOf(id)),
  redrivePreview: (_, { filter, maxRedrives }, { redrives }) => {
    if (!(maxRedrives >= 1 && maxRedrives <= mostRedrives))
      throw new InputError(`"maxRedrives" is 1 to ${mostRedrives}`)
    return redrives.preview(filterOf(filter), maxRedrives)
  },
  redrives: (_, __, { redrives }) => redrives.campaigns(),
  redrive: (_, { id }, { redrives }) => redrives.campaign(idOf(id)),
  parkedKeys: async (_, { first, after, ...filter }, { sql }) => {
    const take = boundedFirst(first, defaultFirst)
    const from = decodeCursor('parked', after, undefined)
    const rows = await parkedKeys(sql, { ...filter, limit: take + 1, after: from })
    return pageOf(rows, take, after, ({ groupName, actor, topic, partition, key }) =>
      encodeCursor('parked', [groupName, actor, topic, partition, key]),
    )
  },
  explainEvent: (_, { eventId, tenant }, { sql }) => {
    for (const [name, value] of Object.entries({ eventId, tenant })) {
      if (value.length > 1_000 || value.includes('\0') || !value.isWellFormed())
        throw new InputError(`"${name}" is a text of at most 1,000 characters`)
    }
    return eventStory(sql, eventId, tenant)
  },
} satisfies QueryResolvers

const DeadLetter: DeadLetterResolvers = {
  id: ({ id }) => String(id),
  groupName: ({ group }) => group,
  failedAt: ({ failedAtMs }) => new Date(failedAtMs),
  state: ({ state }) => state.toUpperCase() as DeadLetterState,
}

/** Personal fields may be in it. */
const maySeeRecords = ({ role }: RequestContext): boolean => role !== 'viewer'

const utf8 = new TextDecoder('utf-8', { fatal: true })

const textOf = (bytes: Uint8Array): string | null => {
  try {
    const text = utf8.decode(bytes)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}

const DeadLetterDetail: DeadLetterDetailResolvers = {
  letter: (letter) => letter,
  decoded: decodedLetter,
  valueBase64: ({ original: { value } }, _, context) =>
    value === null || !maySeeRecords(context) ? null : Buffer.from(value).toString('base64'),
  valueText: ({ original: { value } }, _, context) =>
    value === null || !maySeeRecords(context) ? null : textOf(value),
  headers: ({ original: { headers } }, _, context) =>
    maySeeRecords(context)
      ? headers.map(([name, value]) => ({
          name,
          value: typeof value === 'string' || value === null ? value : Buffer.from(value).toString('utf8'),
        }))
      : null,
  recordedAt: ({ original: { timestamp } }) => (timestamp >= 0 ? new Date(timestamp) : null),
}

const DeadLetterReceipt: DeadLetterReceiptResolvers = {
  at: ({ atMs }) => new Date(atMs),
  redriveId: ({ campaignId }) => (campaignId === undefined ? null : String(campaignId)),
  producedTo: ({ producedTo: to }) => (to === undefined ? null : `${to.topic}/${to.partition}@${to.offset}`),
}

const RedrivePreviewRow: RedrivePreviewRowResolvers = { groupName: ({ group }) => group }

const redriveStates = {
  running: 'RUNNING',
  paused: 'PAUSED',
  finished: 'FINISHED',
  cancelled: 'CANCELLED',
} as const

const Redrive: RedriveResolvers = {
  id: ({ id }) => String(id),
  state: ({ state }) => redriveStates[state],
  filter: ({ filter }) => JSON.stringify(filter),
  ratePerSecond: ({ ratePerS }) => ratePerS,
  createdAt: ({ createdAtMs }) => new Date(createdAtMs),
  finishedAt: ({ finishedAtMs }) => (finishedAtMs === undefined ? null : new Date(finishedAtMs)),
}

const ParkedKey: ParkedKeyResolvers = { held: ({ dueAt }) => dueAt === null }

export const letterTypes = {
  DeadLetter,
  DeadLetterDetail,
  DeadLetterReceipt,
  RedrivePreviewRow,
  Redrive,
  ParkedKey,
}
