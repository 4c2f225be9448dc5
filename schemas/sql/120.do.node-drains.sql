-- Nodes whose runtime processes stay up without work until an operator lets them: runtime/control/node-drain.ts.

create table troupe.node_drains (
  -- NODE_NAME of its processes, those to come too.
  node           text           primary key,
  reason         text           not null,
  drained_by     text           not null,
  drained_at     timestamptz(3) not null default now()
);
