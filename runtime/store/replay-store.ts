/** Replays in Postgres. States change by compare-and-set. */

import { commandChannel } from '../control/command.ts'
import {
  replayTransitions,
  type NewReplay,
  type Replay,
  type ReplayState,
  type ReplayStore,
} from '../delivery/index.ts'
import { TroupeError } from '../errors.ts'
import type { Offset } from '../topic-partition.ts'
import { operatorPool, type OperatorStoreOptions } from './operator-pool.ts'
import type { PostgresSession } from './postgres-session.ts'
import { replayOf, type ReplayRow } from './replay-rows.ts'
import { askedOf } from './run-again.ts'
import type { SessionPool } from './session-pool.ts'
import { storable } from './storable-text.ts'

/** Opens no connection yet. */
export const openReplayStore = (options: OperatorStoreOptions): ReplayStore =>
  new PostgresReplayStore(operatorPool(options, 'replays'))

/** At once. */
const mostPruned = 200

class PostgresReplayStore implements ReplayStore {
  readonly #pool: SessionPool

  constructor(pool: SessionPool) {
    this.#pool = pool
  }

  /** Processes look when they hear of commands, and now and then. */
  async create({ unit, range: { from, to }, dedupe, ratePerS, by }: NewReplay): Promise<Replay | undefined> {
    if (!(ratePerS > 0 && ratePerS <= 1_000_000))
      throw new TroupeError(
        'CONFIG_INVALID',
        `the rate is ${String(ratePerS)}; it must be above 0 and at most 1000000 a second`,
      )
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from >= to)
      throw new TroupeError(
        'CONFIG_INVALID',
        `from ${String(from)} to before ${String(to)} is no range of offsets`,
      )
    const { group, actor, topic, partition } = unit
    const [row] = await this.#run(
      ({ sql }) => sql<ReplayRow>`
        with created as (
          insert into troupe.replays
            (group_id, actor, topic, partition, from_offset, to_offset, next_offset, dedupe, rate_per_s, created_by)
          select group_id, actor, topic, partition, ${from}::bigint, least(${to}::bigint, frontier), ${from}::bigint,
            ${dedupe}::text, ${ratePerS}::double precision, ${storable(by)}
          from troupe.units
          where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
            and frontier > ${from}::bigint
          returning *
        )
        select created.*, done::text as done from created, pg_notify(${commandChannel}, '')`,
    )
    return row && replayOf(row)
  }

  async replay(id: number): Promise<Replay | undefined> {
    const [row] = await this.#run(
      ({ sql }) => sql<ReplayRow>`select *, done::text as done from troupe.replays where id = ${id}`,
    )
    return row && replayOf(row)
  }

  async replays(group?: string): Promise<readonly Replay[]> {
    const rows = await this.#run(
      ({ sql }) => sql<ReplayRow>`
        select *, done::text as done from troupe.replays
        where ${group ?? null}::text is null or group_id = ${group ?? null}::text
        order by id desc limit 100`,
    )
    return rows.map(replayOf)
  }

  async change(id: number, to: Exclude<ReplayState, 'finished'>, by: string): Promise<Replay | undefined> {
    const from = Object.entries(replayTransitions)
      .filter(([, next]) => (next as readonly ReplayState[]).includes(to))
      .map(([state]) => state)
    const [row] = await this.#run(
      ({ sql }) => sql<ReplayRow>`
        with changed as (
          update troupe.replays
          set state = ${to}, changed_by = ${storable(by)}, tries = 0, trouble = '',
              finished_at = case when ${to}::text = 'stopped' then now() end
          where id = ${id} and state = any (${from}::text[])
          returning *
        )
        select changed.*, done::text as done from changed, pg_notify(${commandChannel}, '')`,
    )
    if (row) return replayOf(row)
    const found = await this.replay(id)
    if (found === undefined) return undefined
    throw new TroupeError('TRANSITION_UNLISTED', `a replay cannot go from ${found.state} to ${to}`)
  }

  async beginBatch(id: number, isSound: boolean): Promise<number | undefined> {
    const [row] = await this.#run(
      ({ sql }) => sql<{ readonly tries: number }>`
        update troupe.replays set tries = case when ${isSound} then 1 else tries + 1 end
        where id = ${id} and state = 'running'
        returning tries`,
    )
    return row?.tries
  }

  async giveUp(id: number, trouble: string): Promise<void> {
    await this.#run(
      ({ sql }) => sql`
        update troupe.replays set state = 'paused', trouble = ${storable(trouble).slice(0, 1_000)}
        where id = ${id} and state = 'running'`,
    )
  }

  async advance(id: number, from: Offset, to: Offset, gone: number): Promise<void> {
    await this.#run(
      ({ sql }) => sql`
        update troupe.replays
        set next_offset = ${to}::bigint, done = done - int8multirange(int8range(0, ${to}::bigint)),
            gone = gone + ${gone}::bigint, tries = 0,
            state = case when ${to}::bigint = to_offset and state = 'running' then 'finished' else state end,
            finished_at = case when ${to}::bigint = to_offset and state = 'running' then now() else finished_at end
        where id = ${id} and next_offset = ${from}::bigint and state in ('running', 'paused')`,
    )
  }

  async prune(olderThanDays: number): Promise<number> {
    const rows = await this.#run(
      ({ sql }) => sql`
        delete from troupe.replays where id in (
          select id from troupe.replays
          where finished_at < now() - ${olderThanDays}::double precision * interval '1 day'
            and state in ('finished', 'stopped')
          order by id limit ${mostPruned} for update skip locked)
        returning 1`,
    )
    return rows.length
  }

  close(): Promise<void> {
    return this.#pool.close()
  }

  #run<T>(work: (session: PostgresSession) => Promise<T>): Promise<T> {
    return askedOf(this.#pool, 'what was asked of replays', work)
  }
}
