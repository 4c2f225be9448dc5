-- What the runtime itself keeps in Postgres. Applications have schemas of their own.
--
-- Numbers are given once and grow: a file whose number is below one that has run somewhere is refused there.

create schema if not exists troupe;

-- Events that were handled, so that the next one with the same key does nothing.
create table troupe.inbox (
  group_id       text        not null,
  actor          text        not null,
  tenant         text        not null,
  key            text        not null,
  topic          text        not null,
  partition      integer     not null,
  record_offset  bigint      not null,
  outcome        text        not null check (outcome in ('done', 'rejected', 'dead')),
  handled_at     timestamptz not null default now(),
  primary key (group_id, actor, tenant, key)
);

comment on table troupe.inbox is 'One row an event handled with effects in Postgres. "key" is the idempotency key; one that Postgres cannot hold is stored as a hash that begins with U+0001.';

-- Records whose key had been handled at another offset.
create table troupe.duplicates (
  group_id       text        not null,
  actor          text        not null,
  topic          text        not null,
  partition      integer     not null,
  record_offset  bigint      not null,
  tenant         text        not null,
  key            text        not null,
  seen_at        timestamptz not null default now(),
  primary key (group_id, actor, topic, partition, record_offset)
);

create index duplicates_key on troupe.duplicates (group_id, actor, tenant, key);

-- ctx.state: the durable state of a key.
create table troupe.actor_state (
  group_id       text        not null,
  actor          text        not null,
  tenant         text        not null,
  key            text        not null,
  version        bigint      not null check (version > 0),
  value          jsonb       not null,
  updated_at     timestamptz not null default now(),
  primary key (group_id, actor, tenant, key)
);

comment on column troupe.actor_state.version is 'Begins with the time of creation in microseconds, so that a state made anew never repeats a version of its predecessor; then counts by one.';

-- ctx.track without an applyTracked of the actor's own: which entity was in which state when.
create table troupe.tracked (
  tenant         text        not null,
  entity         text        not null,
  id             text        not null,
  at             timestamptz not null,
  state          text        not null,
  event_id       text        not null,
  group_id       text        not null,
  actor          text        not null,
  recorded_at    timestamptz not null default now(),
  primary key (tenant, entity, id, at, event_id, state)
);
