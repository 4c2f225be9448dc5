/** Redrive campaigns in Postgres. States change by compare-and-set, so that two processes never redrive one letter. */

import {
  campaignTransitions,
  receiptOutcomes,
  redriveChannel,
  type Campaign,
  type CampaignPreview,
  type CampaignState,
  type DeadLetterFilter,
  type DeadLetterReceipt,
  type NewCampaign,
  type RedriveListener,
  type RedriveStore,
  type SettledLetter,
  type StoredDeadLetter,
} from '../delivery/index.ts'
import { TroupeError } from '../errors.ts'
import {
  filterJson,
  letterOf,
  receiptOf,
  summaryOf,
  type LetterRow,
  type ReceiptRow,
  type SummaryRow,
} from './dead-letter-rows.ts'
import { listenOn } from './channel-listener.ts'
import { operatorPool, operatorSessions, type OperatorStoreOptions } from './operator-pool.ts'
import type { PostgresSession, SessionOptions } from './postgres-session.ts'
import { askedOf } from './run-again.ts'
import type { SessionPool } from './session-pool.ts'
import { storable } from './storable-text.ts'

/** Opens no connection yet. */
export const openRedriveStore = (options: OperatorStoreOptions): RedriveStore =>
  new PostgresRedriveStore(operatorPool(options, 'redrive'), operatorSessions(options, 'redrive'))

const defaultRatePerS = 100
const defaultMaxRedrives = 3

interface CampaignRow {
  readonly id: number
  readonly state: CampaignState
  readonly created_by: string
  readonly created_at: Date
  readonly finished_at: Date | null
  readonly filter: DeadLetterFilter
  readonly rate_per_s: number
  readonly max_redrives: number
  readonly redriven: number
  readonly skipped: number
  readonly refused: number
  readonly settled: number
}

interface PreviewRow {
  readonly group: string
  readonly actor: string
  readonly errorClass: string
  readonly letters: number
  readonly settled: number
  readonly all: number
  readonly allGuarded: number
  readonly allSettled: number
  /** Ids. */
  readonly first: readonly number[]
}

/**
 * In the JSON of a key: NUL, half a surrogate pair. The inbox has such keys by a name made from them; their letters are
 * taken for undecided, as are those of keys that are too long for it.
 */
const escapesNoTextHolds = String.raw`\\u(0000|d[89a-f])`

class PostgresRedriveStore implements RedriveStore {
  readonly #pool: SessionPool
  readonly #listening: SessionOptions

  constructor(pool: SessionPool, listening: SessionOptions) {
    this.#pool = pool
    this.#listening = listening
  }

  async preview(filter: DeadLetterFilter, maxRedrives = defaultMaxRedrives): Promise<CampaignPreview> {
    const json = filterJson(filter)
    return this.#run(async ({ sql }) => {
      const groups = await sql<PreviewRow>`
        with letter as materialized (
          select id, group_id, actor, error_class, redrives >= ${maxRedrives} as guarded,
            redrives < ${maxRedrives} and decided as settled
          from troupe.dead_letters_of(${json}::jsonb) as found
          cross join lateral (
            select case when found.inbox_key ~ ${escapesNoTextHolds} then null else found.inbox_key::json end as name
          ) as inbox_key
          cross join lateral (
            select count(*) > 0 and not bool_or(inbox.outcome = 'dead' and inbox.holder is null) as decided
            from troupe.inbox
            where inbox.group_id = found.group_id and inbox.actor = found.actor
              and inbox.tenant = name->>0 and inbox.key = name->>1
          ) as inbox
          where state = 'dead'
        )
        select group_id as "group", actor, error_class as "errorClass", count(*) as letters,
          count(*) filter (where settled) as settled,
          (sum(count(*)) over ())::bigint as all,
          (sum(count(*) filter (where guarded)) over ())::bigint as "allGuarded",
          (sum(count(*) filter (where settled)) over ())::bigint as "allSettled",
          array(select id from letter where not guarded and not settled order by id limit 5) as first
        from letter
        group by 1, 2, 3 order by 4 desc, 1, 2, 3
        limit 100`
      const examples = await sql<SummaryRow>`
        select * from troupe.dead_letters where id = any (${groups[0]?.first ?? []}::bigint[]) order by id`
      return {
        letters: groups[0]?.all ?? 0,
        guarded: groups[0]?.allGuarded ?? 0,
        settled: groups[0]?.allSettled ?? 0,
        byActorAndError: groups.map(({ group, actor, errorClass, letters, settled }) => ({
          ...{ group, actor, errorClass, letters, settled },
        })),
        examples: examples.map(summaryOf),
      }
    })
  }

  async create({ filter, by, ...given }: NewCampaign): Promise<Campaign> {
    const { ratePerS = defaultRatePerS, maxRedrives = defaultMaxRedrives } = given
    if (!(ratePerS > 0 && ratePerS <= 100_000))
      throw new TroupeError(
        'CONFIG_INVALID',
        `the rate is ${String(ratePerS)}; it must be above 0 and at most 100000 a second`,
      )
    if (!Number.isInteger(maxRedrives) || maxRedrives < 1 || maxRedrives > 1_000)
      throw new TroupeError('CONFIG_INVALID', `maxRedrives is ${String(maxRedrives)}; it must be 1 to 1000`)
    const [row] = await this.#run(
      ({ sql }) => sql<CampaignRow>`
        with created as (
          insert into troupe.redrive_campaigns (created_by, filter, rate_per_s, max_redrives, up_to_id)
          values (${storable(by)}, ${filterJson(filter)}::jsonb, ${ratePerS}, ${maxRedrives},
            (select coalesce(max(id), 0) from troupe.dead_letters))
          returning *
        )
        select created.* from created, pg_notify(${redriveChannel}, '')`,
    )
    return campaignOf(required(row))
  }

  async campaign(id: number): Promise<Campaign | undefined> {
    const [row] = await this.#run(
      ({ sql }) => sql<CampaignRow>`select * from troupe.redrive_campaigns where id = ${id}`,
    )
    return row && campaignOf(row)
  }

  async campaigns(): Promise<readonly Campaign[]> {
    const rows = await this.#run(
      ({ sql }) => sql<CampaignRow>`select * from troupe.redrive_campaigns order by id desc limit 100`,
    )
    return rows.map(campaignOf)
  }

  async change(id: number, to: CampaignState, by: string): Promise<Campaign | undefined> {
    const from = Object.entries(campaignTransitions)
      .filter(([, next]) => (next as readonly CampaignState[]).includes(to))
      .map(([state]) => state)
    const [row] = await this.#run(
      ({ sql }) => sql<CampaignRow>`
        with changed as (
          update troupe.redrive_campaigns
          set state = ${to}, changed_by = ${storable(by)}, finished_at = case when ${to}::text in ('finished', 'cancelled') then now() end
          where id = ${id} and state = any (${from}::text[])
          returning *
        )
        select changed.* from changed, pg_notify(${redriveChannel}, '')`,
    )
    if (row) return campaignOf(row)
    const found = await this.campaign(id)
    if (found === undefined) return undefined
    throw new TroupeError('TRANSITION_UNLISTED', `a redrive campaign cannot go from ${found.state} to ${to}`)
  }

  async finish(id: number): Promise<boolean> {
    const rows = await this.#run(
      ({ sql }) => sql`
        update troupe.redrive_campaigns set state = 'finished', finished_at = now(), runner = null, leased_until = null
        where id = ${id} and state = 'running'
        returning 1`,
    )
    return rows.length > 0
  }

  async receipts(
    campaignId: number,
    afterId = 0,
  ): Promise<readonly (DeadLetterReceipt & { readonly id: number })[]> {
    const rows = await this.#run(
      ({ sql }) => sql<ReceiptRow>`
        select * from troupe.dead_letter_receipts
        where campaign_id = ${campaignId} and id > ${afterId} order by id limit 1000`,
    )
    return rows.map(receiptOf)
  }

  async lease(id: number, runner: string, leaseMs: number): Promise<Campaign | undefined> {
    const [row] = await this.#run(
      ({ sql }) => sql<CampaignRow>`
        update troupe.redrive_campaigns as campaign
        set runner = ${runner}, leased_until = clock_timestamp() + ${leaseMs}::double precision * interval '1 ms'
        where id = ${id}
          and (state = 'running' or state = 'cancelled' and exists (
            select from troupe.dead_letters as letter where letter.campaign_id = campaign.id and letter.state = 'redriving'))
          and (runner is null or runner = ${runner} or leased_until < clock_timestamp())
        returning *`,
    )
    return row && campaignOf(row)
  }

  async release(id: number, runner: string): Promise<void> {
    await this.#run(
      ({ sql }) => sql`
        update troupe.redrive_campaigns set runner = null, leased_until = null
        where id = ${id} and runner = ${runner}`,
    )
  }

  async waiting(most: number): Promise<readonly number[]> {
    const rows = await this.#run(
      ({ sql }) => sql<{ readonly id: number }>`
        select id from troupe.redrive_campaigns as campaign
        where (runner is null or leased_until < clock_timestamp())
          and (state = 'running' or state = 'cancelled' and exists (
            select from troupe.dead_letters as letter where letter.campaign_id = campaign.id and letter.state = 'redriving'))
        order by coalesce(leased_until, created_at), id
        limit ${most}`,
    )
    return rows.map(({ id }) => id)
  }

  listen(wake: () => void): Promise<RedriveListener> {
    return listenOn(this.#listening, (sql) => sql`listen troupe_redrive`, wake)
  }

  async claimLetters({ id, filter, state }: Campaign, letters: number): Promise<readonly StoredDeadLetter[]> {
    return this.#run(async ({ sql }) => {
      const left = await sql<LetterRow>`
        select * from troupe.dead_letters
        where campaign_id = ${id} and state = 'redriving' order by id limit ${letters}`
      if (left.length > 0 || state !== 'running') return left.map((row) => letterOf(row, []))
      const rows = await sql<LetterRow>`
        with wanted as materialized (
          select letter.id
          from troupe.redrive_campaigns as campaign
          join troupe.dead_letters_of(${filterJson(filter)}::jsonb) as letter
            on letter.id > campaign.after_id and letter.id <= campaign.up_to_id
          where campaign.id = ${id} and campaign.state = 'running' and letter.state = 'dead'
          order by letter.id
          limit ${letters}
        ), claimed as (
          update troupe.dead_letters as letter
          set state = 'redriving', campaign_id = ${id}
          from wanted where letter.id = wanted.id and letter.state = 'dead'
          returning letter.*
        ), moved as (
          update troupe.redrive_campaigns set after_id = greatest(after_id, (select max(id) from wanted))
          where id = ${id} and exists (select from wanted)
        )
        select * from claimed order by id`
      return rows.map((row) => letterOf(row, []))
    })
  }

  async settle(campaign: Campaign, letters: readonly SettledLetter[], by: string): Promise<void> {
    if (letters.length === 0) return
    const places = letters.map(({ producedTo }) => producedTo)
    await this.#run(
      ({ sql }) => sql`
        with told as materialized (
          select * from unnest(
            ${letters.map(({ id }) => id)}::bigint[], ${letters.map(({ outcome }) => outcome)}::text[],
            ${letters.map(({ outcome, reason }) => storable(reason || receiptOutcomes[outcome]).slice(0, 2_000))}::text[],
            ${places.map((place) => place?.topic ?? null)}::text[],
            ${places.map((place) => place?.partition ?? null)}::integer[],
            ${places.map((place) => place?.offset ?? null)}::bigint[])
            as told (id, outcome, reason, topic, partition, record_offset)
        ), changed as (
          update troupe.dead_letters as letter
          set state = case told.outcome when 'redriven' then 'redriven' when 'settled' then 'discarded' else 'dead' end
          from told
          where letter.id = told.id and letter.state = 'redriving' and letter.campaign_id = ${campaign.id}
          returning told.*
        ), receipts as (
          insert into troupe.dead_letter_receipts
            (dead_letter_id, campaign_id, outcome, reason, told_by, topic, partition, record_offset)
          select id, ${campaign.id}::bigint, outcome, reason, ${storable(by)}, topic, partition, record_offset
          from changed order by id
        )
        update troupe.redrive_campaigns
        set redriven = redriven + (select count(*) from changed where outcome = 'redriven'),
            skipped = skipped + (select count(*) from changed where outcome = 'skipped'),
            refused = refused + (select count(*) from changed where outcome = 'refused'),
            settled = settled + (select count(*) from changed where outcome = 'settled')
        where id = ${campaign.id}`,
    )
  }

  close(): Promise<void> {
    return this.#pool.close()
  }

  #run<T>(work: (session: PostgresSession) => Promise<T>): Promise<T> {
    return askedOf(this.#pool, 'what was asked of a redrive campaign', work)
  }
}

const campaignOf = (row: CampaignRow): Campaign => ({
  id: row.id,
  state: row.state,
  filter: row.filter,
  ratePerS: row.rate_per_s,
  maxRedrives: row.max_redrives,
  createdBy: row.created_by,
  createdAtMs: row.created_at.getTime(),
  finishedAtMs: row.finished_at?.getTime(),
  redriven: row.redriven,
  skipped: row.skipped,
  refused: row.refused,
  settled: row.settled,
})

const required = <Row>(row: Row | undefined): Row => {
  if (row === undefined) throw new RangeError('an insert answered no row')
  return row
}
