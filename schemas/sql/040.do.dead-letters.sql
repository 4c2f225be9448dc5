-- The index of dead letters, beside their topic: what is there, why, and what became of it. Written in the transaction of
-- the batch that gave the record up; redriven by campaigns. States: runtime/delivery/dead-letter-index.ts.

create table troupe.dead_letters (
  id               bigint         generated always as identity primary key,
  group_id         text           not null,
  actor            text           not null,
  actor_version    text,
  topic            text           not null,
  partition        integer        not null,
  record_offset    bigint         not null,

  -- The record as it was. headers: runtime/delivery/header-bytes.ts.
  key              bytea,
  value            bytea,
  headers          bytea          not null,
  -- ms since the epoch, as the record has it; null: none.
  timestamp_ms     bigint,

  -- '' where the event could not be read.
  tenant           text           not null,
  event_id         text           not null,
  event_type       text           not null,
  correlation_id   text           not null,
  trace_id         text,
  -- [tenant, key] as JSON, so that every key can be kept exactly. Null: the inbox does not know the event; effects none,
  -- or undecodable.
  inbox_key        text,

  outcome          text           not null check (outcome in ('rejected', 'undecodable', 'exhausted')),
  attempts         integer        not null,
  error_class      text           not null,
  error_code       text           not null,
  message          text           not null,
  stack            text           not null,
  -- To the millisecond, which is what cursors repeat exactly.
  failed_at        timestamptz(3) not null,

  state            text           not null default 'dead' check (state in ('dead', 'redriving', 'redriven', 'discarded')),
  -- How often the event had been redriven before it died here.
  redrives         integer        not null default 0,
  -- The campaign that has it, or had it last.
  campaign_id      bigint,

  constraint dead_letters_of_unit unique (group_id, actor, topic, partition, record_offset)
);

-- Bytes are compressed by Kafka, and read only when one letter is looked at.
alter table troupe.dead_letters alter column value set storage external;

-- Pages of all, last died first; of one actor; of one class of error; of one state. The id breaks ties.
create index dead_letters_by_time on troupe.dead_letters (failed_at, id);
create index dead_letters_by_actor on troupe.dead_letters (actor, failed_at, id);
create index dead_letters_by_class on troupe.dead_letters (error_class, failed_at, id);
create index dead_letters_by_code on troupe.dead_letters (error_code, failed_at, id);
-- Few are left in these states, whatever the size of the table; campaigns read them in the order of dying.
create index dead_letters_to_settle on troupe.dead_letters (id) where state = 'dead';
create index dead_letters_redriving on troupe.dead_letters (campaign_id, id) where state = 'redriving';
-- Keys may be longer than an index entry.
create index dead_letters_by_key on troupe.dead_letters (md5(key));
create index dead_letters_by_event on troupe.dead_letters (event_id);
-- Words of the error.
create index dead_letters_by_text on troupe.dead_letters
  using gin (to_tsvector('simple', error_class || ' ' || error_code || ' ' || message));

-- The letters that a filter finds, its fields as in runtime/delivery/dead-letter-index.ts; inlined, so that indexes serve.
create function troupe.dead_letters_of(filter jsonb) returns setof troupe.dead_letters language sql stable as $$
  select * from troupe.dead_letters
  where (filter->>'group' is null or group_id = filter->>'group')
    and (filter->>'actor' is null or actor = filter->>'actor')
    and (filter->>'topic' is null or topic = filter->>'topic')
    and (filter->>'tenant' is null or tenant = filter->>'tenant')
    and (filter->>'error' is null or error_class = filter->>'error' or error_code = filter->>'error')
    and (filter->>'key' is null
      or (md5(key) = md5(convert_to(filter->>'key', 'UTF8')) and key = convert_to(filter->>'key', 'UTF8')))
    and (filter->>'eventId' is null or event_id = filter->>'eventId')
    and (filter->>'fromMs' is null or failed_at >= to_timestamp((filter->>'fromMs')::double precision / 1000))
    and (filter->>'toMs' is null or failed_at < to_timestamp((filter->>'toMs')::double precision / 1000))
    and (filter->>'text' is null
      or to_tsvector('simple', error_class || ' ' || error_code || ' ' || message)
         @@ websearch_to_tsquery('simple', filter->>'text'))
    and (filter->'ids' is null
      or id = any (array(select jsonb_array_elements_text(filter->'ids')::bigint)))
$$;

-- A redrive campaign: which letters, how fast, how far it is.
create table troupe.redrive_campaigns (
  id               bigint         generated always as identity primary key,
  state            text           not null default 'running' check (state in ('running', 'paused', 'finished', 'cancelled')),
  created_by       text           not null,
  created_at       timestamptz    not null default now(),
  -- Who paused, resumed or cancelled it last.
  changed_by       text,
  finished_at      timestamptz,
  -- Version 1: the fields of DeadLetterFilter.
  filter_version   smallint       not null default 1,
  filter           jsonb          not null,
  rate_per_s       double precision not null check (rate_per_s > 0),
  max_redrives     integer        not null check (max_redrives > 0),
  -- Letters that die later are none of its: what it redrives and what dies again does not come back to it.
  up_to_id         bigint         not null,
  -- Letters up to this one were looked at.
  after_id         bigint         not null default 0,
  redriven         bigint         not null default 0,
  skipped          bigint         not null default 0,
  refused          bigint         not null default 0,
  settled          bigint         not null default 0,
  -- Who runs it, by the clock of Postgres.
  runner           text,
  leased_until     timestamptz
);

-- What became of each letter, by whom and when: one row an act, never changed.
create table troupe.dead_letter_receipts (
  id               bigint         generated always as identity primary key,
  dead_letter_id   bigint         not null,
  campaign_id      bigint,
  outcome          text           not null check (outcome in ('redriven', 'skipped', 'refused', 'settled', 'discarded')),
  reason           text           not null,
  told_by          text           not null,
  told_at          timestamptz    not null default now(),
  -- Where it was produced to.
  topic            text,
  partition        integer,
  record_offset    bigint
);

create index dead_letter_receipts_by_letter on troupe.dead_letter_receipts (dead_letter_id, id);
create index dead_letter_receipts_by_campaign on troupe.dead_letter_receipts (campaign_id, id);
