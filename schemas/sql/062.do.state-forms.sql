-- In which version of its form (`stateOf({ version })`) a state was kept: an actor of a later one upgrades it as it reads it.

alter table troupe.actor_state add column form_version integer not null default 1 check (form_version > 0);
