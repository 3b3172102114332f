-- An import belongs to the authority it is made for; the operator's belong to the instance.

create function imports.may_import() returns boolean
language sql stable parallel safe as $$ select auth.has_persona('operator', 'la_admin') $$;
comment on function imports.may_import is 'imports.may_import tells whether the caller is one who imports files.';
grant execute on function imports.may_import to improve_exec;

create policy importer on imports.file to improve_exec
  using (authority_id = (select auth.authority_id()) and (select imports.may_import()));
create policy importer on imports.staged_row to improve_exec
  using (authority_id = (select auth.authority_id()) and (select imports.may_import()));
create policy importer on imports.problem to improve_exec
  using (authority_id = (select auth.authority_id()) and (select imports.may_import()));
