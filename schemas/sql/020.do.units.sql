-- Progress of units: an actor's way through one partition, in one group. Who owns a unit, how far it is, and what became
-- of its records. A batch's effects and what they mean for its unit are one transaction, whose last statement updates
-- the row of the unit where the epoch is the writer's and the offsets are not done: runtime/delivery/progress.ts.

create table troupe.units (
  group_id       text             not null,
  actor          text             not null,
  topic          text             not null,
  partition      integer          not null,

  -- Who may write. Raised each time the unit is taken, and by a reset: whoever has an older one is fenced.
  epoch          bigint           not null check (epoch > 0),
  owner          text             not null,
  previous_owner text,
  -- Given back with nothing in flight; was_clean: as its owner found it. After an unclean end the offsets beyond the
  -- frontier that are not done are suspect of having ended the process.
  clean          boolean          not null,
  was_clean      boolean          not null,
  taken_at       timestamptz      not null default now(),

  -- Everything below is finished. Null: taken, but never begun.
  frontier       bigint,
  -- Into how many lanes the owner splits the partition. A record's lane is the hash of its key, or its offset, modulo this.
  lanes          smallint         not null check (lanes between 1 and 4096),
  -- One entry a lane: "lane L has done [a,b)" says that all records from a to before b whose lane is L are finished.
  done           int8multirange[] not null check (cardinality(done) = lanes),
  -- Of the topic that the offsets belong to: one made anew under the same name has another. Null: the broker does not tell.
  topic_id       text,

  -- The last number given to a row of the outbox: without gaps, in the order of commits.
  outbox_seq     bigint           not null default 0,

  -- The account: what became of each record from accounted_from on (runtime/delivery/outcome.ts).
  accounted_from bigint,
  applied        bigint           not null default 0,
  duplicate      bigint           not null default 0,
  redelivered    bigint           not null default 0,
  rejected       bigint           not null default 0,
  undecodable    bigint           not null default 0,
  exhausted      bigint           not null default 0,
  skipped        bigint           not null default 0,

  updated_at     timestamptz      not null default now(),
  primary key (group_id, actor, topic, partition)
) with (
  -- Updated by every batch, in no column that has an index: with room in its page the row is never indexed again.
  fillfactor = 30,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000
);

-- What was decided about the offsets of a unit: loss by retention, a topic made anew, a restored Postgres, a reset.
create table troupe.unit_events (
  id             bigint           generated always as identity primary key,
  group_id       text             not null,
  actor          text             not null,
  topic          text             not null,
  partition      integer          not null,
  epoch          bigint           not null,
  kind           text             not null,
  -- Where the unit stood, null where it was new, and where it went on; of a replay: up to where.
  from_offset    bigint,
  to_offset      bigint           not null,
  -- The process, or the operator who asked.
  told_by        text             not null,
  told_at        timestamptz      not null default now()
);

-- Told once an epoch and kind, however often the telling is tried.
create unique index unit_events_by_unit on troupe.unit_events (group_id, actor, topic, partition, epoch, kind);

-- The sessions of each owner, so that those of a frozen one can be ended by who takes its units. Registered when a session
-- begins; a process id of the server is used again, together with its start it is not.
create table troupe.owner_backends (
  pid            integer          primary key,
  backend_start  timestamptz      not null,
  owner          text             not null
);

create index owner_backends_by_owner on troupe.owner_backends (owner);

-- Undoes the transaction of a batch whose unit did not take it. Raised by the server and not told by a count of rows, so
-- that the COMMIT behind it can be sent without waiting for the answer.
create function troupe.fenced() returns integer language plpgsql volatile as $$
begin
  raise exception 'the row of the unit has another epoch, or has these offsets done' using errcode = 'TR001';
end
$$;
