-- What operators ask of running processes, what these answer, and who asked for what: runtime/control/command.ts. Commands
-- tell that something was decided; what was decided for good has tables of its own, which a process reads when it starts.

create table troupe.commands (
  id             bigint         generated always as identity primary key,
  -- Of the body's form. A process that does not know it says so in its answer.
  version        smallint       not null,
  kind           text           not null,
  body           jsonb          not null,
  -- Ids of the processes that are to answer: those that lived when it was given.
  addressees     text[]         not null,
  asked_by       text           not null,
  asked_at       timestamptz(3) not null default now(),
  -- By the clock of Postgres. Who reads it later answers that it came too late.
  expires_at     timestamptz(3) not null
);

create index commands_of_addressees on troupe.commands using gin (addressees);

-- One row a process: never changed.
create table troupe.command_answers (
  command_id     bigint         not null references troupe.commands (id),
  process_id     text           not null,
  node           text           not null,
  state          text           not null check (state in ('done', 'refused', 'failed', 'expired')),
  message        text           not null,
  -- Lines for people: what it was done to.
  details        jsonb          not null default '[]',
  answered_at    timestamptz(3) not null default now(),
  primary key (command_id, process_id)
);

-- Every mutation of the operators' API, also those that were refused and those that only asked what would be.
create table troupe.audit_log (
  id             bigint         generated always as identity primary key,
  at             timestamptz(3) not null default now(),
  who            text           not null,
  role           text           not null,
  mutation       text           not null,
  arguments      jsonb          not null,
  reason         text           not null,
  dry_run        boolean        not null,
  idempotency_key text,
  -- begun: being carried out, or whoever did it died over it. command: its answers tell.
  outcome        text           not null check (outcome in ('begun', 'command', 'done', 'refused', 'failed', 'dry-run')),
  message        text           not null,
  touches        jsonb          not null default '[]',
  command_id     bigint         references troupe.commands (id),
  -- Of what it made: a redrive campaign, what is asked of a parked key's owner.
  made_id        bigint,
  check ((outcome = 'command') = (command_id is not null))
);

create index audit_log_by_who on troupe.audit_log (who, id);
create index audit_log_by_mutation on troupe.audit_log (mutation, id);
-- The same key is the same mutation, for each who asks. One that was refused may be asked again.
create unique index audit_log_by_key on troupe.audit_log (who, idempotency_key)
  where idempotency_key is not null and not dry_run and outcome <> 'refused';

-- Units that handle nothing until an operator lets them: a whole group, an actor of it, its part of a topic, a partition.
create table troupe.pauses (
  group_id       text           not null,
  -- '': all actors. '' : all topics. -1: all partitions.
  actor          text           not null default '',
  topic          text           not null default '',
  partition      integer        not null default -1,
  reason         text           not null,
  paused_by      text           not null,
  paused_at      timestamptz(3) not null default now(),
  primary key (group_id, actor, topic, partition)
);
