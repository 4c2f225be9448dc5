-- Who watches packages is told of each change when it is committed, on the channel troupe_packages: `["tenant","id",…]`, or
-- `["tenant"]` where the ids are too long for a notice.
--
-- To notify is to commit one after the other in the whole server, so nobody is told anything while nobody watches.

-- A replica of the control plane with subscriptions, for as long as it says so.
create table tracking.watchers (
  replica        text           primary key,
  watches_until  timestamptz    not null
);

-- As its owner: who writes packages need not be allowed to read who watches.
create function tracking.tell_watchers() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from tracking.watchers where watches_until > clock_timestamp()) then
    return null;
  end if;
  perform pg_notify('troupe_packages', case when octet_length(notice) < 7900 then notice else short end)
  from (
    select (jsonb_build_array(tenant) || jsonb_agg(tracking_id order by tracking_id))::text as notice,
      jsonb_build_array(tenant)::text as short
    from (
      select tenant, tracking_id, (row_number() over (partition by tenant order by tracking_id) - 1) / 50 as part
      from changed
    ) as parts
    group by tenant, part
  ) as notices
  where octet_length(short) < 7900;
  return null;
end
$$;

create trigger tell_watchers_of_new after insert on tracking.packages
  referencing new table as changed for each statement execute function tracking.tell_watchers();
create trigger tell_watchers_of_changed after update on tracking.packages
  referencing new table as changed for each statement execute function tracking.tell_watchers();
