-- Ranges of the log that an operator has handled again, each for one unit, beside its way through the partition: the unit's
-- row is not moved. What is done of one is written in the transaction of its effects: runtime/delivery/replay.ts.

create table troupe.replays (
  id             bigint           generated always as identity primary key,
  group_id       text             not null,
  actor          text             not null,
  topic          text             not null,
  partition      integer          not null,
  -- From the first to before the last; of the unit's past when it was asked for.
  from_offset    bigint           not null check (from_offset >= 0),
  to_offset      bigint           not null,
  dedupe         text             not null check (dedupe in ('keep', 'replay')),
  rate_per_s     double precision not null check (rate_per_s > 0),

  state          text             not null default 'running' check (state in ('running', 'paused', 'finished', 'stopped')),
  -- Why it is paused, where nobody asked for it; else ''.
  trouble        text             not null default '',
  created_by     text             not null,
  created_at     timestamptz(3)   not null default now(),
  -- Who paused, resumed or stopped it last.
  changed_by     text,
  finished_at    timestamptz(3),

  -- Everything below is through.
  next_offset    bigint           not null,
  -- What is done from next_offset on.
  done           int8multirange   not null default '{}',
  -- How often a batch was begun since the last one that told of itself.
  tries          integer          not null default 0,

  -- What became of its records (runtime/delivery/outcome.ts); gone: offsets that the log had no more.
  applied        bigint           not null default 0,
  passed_over    bigint           not null default 0,
  dead           bigint           not null default 0,
  skipped        bigint           not null default 0,
  gone           bigint           not null default 0,

  constraint replays_range check (from_offset < to_offset and next_offset between from_offset and to_offset)
);

-- Few are left in this state, whatever the size of the table; every process reads them now and then.
create index replays_running on troupe.replays (id) where state = 'running';
create index replays_of_group on troupe.replays (group_id, id);
