-- Keys of the operators' API beside those of tenants. A key has one role; that of a tenant opens the public API alone.

alter table troupe.api_keys
  add column role text not null default 'tenant' check (role in ('tenant', 'viewer', 'operator', 'admin')),
  alter column tenant drop not null,
  add constraint api_keys_tenant_by_role check ((role = 'tenant') = (tenant is not null));

comment on column troupe.api_keys.role is 'tenant: public API, that tenant''s data. viewer, operator, admin: operators'' API.';
