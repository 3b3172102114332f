-- What is small in what an authority publishes (REP-5), and figures that were published suppressed.
set role improve_owner;

create table figures.publication_policy (
  authority_id integer not null references auth.authority_scope,
  small_below integer not null default 5,
  hide_zeros boolean not null default false,
  version integer not null default 1,
  primary key (authority_id),
  constraint publication_small_below_range check (small_below between 1 and 100)
);
comment on table figures.publication_policy is 'Tenant: which counts are small in the tables that the authority publishes (REP-5). Without a row: those from 1 to 4.';
comment on column figures.publication_policy.authority_id is 'The authority.';
comment on column figures.publication_policy.small_below is 'Counts below this are small; at 1 none is.';
comment on column figures.publication_policy.hide_zeros is 'Whether noughts are small, too; otherwise they are shown.';
comment on column figures.publication_policy.version is 'Counts the updates.';
comment on constraint publication_small_below_range on figures.publication_policy is
  '{"reason":"THRESHOLD_OUT_OF_RANGE","message":"A threshold is a small number.","field":"small_below","rule":"REP-5","accepted":"1 (no count is small) to 100"}';
alter table figures.publication_policy enable row level security;
alter table figures.publication_policy force row level security;
grant select, insert on figures.publication_policy to improve_exec;
grant update (small_below, hide_zeros, version) on figures.publication_policy to improve_exec;

alter table figures.figure add column small_below integer,
  add constraint figure_suppressed_without_number check (small_below is null or value is null);
comment on column figures.figure.small_below is 'Where it was published as [c], suppressed (REP-5): the threshold below which counts were small by the authority''s rule when that was recorded; null for a figure that was shown.';
reset role;
