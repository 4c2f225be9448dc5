-- Tenants apart: whoever reads for a tenant does it as the role troupe_tenant, with app.tenant set in the transaction
-- (runtime/store/tenant-sql.ts), and Postgres shows that tenant's rows alone, whatever the statement asks for.
--
-- Everybody else passes: the runtime writes for all tenants, in one transaction. The policies ask for the role by name and
-- not for membership, since the same user may be a member and write.

do $$
begin
  if not exists (select from pg_roles where rolname = 'troupe_tenant') then
    create role troupe_tenant nologin;
  end if;
exception
  -- Roles are the server's: another database of it is being migrated at the same time.
  when duplicate_object or unique_violation then null;
  when insufficient_privilege then
    raise exception 'the role troupe_tenant is missing, and "%" may not create it. An administrator can: create role troupe_tenant nologin; grant troupe_tenant to "%"', current_user, current_user;
end
$$;

-- Who migrates may be the one whom the control plane connects as.
do $$
begin
  set local role troupe_tenant;
  reset role;
exception
  when insufficient_privilege then
    execute format('grant troupe_tenant to %I', current_user);
end
$$;

-- After a transaction that had set it the setting is '' and not NULL.
create function troupe.is_visible(tenant text) returns boolean language sql stable parallel safe as $$
  select current_user <> 'troupe_tenant' or tenant = nullif(current_setting('app.tenant', true), '')
$$;

alter table tracking.packages enable row level security;
alter table tracking.package_events enable row level security;
alter table tracking.orders enable row level security;
alter table troupe.dead_letters enable row level security;
alter table troupe.dead_letter_receipts enable row level security;
alter table troupe.duplicates enable row level security;

create policy tenants_apart on tracking.packages using (troupe.is_visible(tenant));
create policy tenants_apart on tracking.package_events using (troupe.is_visible(tenant));
create policy tenants_apart on tracking.orders using (troupe.is_visible(tenant));
create policy tenants_apart on troupe.dead_letters using (troupe.is_visible(tenant));
-- A receipt is its letter's tenant's.
create policy tenants_apart on troupe.dead_letter_receipts
  using (current_user <> 'troupe_tenant' or exists (select from troupe.dead_letters where id = dead_letter_id));
create policy tenants_apart on troupe.duplicates using (troupe.is_visible(tenant));

grant usage on schema tracking, troupe to troupe_tenant;
grant select on tracking.packages, tracking.package_events, tracking.orders to troupe_tenant;
-- What became of an event, without its bytes and without the words of its error.
grant select (id, tenant, event_id, event_type, outcome, state, failed_at, redrives) on troupe.dead_letters to troupe_tenant;
grant select (dead_letter_id, outcome, told_at) on troupe.dead_letter_receipts to troupe_tenant;
grant select (tenant, key, seen_at) on troupe.duplicates to troupe_tenant;

-- The story of an event by its id.
create index duplicates_of_tenant on troupe.duplicates (tenant, key);

-- Pages of all orders, last changed first, and of those in one state.
create index orders_by_update on tracking.orders (tenant, updated_at, order_id);
create index orders_by_state on tracking.orders (tenant, state, updated_at, order_id);
