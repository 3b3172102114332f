-- Who reads the audit trail: an authority's administrators theirs, the operator the instance's own. Nobody changes it; audit.seal, which has a role of
-- its own, numbers it.

create policy append on audit.pending for insert to improve_exec
  with check (authority_id = (select auth.authority_id()));
create policy administrators_read on audit.pending for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'operator')));
create policy administrators_read on audit.seal for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'operator')));

create policy seals on audit.sealer to improve_sealer using (true);
create policy seals on audit.pending to improve_sealer using (true);
create policy seals on audit.seal to improve_sealer using (true);
create policy seals on audit.entry for select to improve_sealer using (true);
