-- A version of an actor may be its shadow: it sees the records of the one that runs, and nothing of what it does is kept:
-- runtime/control/registration.ts. Its partitions are those whose records it sees; none: all.

alter table troupe.registrations drop constraint registrations_state_check;
alter table troupe.registrations add constraint registrations_state_check
  check (state in ('enabled', 'disabled', 'unregistered', 'canary', 'shadow'));

-- Two operators at the same time: one of them is told no.
create unique index registrations_shadow on troupe.registrations (actor) where state = 'shadow';
