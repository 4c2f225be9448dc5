-- Kafka's committed offset of a unit's partition may be ahead of its row for a reason that is known: a reset, a topic made
-- anew, a replay that was told. Up to here it is; beyond, Postgres has lost something. Null: it is not ahead.
alter table troupe.units add column group_ahead_to bigint;
