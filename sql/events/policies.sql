-- Who sees an event: the authority's staff, the partner whom it concerns (in whichever authority), the school. Nobody changes one.

create policy append on events.event for insert to improve_exec
  with check (authority_id = (select auth.authority_id())
    and (select auth.has_persona('la_admin', 'officer', 'finance', 'partner', 'booker')));
create policy staff_read on events.event for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy own_read on events.event for select to improve_exec
  using (person_id = (select auth.person_id()));
create policy school_reads on events.event for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select register.own_urns())::integer[]));
create policy seals on events.event for select to improve_sealer using (true);
create policy numbers on events.event for update to improve_sealer using (number is null) with check (true);
create policy seals on auth.authority_scope for select to improve_sealer using (true);
