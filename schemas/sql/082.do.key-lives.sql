-- Lives of keys: they expire, are limited to scopes, and two of a name live at once, so that a key is replaced without a gap.

alter table troupe.api_keys
  add column expires_at timestamptz,
  add column scopes text[],
  add column last_used_at timestamptz,
  -- Which of the two of its name. Null: issued before there were two.
  add column slot smallint check (slot in (1, 2));

create unique index api_keys_live on troupe.api_keys (role, coalesce(tenant, ''), name, slot) where revoked_at is null;
create index api_keys_by_prefix on troupe.api_keys (key_prefix);

comment on column troupe.api_keys.scopes is 'What a tenant''s key may do. Null: everything. An operator''s key has its role instead.';
comment on column troupe.api_keys.last_used_at is 'Written once in ten minutes at most.';
