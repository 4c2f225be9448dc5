-- The inbox by day: a partition a day, so that keys are forgotten by dropping a table. No unique index reaches over
-- partitions. So a key goes into the partition of its transaction's day, and what older days have is looked up. In the
-- first hour of a day it goes into yesterday's partition too, where it meets a transaction that began before midnight
-- and has not ended: none lives for an hour.

alter table troupe.inbox rename to inbox_before;
alter table troupe.inbox_before rename constraint inbox_pkey to inbox_before_pkey;

create table troupe.inbox (
  group_id       text        not null,
  actor          text        not null,
  tenant         text        not null,
  key            text        not null,
  -- Where the event with this key was first handled.
  topic          text        not null,
  partition      integer     not null,
  record_offset  bigint      not null,
  outcome        text        not null check (outcome in ('done', 'rejected', 'parked', 'dead')),
  -- The retry or redrive that has claimed a parked or dead row.
  holder         text,
  handled_at     timestamptz not null default now(),
  -- In UTC; that of the transaction, and not of the event.
  day            date        not null,
  primary key (group_id, actor, tenant, key, day)
) partition by range (day);

-- Few rows: those that do not go with their day.
create index inbox_unsettled on troupe.inbox (day) where outcome in ('parked', 'dead');

comment on table troupe.inbox is 'One row an event handled with effects in Postgres, two in the first hour of a day. "key" is the idempotency key; one that Postgres cannot hold is stored as a hash that begins with U+0001.';

-- The clock that decides days. A function and no setting: only who may define functions here can move it, and tests do.
create function troupe.clock() returns timestamptz language sql stable parallel safe
  return now();

create function troupe.today() returns date language sql stable parallel safe
  return (troupe.clock() at time zone 'UTC')::date;

-- The days into whose partitions a key goes now.
create function troupe.inbox_days() returns setof date language sql stable as $$
  select troupe.today()
  union all
  select troupe.today() - 1 where extract(hour from troupe.clock() at time zone 'UTC') = 0
$$;

-- Makes the partitions of yesterday, today and tomorrow, drops those of days that nobody looks up any more, and takes
-- parked and dead rows that would go with them along to today, for thirty days. Works once a day, for one at a time; else
-- it only looks. Answers after how many milliseconds to call it again. Its caller must own the table.
create function troupe.keep_inbox(days_kept integer) returns double precision language plpgsql volatile as $$
declare
  today   date := troupe.today();
  name    text;
  made    date;
  is_due  boolean;
  is_mine boolean := false;
begin
  select count(*) < 3 into is_due
  from pg_inherits join pg_class on pg_class.oid = inhrelid
  where inhparent = 'troupe.inbox'::regclass
    and to_date(right(relname, 8), 'YYYYMMDD') between today - 1 and today + 1;

  if is_due then
    perform pg_advisory_xact_lock(876873, 1);

    for made in select today + n from generate_series(-1, 1) as n loop
      name := 'inbox_' || to_char(made, 'YYYYMMDD');
      if to_regclass('troupe.' || name) is null then
        -- Attached and not made as a partition at once: that would lock out everybody who reads or writes the inbox.
        execute format('create table troupe.%I (like troupe.inbox including all)', name);
        execute format('alter table troupe.inbox attach partition troupe.%I for values from (%L) to (%L)', name, made, made + 1);
        is_mine := true;
      end if;
    end loop;
  end if;

  -- Those who waited for the lock find it done.
  if is_mine then
    -- Deleted and inserted in one statement: whoever began yesterday and moves such a row finds it either place or none.
    with unsettled as (
      delete from troupe.inbox
      where day < today - days_kept and outcome in ('parked', 'dead')
      returning *
    )
    insert into troupe.inbox
    select group_id, actor, tenant, key, topic, partition, record_offset, outcome, holder, handled_at, today
    from unsettled
    where handled_at > troupe.clock() - interval '30 days'
    order by group_id, actor, tenant, key, day
    on conflict do nothing;

    for name in
      select relname from pg_inherits join pg_class on pg_class.oid = inhrelid
      where inhparent = 'troupe.inbox'::regclass
        -- A day later than they could be: transactions of yesterday may still look at them.
        and to_date(right(relname, 8), 'YYYYMMDD') < today - days_kept - 1
    loop
      begin
        -- Dropping locks out everybody, and behind a long reader for long: then it is better dropped tomorrow.
        perform set_config('lock_timeout', '100ms', true);
        execute format('drop table troupe.%I', name);
      exception when lock_not_available or deadlock_detected then
        exit;
      end;
    end loop;
  end if;
  return greatest(1, extract(epoch from ((today + 1)::timestamp at time zone 'UTC') - troupe.clock()) * 1000);
end
$$;

select troupe.keep_inbox(2);

-- Those from before are remembered as if they had been handled today.
insert into troupe.inbox (group_id, actor, tenant, key, topic, partition, record_offset, outcome, handled_at, day)
select group_id, actor, tenant, key, topic, partition, record_offset, outcome, handled_at, troupe.today()
from troupe.inbox_before;

drop table troupe.inbox_before;
