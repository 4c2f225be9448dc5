/**
 * Redrive campaigns: dead letters are produced to their topic again, at a rate, each with a receipt. Decisions are here,
 * `RedriveStore` keeps what was decided, `runCampaignStep` does one slice at a time.
 *
 * R1: a letter is one campaign's: `dead → redriving` by compare-and-set. So is its row of the inbox: its holder is the
 *     redrive, and only the record that carries the redrive's id moves it on (`dead → done where holder = redrive`).
 * R2: the id of a redrive follows from campaign and letter. Whatever is done twice after a crash has the same id.
 * R3: a letter goes back to the partition it came from, where the rest of its key is.
 * R4: an event that was redriven `maxRedrives` times is left; the count travels in a header. Letters that die after the
 *     campaign began are none of its.
 */

import type { TopicPartitionOffset } from '../topic-partition.ts'
import type {
  DeadLetterFilter,
  DeadLetterReceipt,
  DeadLetterSummary,
  StoredDeadLetter,
} from './dead-letter-index.ts'
import type { OriginalRecord } from './dead-letter.ts'
import type { OutgoingHeader, OutgoingRecord } from './outgoing.ts'
import type { ActorIdentity } from './unit.ts'

export const campaignTransitions = {
  running: ['paused', 'finished', 'cancelled'],
  paused: ['running', 'cancelled'],
  finished: [],
  cancelled: [],
} as const satisfies Record<string, readonly string[]>

export type CampaignState = keyof typeof campaignTransitions

export interface NewCampaign {
  readonly filter: DeadLetterFilter
  /** Events a second. Default 100. */
  readonly ratePerS?: number | undefined
  /** Default 3. */
  readonly maxRedrives?: number | undefined
  readonly by: string
}

export interface CampaignCounts {
  readonly redriven: number
  readonly skipped: number
  readonly refused: number
  readonly settled: number
}

export interface Campaign extends CampaignCounts {
  readonly id: number
  readonly state: CampaignState
  readonly filter: DeadLetterFilter
  readonly ratePerS: number
  readonly maxRedrives: number
  readonly createdBy: string
  readonly createdAtMs: number
  readonly finishedAtMs: number | undefined
}

export interface CampaignPreview {
  /** Letters that are dead and that the filter finds. */
  readonly letters: number
  /** Of them, those that were redriven too often to be redriven again. */
  readonly guarded: number
  /** Of the others, those whose event is decided: it was rejected, or handled meanwhile. They are discarded, and nothing is produced. */
  readonly settled: number
  /** Most first; at most 100. */
  readonly byActorAndError: readonly {
    readonly group: string
    readonly actor: string
    readonly errorClass: string
    readonly letters: number
    readonly settled: number
  }[]
  /** The first to be redriven; at most 5. */
  readonly examples: readonly DeadLetterSummary[]
}

export const redriveHeaders = {
  'troupe-redrive': 'id of the redrive: what the holder of the row in the inbox is',
  'troupe-redrive-to': 'group/actor that the event is for; other actors pass it over',
  'troupe-redrives': 'how often the event has been redriven, this time included',
} as const

/** R2. */
export const redriveId = (campaignId: number, deadLetterId: number): string =>
  `redrive-${String(campaignId)}-${String(deadLetterId)}`

/** What a record says of its redrive; undefined: it is none, or its headers are none of ours. */
export const redriveOf = (
  header: (name: string) => string | undefined,
): { readonly id: string; readonly to: string; readonly redrives: number } | undefined => {
  const id = header('troupe-redrive')
  const to = header('troupe-redrive-to')
  return id && to ? { id, to, redrives: redrivesOf(header) } : undefined
}

/** 0 for a record that was never redriven. */
export const redrivesOf = (header: (name: string) => string | undefined): number => {
  const redrives = Number(header('troupe-redrives') ?? 0)
  return Number.isSafeInteger(redrives) && redrives > 0 ? Math.min(redrives, 1_000_000) : 0
}

/** As `troupe-redrive-to` names it. */
export const redriveTarget = ({ group, actor }: ActorIdentity): string => `${group}/${actor}`

export type RedriveDecision =
  | { readonly kind: 'produce'; readonly record: OutgoingRecord }
  | { readonly kind: 'skip'; readonly reason: string }

export const decideRedrive = (
  letter: Pick<StoredDeadLetter, 'id' | 'group' | 'actor' | 'redrives' | 'original'>,
  { id, maxRedrives }: Pick<Campaign, 'id' | 'maxRedrives'>,
): RedriveDecision => {
  if (letter.redrives >= maxRedrives) {
    return {
      kind: 'skip',
      reason: `redriven ${String(letter.redrives)} times before; ${String(maxRedrives)} are allowed`,
    }
  }
  const { topic, partition, key, value, headers } = letter.original
  const own = headers.filter(([name]) => !Object.hasOwn(redriveHeaders, name.toLowerCase()))
  const unsendable = own.find((header) => !isSendable(header))
  if (unsendable !== undefined) {
    return {
      kind: 'skip',
      reason: `its header ${JSON.stringify(unsendable[0])} is no text and cannot be produced as it was`,
    }
  }
  return {
    kind: 'produce',
    record: {
      topic,
      partition, // R3
      key,
      value,
      headers: [
        ...own.map(([name, bytes]): OutgoingHeader => [name, bytes ?? '']),
        ['troupe-redrive', redriveId(id, letter.id)],
        ['troupe-redrive-to', redriveTarget(letter)],
        ['troupe-redrives', String(letter.redrives + 1)],
      ],
    },
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Our producer sends text without NUL. */
const isSendable = ([name, value]: OriginalRecord['headers'][number]): boolean => {
  if (name.includes('\0')) return false
  if (value === null) return true
  try {
    return !(typeof value === 'string' ? value : utf8.decode(value)).includes('\0')
  } catch {
    return false
  }
}

/** How many letters a step takes, and how long it lasts at least: a fifth of a second's worth, one to 500. */
export const paceOf = (ratePerS: number): { readonly letters: number; readonly stepMs: number } => {
  const letters = Math.min(Math.max(Math.floor(ratePerS / 5), 1), 500)
  return { letters, stepMs: (letters / ratePerS) * 1_000 }
}

/** What the inbox says to a redrive of one of its events (R1). */
export type InboxClaim =
  | 'claimed'
  /** It had been handled, or is parked or another redrive's. */
  | 'settled'
  /** It does not know the event (any more). */
  | 'absent'

export interface SettledLetter {
  readonly id: number
  readonly outcome: 'redriven' | 'skipped' | 'refused' | 'settled'
  readonly reason: string
  readonly producedTo?: TopicPartitionOffset | undefined
}

/** On which those who run campaigns listen (`listen troupe_redrive`): one was created or goes on. */
export const redriveChannel = 'troupe_redrive'

export interface RedriveListener {
  /** Resolves when nothing is heard any more; never rejects. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

/** Every method throws POSTGRES_UNAVAILABLE (retryable) when the database is away. */
export interface RedriveStore {
  preview(filter: DeadLetterFilter, maxRedrives?: number): Promise<CampaignPreview>
  /** Throws CONFIG_INVALID for a rate or number that is none. */
  create(campaign: NewCampaign): Promise<Campaign>
  campaign(id: number): Promise<Campaign | undefined>
  /** Last created first; at most 100. */
  campaigns(): Promise<readonly Campaign[]>
  /** Throws TRANSITION_UNLISTED; undefined: there is none. */
  change(id: number, to: CampaignState, by: string): Promise<Campaign | undefined>
  receipts(
    campaignId: number,
    afterId?: number,
  ): Promise<readonly (DeadLetterReceipt & { readonly id: number })[]>
  /** Nothing is left of it. false: it was not running any more. */
  finish(id: number): Promise<boolean>
  /**
   * The campaign, if it is running and nobody else's lease on it is alive: then it is `runner`'s for `leaseMs`. Also
   * a cancelled one that has claimed letters and not settled them: they may have been produced.
   */
  lease(id: number, runner: string, leaseMs: number): Promise<Campaign | undefined>
  /** The lease ends now, if it is `runner`'s. */
  release(id: number, runner: string): Promise<void>
  /** Campaigns that `lease` would give now, those that wait longest first; at most so many. */
  waiting(most: number): Promise<readonly number[]>
  /** `wake` is called whenever somebody created a campaign or let one go on. */
  listen(wake: () => void): Promise<RedriveListener>
  /** At most so many of its letters, now `redriving`: first those that a step before had claimed and not settled; new ones only while it runs. */
  claimLetters(campaign: Campaign, letters: number): Promise<readonly StoredDeadLetter[]>
  /** Their states, receipts and the campaign's counts, in one transaction; each letter once. */
  settle(campaign: Campaign, letters: readonly SettledLetter[], by: string): Promise<void>
  close(): Promise<void>
}
