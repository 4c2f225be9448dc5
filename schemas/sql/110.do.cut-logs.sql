-- A unit whose frontier was seen beyond the end of its log, which was cut: from its end to where the unit stood. The log
-- may grow past that place, and what is written there was never handled: only a reset ends it, or another topic.
alter table troupe.units
  add column cut_from bigint,
  add column cut_to   bigint,
  add constraint units_cut check ((cut_from is null) = (cut_to is null));
