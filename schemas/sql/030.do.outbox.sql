-- The outbox: events that are true with the transaction that wrote them, and leave for Kafka afterwards. Column names are
-- those that Debezium's outbox event router takes by default, so that it can send in the place of Troupe's relay
-- (docs/outbox.md has its configuration). Writers: runtime/store/outbox-statements.ts. Reader: runtime/relay.

create table troupe.outbox (
  -- The order of sending within a slice. CACHE 1: numbers are given in the order of the inserts, whatever the session.
  position       bigint           generated always as identity (cache 1) primary key,
  -- Whose rows go one after the other: the hash of the unit, or of the record key where there is no unit.
  slice          smallint         not null check (slice between 0 and 7),

  -- What the event router reads.
  id             uuid             not null,
  aggregatetype  text             not null,
  aggregateid    text             not null,
  type           text             not null,
  payload        bytea,

  -- The record as it is sent. Null key: none. Null payload: a tombstone.
  topic          text             not null,
  partition_key  bytea,
  partition      integer,
  -- [[name, text], …] in order, those of the columns below left out.
  headers        jsonb            not null default '[]',
  tenant         text,
  correlation_id text,
  source         text,
  traceparent    text,
  -- ms since the epoch, as the record has it; null: the time of sending.
  timestamp_ms   bigint,
  -- What the record takes in memory and on the wire, about.
  size_bytes     integer          not null check (size_bytes >= 0),

  -- Which unit wrote it, and the number it has there: without gaps, in the order of commits. Null: another writer.
  group_id       text,
  actor          text,
  unit_topic     text,
  unit_partition integer,
  seq            bigint,
  -- Rows of other writers wait until no transaction before theirs is still open.
  written_xid    xid8             not null default pg_current_xact_id(),
  written_at     timestamptz      not null default now(),

  constraint outbox_unit check (num_nulls(group_id, actor, unit_topic, unit_partition, seq) in (0, 5))
) with (
  -- A queue: what is deleted must not be in the way of who reads its beginning.
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_insert_scale_factor = 0,
  autovacuum_vacuum_insert_threshold = 100000
);

-- Payloads are compressed by Kafka.
alter table troupe.outbox alter column payload set storage external;

create index outbox_of_units on troupe.outbox (slice, position) where seq is not null;
create index outbox_of_others on troupe.outbox (slice, position) where seq is null;

-- Rows that no broker takes. They are kept until an operator releases or discards them.
create table troupe.outbox_parked (
  like troupe.outbox including storage,
  error_code     text             not null,
  error_message  text             not null,
  parked_at      timestamptz      not null default now(),
  primary key (position)
);

-- Who sends a slice. A lease ends by the clock of Postgres and not with a session: one of a frozen process would last.
create table troupe.outbox_slices (
  slice          smallint         primary key check (slice between 0 and 7),
  -- The same for all holders, so that Kafka fences the one before. Random: two databases may share a cluster.
  transactional_id text           not null unique,
  holder         text,
  -- Raised at each take-over.
  term           bigint           not null default 0,
  expires_at     timestamptz,
  check ((holder is null) = (expires_at is null))
);

insert into troupe.outbox_slices (slice, transactional_id)
select slice, 'troupe-outbox-' || substr(own.id, 1, 12) || '-' || slice
from (select replace(gen_random_uuid()::text, '-', '') as id) as own, generate_series(0, 7) as slice;

-- Relays that are alive, for their fair shares.
create table troupe.outbox_relays (
  relay          text             primary key,
  expires_at     timestamptz      not null
);
