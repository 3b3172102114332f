-- Who changes memberships: an authority's administrators their own authority's, the operator the administrators of any.

create policy administrators_add on auth.membership for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and persona <> 'operator' and (select auth.has_persona('la_admin')));
create policy operator_adds_administrators on auth.membership for insert to improve_exec
  with check (persona = 'la_admin' and (select auth.authority_id()) = 0 and (select auth.has_persona('operator')));
create policy administrators_change on auth.membership for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_add on auth.person for insert to improve_exec
  with check (kind = 'person' and (select auth.has_persona('la_admin', 'operator')));
create policy administrators_add_services on auth.person for insert to improve_exec
  with check (kind = 'service' and (select auth.has_persona('la_admin')));
