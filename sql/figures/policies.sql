-- Who reads and keeps the authority's published figures: its staff.

create policy staff_read on figures.figure for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy staff_add on figures.figure for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy staff_change on figures.figure for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy staff_read on figures.publication_policy for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy admin_add on figures.publication_policy for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy admin_change on figures.publication_policy for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
