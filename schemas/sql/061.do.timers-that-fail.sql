-- A timer whose handler failed is tried again later: how often it was, and why it failed last.

alter table troupe.timers
  add column attempts integer not null default 0 check (attempts >= 0),
  add column failure  text    not null default '';
