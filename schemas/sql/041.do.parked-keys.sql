-- Parked keys: a key whose record failed waits here with all that comes behind it, while its partition goes on. Rules:
-- runtime/delivery/parking.ts. Only the owner of the partition writes, in the key's lane; everybody else writes commands.

create table troupe.parked_keys (
  group_id       text         not null,
  actor          text         not null,
  topic          text         not null,
  partition      integer      not null,
  -- parkingKeyOf(): of the record key, or of the offset where there is none.
  parking_key    text         not null,
  -- How many rows of parked_records it has: changed under this row's lock only.
  records        integer      not null check (records >= 0),
  -- When its first record is tried again. Null: held, until an operator releases it.
  due_at         timestamptz,
  parked_at      timestamptz  not null default now(),
  primary key (group_id, actor, topic, partition, parking_key)
);

create index parked_keys_due on troupe.parked_keys (group_id, actor, topic, partition, due_at) where due_at is not null;

-- The queue of each key, in the order of offsets.
create table troupe.parked_records (
  group_id       text         not null,
  actor          text         not null,
  topic          text         not null,
  partition      integer      not null,
  record_offset  bigint       not null,
  parking_key    text         not null,
  -- The record as it was. headers: runtime/delivery/header-bytes.ts. timestamp_ms null: it has none.
  key            bytea,
  value          bytea,
  headers        bytea        not null,
  timestamp_ms   bigint,
  -- [tenant, key] as JSON, as the inbox knows the event. Null: it does not.
  inbox_key      text,
  -- Made so far; 0: it waits behind another one.
  attempts       integer      not null check (attempts >= 0),
  error_class    text         not null,
  error_code     text         not null,
  message        text         not null,
  parked_at      timestamptz  not null default now(),
  primary key (group_id, actor, topic, partition, record_offset)
);

create index parked_records_queue on troupe.parked_records (group_id, actor, topic, partition, parking_key, record_offset);

alter table troupe.parked_records alter column value set storage external;

-- What operators ask of the owner of a parked key, and what it answered: never deleted, so that it tells who did what.
create table troupe.parked_commands (
  id             bigint       generated always as identity primary key,
  group_id       text         not null,
  actor          text         not null,
  topic          text         not null,
  partition      integer      not null,
  parking_key    text         not null,
  -- release: try its first record now. skip: leave out the record at record_offset, if it is still the first.
  kind           text         not null check (kind in ('release', 'skip')),
  record_offset  bigint       check ((kind = 'skip') = (record_offset is not null)),
  asked_by       text         not null,
  asked_at       timestamptz  not null default now(),
  done_at        timestamptz,
  answer         text
);

create index parked_commands_open on troupe.parked_commands (group_id, actor, topic, partition, id) where done_at is null;
