-- Attempts that ended their worker, thread or process: written before the record is tried again, read by the next owner of
-- its unit, so that a record that ends one each time has its attempts in all. One row a record, the last attempt; those
-- below the frontier of their unit mean nothing any more: runtime/delivery/remembered-loss.ts.

create table troupe.remembered_losses (
  group_id       text             not null,
  actor          text             not null,
  topic          text             not null,
  partition      integer          not null,
  record_offset  bigint           not null,
  attempt        integer          not null check (attempt > 0),
  -- How it ended: a kind of runtime/supervision/failure.ts, and a sentence for people.
  kind           text             not null,
  reason         text             not null,
  lost_at        timestamptz(3)   not null default now(),
  primary key (group_id, actor, topic, partition, record_offset)
);
