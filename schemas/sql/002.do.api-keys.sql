-- Keys of the public API: a key belongs to one tenant and is kept as a hash only.

create table troupe.api_keys (
  key_hash       text        primary key,
  key_prefix     text        not null,
  tenant         text        not null,
  name           text        not null,
  created_at     timestamptz not null default now(),
  revoked_at     timestamptz
);

create index api_keys_tenant on troupe.api_keys (tenant);

comment on column troupe.api_keys.key_hash is 'SHA-256 of the whole key, in hex. Keys are random, so a slow hash would add nothing.';
comment on column troupe.api_keys.key_prefix is 'The first characters of the key, for people to tell keys apart.';
