-- Who sees, makes and ends reporters: the administrators of the authority whose rows they read, and, of the joint ones that the instance's
-- operator made, the operator.

create policy administrators_read on auth.reporter for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_add on auth.reporter for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin'))
    and starts_with(role_name, 'la_' || base.authority_code(authority_id) || '_'));
create policy administrators_end on auth.reporter for delete to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy operator_joins on auth.reporter to improve_exec
  using ((select auth.authority_id()) = 0 and (select auth.has_persona('operator')) and starts_with(role_name, 'la_000_'))
  with check ((select auth.authority_id()) = 0 and (select auth.has_persona('operator')) and starts_with(role_name, 'la_000_') and authority_id > 0);

-- A login that is dropped loses its rows in all authorities, also where others shared theirs with it.
create policy own_logins on auth.reporter to reporter_maker
  using (((select auth.authority_id()) > 0 or (select auth.has_persona('operator')))
    and starts_with(role_name, 'la_' || (select base.authority_code(auth.authority_id())) || '_'));
