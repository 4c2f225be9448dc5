-- Records that are parked have an outcome too: `parked` until what becomes of them takes its place in the account.

alter table troupe.units add column parked bigint not null default 0;
