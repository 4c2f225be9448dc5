-- What each process last said of itself (runtime/control/status-report.ts). The control plane reads nothing else of a running node.

create table troupe.status_reports (
  process_id     text        primary key,
  node           text        not null,
  kind           text        not null,
  version        smallint    not null,
  state          text        not null,
  started_at     timestamptz not null,
  reported_at    timestamptz not null default now(),
  interval_ms    integer     not null check (interval_ms > 0),
  report         jsonb       not null
);

comment on table troupe.status_reports is 'One row a process, written over at each report. A process that stopped says so; one that died grows silent.';
comment on column troupe.status_reports.reported_at is 'By the clock of Postgres, so that silence is told without trusting the clocks of nodes.';
comment on column troupe.status_reports.version is 'Of the report''s form. A reader passes over the report of a version it does not know, and says so.';
