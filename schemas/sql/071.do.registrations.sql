-- Which actor modules run, and with which options: runtime/control/registration.ts. Without a row every module of the
-- actors folder runs; from the first row on those that are registered and enabled.

create table troupe.registrations (
  -- Of the module's file or folder in the actors folder, without extension.
  module         text           primary key,
  -- unregistered: it is kept, so that its module is not taken for one that nobody ever registered.
  state          text           not null check (state in ('enabled', 'disabled', 'unregistered')),
  -- The actor that the module defined when it was checked.
  actor          text           not null,
  group_id       text           not null,
  -- Of the module's file: the first characters of its SHA-256.
  version        text           not null,
  -- Form 1: the fields of ActorOverrides.
  options_form   smallint       not null default 1,
  options        jsonb          not null default '{}',
  changed_by     text           not null,
  changed_at     timestamptz(3) not null default now()
);
