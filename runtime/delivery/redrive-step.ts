/** One slice of a redrive campaign, from claim to receipt. May be killed anywhere, and is run again. */

import { TroupeError } from '../errors.ts'
import type { TopicPartitionOffset } from '../topic-partition.ts'
import type { StoredDeadLetter } from './dead-letter-index.ts'
import type { EffectsStore, InboxKey } from './effects.ts'
import type { OutgoingRecord } from './outgoing.ts'
import {
  decideRedrive,
  paceOf,
  redriveId,
  type Campaign,
  type InboxClaim,
  type RedriveStore,
  type SettledLetter,
} from './redrive.ts'

export interface CampaignPorts {
  readonly store: RedriveStore
  readonly inbox: Pick<EffectsStore, 'seen' | 'moveInbox'>
  /** Resolves when the brokers have acknowledged it. PRODUCE_REFUSED and TOPIC_MISSING: they never will. */
  produce(record: OutgoingRecord): Promise<TopicPartitionOffset>
  /** Of this process; another one's lease ends after `leaseMs`. */
  readonly runner: string
  readonly leaseMs: number
}

export type CampaignStep =
  /** Call again after this. */
  | { readonly kind: 'more'; readonly afterMs: number; readonly letters: number }
  /** Kafka is away; what was claimed stays claimed. Call again after this. */
  | { readonly kind: 'waiting'; readonly afterMs: number; readonly reason: string }
  /** Nothing is left; the campaign is finished. */
  | { readonly kind: 'finished' }
  /** Paused, cancelled, finished before, or another process runs it. */
  | { readonly kind: 'not-ours' }

/** Throws POSTGRES_UNAVAILABLE: call again. KAFKA_FATAL, KAFKA_UNAUTHORIZED: call again with another producer. `afterMs` is counted from the beginning of the step. */
export const runCampaignStep = async (ports: CampaignPorts, campaignId: number): Promise<CampaignStep> => {
  const { store, runner, leaseMs } = ports
  const campaign = await store.lease(campaignId, runner, leaseMs)
  if (campaign === undefined) return { kind: 'not-ours' }
  const { letters: size, stepMs } = paceOf(campaign.ratePerS)
  const letters = await store.claimLetters(campaign, size)
  if (letters.length === 0) {
    return (await store.finish(campaign.id)) ? { kind: 'finished' } : { kind: 'not-ours' }
  }
  const results = await redriveInOrder(ports, campaign, letters)
  const settled = results.filter((result) => result.kind === 'settled').map(({ letter }) => letter)
  await store.settle(campaign, settled, runner)
  const lasting = results.find((result) => result.kind === 'failed')
  if (lasting) throw lasting.error
  const away = results.find((result) => result.kind === 'away')
  return away === undefined
    ? { kind: 'more', afterMs: stepMs, letters: settled.length }
    : { kind: 'waiting', afterMs: Math.max(stepMs, 1_000), reason: away.reason }
}

type Result =
  | { readonly kind: 'settled'; readonly letter: SettledLetter }
  | { readonly kind: 'away'; readonly reason: string }
  /** This producer will not do it, whatever the record; it stays claimed. */
  | { readonly kind: 'failed'; readonly error: unknown }

/** Records are handed to the producer in the order of the letters, so that those of a key keep it. */
const redriveInOrder = async (
  ports: CampaignPorts,
  campaign: Campaign,
  letters: readonly StoredDeadLetter[],
): Promise<readonly Result[]> => {
  const decided = letters.map((letter) => ({ letter, decision: decideRedrive(letter, campaign) }))
  const wanted = decided.filter(({ decision }) => decision.kind === 'produce').map(({ letter }) => letter)
  const claims = await claimInbox(ports.inbox, campaign, wanted)
  return Promise.all(
    decided.map(async ({ letter, decision }): Promise<Result> => {
      const settled = (outcome: SettledLetter['outcome'], reason: string): Result => ({
        kind: 'settled',
        letter: { id: letter.id, outcome, reason },
      })
      if (decision.kind === 'skip') return settled('skipped', decision.reason)
      if (claims.get(letter.id) === 'settled')
        return settled('settled', 'the event is handled, or is being handled')
      try {
        const producedTo = await ports.produce(decision.record)
        return { kind: 'settled', letter: { id: letter.id, outcome: 'redriven', reason: '', producedTo } }
      } catch (error) {
        if (!(error instanceof TroupeError)) return { kind: 'failed', error }
        if (error.retryable) return { kind: 'away', reason: error.message }
        if (!isOfTheRecord(error)) return { kind: 'failed', error }
        await releaseInbox(ports.inbox, campaign, letter)
        return settled('refused', error.message)
      }
    }),
  )
}

const isOfTheRecord = ({ code }: TroupeError): boolean =>
  code === 'PRODUCE_REFUSED' || code === 'TOPIC_MISSING'

/** R1, R2: a row that this redrive holds already was claimed before a crash. */
const claimInbox = async (
  inbox: CampaignPorts['inbox'],
  campaign: Campaign,
  letters: readonly StoredDeadLetter[],
): Promise<ReadonlyMap<number, InboxClaim>> => {
  const claims = new Map<number, InboxClaim>()
  for (const known of byUnit(letters)) {
    const [first] = known
    if (first === undefined) continue
    const moves = known.map((letter) => moveOf(campaign, letter))
    const fresh = await inbox.moveInbox(
      first,
      moves.map((move) => ({ ...move, holder: undefined })),
    )
    const again = await inbox.moveInbox(first, moves)
    const hits = await inbox.seen(first, known.map(keyOf))
    const seen = new Set(hits.map(({ tenant, key }) => JSON.stringify([tenant, key])))
    for (const [nth, letter] of known.entries()) {
      const { tenant, key } = keyOf(letter)
      const isOurs = fresh[nth] === true || again[nth] === true
      claims.set(
        letter.id,
        isOurs ? 'claimed' : seen.has(JSON.stringify([tenant, key])) ? 'settled' : 'absent',
      )
    }
  }
  return claims
}

/** So that a later campaign can claim it. */
const releaseInbox = async (
  inbox: CampaignPorts['inbox'],
  campaign: Campaign,
  letter: StoredDeadLetter,
): Promise<void> => {
  if (letter.inboxKey === undefined) return
  await inbox.moveInbox(letter, [{ ...moveOf(campaign, letter), nextHolder: undefined }])
}

const keyOf = ({ inboxKey }: StoredDeadLetter): InboxKey => inboxKey ?? { tenant: '', key: '' }

const moveOf = (campaign: Campaign, letter: StoredDeadLetter) => {
  const holder = redriveId(campaign.id, letter.id)
  return { ...keyOf(letter), from: 'dead', to: 'dead', holder, nextHolder: holder } as const
}

/** Only letters that the inbox may know. */
const byUnit = (letters: readonly StoredDeadLetter[]): readonly (readonly StoredDeadLetter[])[] => [
  ...Map.groupBy(
    letters.filter(({ inboxKey }) => inboxKey !== undefined),
    ({ group, actor, topic, partition }) => JSON.stringify([group, actor, topic, partition]),
  ).values(),
]
