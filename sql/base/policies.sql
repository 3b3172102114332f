-- Row security of the engine's own tables for the server.

create policy tenant on rpc.request to improve_exec
  using (authority_id = (select auth.authority_id()) and person_id = (select auth.person_id()))
  with check (authority_id = (select auth.authority_id()) and person_id = (select auth.person_id()));
create policy append on audit.entry for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and person_id = (select auth.person_id()));
create policy administrators_read on audit.entry for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'operator')));
create policy everyone_reads on auth.authority_scope for select to improve_exec using (true);
create policy operator_adds on auth.authority_scope for insert to improve_exec
  with check ((select auth.authority_id()) = 0 and (select auth.has_persona('operator')));
create policy own_or_authority on auth.membership for select to improve_exec
  using (person_id = (select auth.person_id()) or authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy self_or_colleague on auth.person for select to improve_exec
  using (person_id = (select auth.person_id())
    or exists (select from auth.membership m where m.person_id = person.person_id and m.authority_id = (select auth.authority_id())));
