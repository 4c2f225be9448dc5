-- Versions of an actor side by side: one is enabled, another may have some of its partitions, and which was promoted over
-- which is kept, so that it can be taken back: runtime/control/registration.ts.

alter table troupe.registrations drop constraint registrations_state_check;
alter table troupe.registrations add constraint registrations_state_check
  check (state in ('enabled', 'disabled', 'unregistered', 'canary'));
-- Of a canary: those that it handles instead of the enabled one.
alter table troupe.registrations add column partitions integer[] not null default '{}';

-- Two operators who promote at the same time: one of them is told no.
create unique index registrations_of_actor on troupe.registrations (actor) where state = 'enabled';

create table troupe.promotions (
  id             bigint         generated always as identity primary key,
  actor          text           not null,
  group_id       text           not null,
  module         text           not null,
  version        text           not null,
  -- What it took the place of.
  from_module    text           not null,
  from_version   text           not null,
  from_options   jsonb          not null,
  promoted_by    text           not null,
  promoted_at    timestamptz(3) not null default now(),
  -- null: it stands.
  rolled_back_by text,
  rolled_back_at timestamptz(3)
);

create index promotions_of_actor on troupe.promotions (actor, id);
