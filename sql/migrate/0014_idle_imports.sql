-- When a row of a file was staged, so that an import which nobody went on with can be told from one under way. And a role that nothing uses goes.
set role improve_owner;
alter table imports.staged_row add column staged_at timestamptz not null default now();
comment on column imports.staged_row.staged_at is 'When it was staged: an import that rests for 24 hours is dropped when the next begins.';
reset role;

do $$
begin
  drop role improve_migrator;
exception
  when undefined_object or internal_error then
    null; -- roles belong to the cluster: another database's migration took it away, maybe at this moment
  when dependent_objects_still_exist then
    raise warning 'the role improve_migrator stays: somebody granted it something';
end $$;
