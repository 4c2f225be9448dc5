-- Durable timers of keys (ctx.schedule). The owner of the partition reads what is due by index and puts it into the key's
-- lane; the transaction that handles it deletes the row where the version is still the one that was read.

create sequence troupe.timer_versions cache 100;

create table troupe.timers (
  group_id       text         not null,
  actor          text         not null,
  tenant         text         not null,
  key            text         not null,
  name           text         not null,
  -- Never given twice: a timer that is moved, or cancelled and set again, is another one.
  version        bigint       not null,
  -- Of the record that set it last: who owns this partition fires it.
  topic          text         not null,
  partition      integer      not null,
  -- The key as it is; "key" is what Postgres can hold of it.
  record_key     bytea,
  -- To the millisecond, which is what pages repeat exactly.
  due_at         timestamptz(3) not null,
  -- Null: none was given.
  payload        jsonb,
  set_at         timestamptz  not null default now(),
  primary key (group_id, actor, tenant, key, name)
);

create index timers_due on troupe.timers (group_id, actor, topic, partition, due_at, version);
