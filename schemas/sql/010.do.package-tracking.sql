-- Package tracking: what carriers' scans tell, as customers read it. Written by actors/package-tracking in the
-- transaction of each batch, read by the public API.
--
-- The tenant leads every key and index: no query crosses tenants, and row-level security can later be put on these
-- tables as they are. There are no foreign keys: one function writes all three tables in one transaction, and a check
-- for each row would cost more than the row.
-- Times are kept to the millisecond, which is what events carry and cursors repeat exactly.

create schema if not exists tracking;

create table tracking.orders (
  tenant text not null,
  order_id text not null,
  -- Follows from the packages: actors/package-tracking/order-state.ts.
  state text not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (tenant, order_id)
);

create table tracking.packages (
  tenant text not null,
  tracking_id text not null,
  order_id text not null,
  carrier text not null,
  state text not null,
  -- When the scan happened that brought this state.
  state_since timestamptz(3) not null,
  -- When the last applied scan happened; scans before it are late and change the history only.
  last_scan_at timestamptz(3) not null,
  created_at timestamptz(3) not null default now(),
  -- When anything of it was written last, a late scan counted.
  updated_at timestamptz(3) not null default now(),
  primary key (tenant, tracking_id)
);

-- Pages of all packages, last changed first, and of those in one state; ties are broken by the tracking id.
create index packages_by_update on tracking.packages (tenant, updated_at, tracking_id);
create index packages_by_state on tracking.packages (tenant, state, updated_at, tracking_id);
-- The packages of an order, and its state.
create index packages_by_order on tracking.packages (tenant, order_id, tracking_id);

create table tracking.package_events (
  tenant text not null,
  -- The carrier's id of the scan: the second one with it is the same one.
  event_id text not null,
  tracking_id text not null,
  scan text not null,
  -- What the scan says by itself; the package may be in another one, if the scan came late.
  state text not null,
  -- Order among scans of one moment.
  step smallint not null,
  occurred_at timestamptz(3) not null,
  recorded_at timestamptz(3) not null default now(),
  message text,
  location_city text,
  -- ISO 3166-1, two letters, as the carrier wrote them.
  location_country text,
  -- Degrees, north and east positive.
  location_lat double precision,
  location_lon double precision,
  primary key (tenant, event_id)
);

-- A package's history, in time order.
create index package_events_by_package on tracking.package_events (tenant, tracking_id, occurred_at, step, event_id);
