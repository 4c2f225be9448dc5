/** The tables of who does it by hand: what Troupe keeps, as one would make it for oneself. */

import type { Sql } from 'postgres'

export const createHandTables = async (sql: Sql): Promise<void> => {
  await sql`create schema hand`
  await sql`create table hand.owner (partition integer primary key, epoch bigint not null, next_offset bigint not null)`
  await sql`create table hand.inbox (tenant text, key text, primary key (tenant, key))`
  await sql`create table hand.state (tenant text, key text, state jsonb not null, primary key (tenant, key))`
  await sql`create table hand.tracked (
    id bigint generated always as identity primary key, entity text, entity_id text, state text, at timestamptz, tenant text)`
  await sql`create table hand.outbox (
    position bigint generated always as identity primary key, id uuid not null, topic text not null, key text, payload bytea)`
}

/** Keys that were handled before, in both inboxes: what a look-up costs in a table of that size. */
export const prefillInboxes = async (sql: Sql, group: string, keys: number): Promise<void> => {
  await sql`select troupe.keep_inbox(2)`
  await sql`
    insert into troupe.inbox (group_id, actor, tenant, key, topic, partition, record_offset, outcome, day)
    select ${group}::text, 'noop', 'tenant-' || n % 100, md5(n::text)::uuid::text, 'bench.before', 0, n, 'done', troupe.today()
    from generate_series(1, ${keys}::bigint) as n order by 3, 4`
  await sql`
    insert into hand.inbox (tenant, key)
    select 'tenant-' || n % 100, md5(n::text)::uuid::text from generate_series(1, ${keys}::bigint) as n order by 1, 2`
  await sql`analyze`
}
