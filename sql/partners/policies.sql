-- Who sees and changes partners and assignments. Assignments look up to partners and never the other way, so that no policy meets itself.

create policy staff_read on partners.partner for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy own_read on partners.partner for select to improve_exec
  using (authority_id = (select auth.authority_id()) and person_id = (select auth.person_id()));
create policy schools_read on partners.partner for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('booker')));
create policy officers_add on partners.partner for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on partners.partner for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy staff_read on partners.assignment for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy own_read on partners.assignment for select to improve_exec
  using (authority_id = (select auth.authority_id()) and partner_id in (
    select p.partner_id from partners.partner p
    where p.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id())));
create policy school_reads on partners.assignment for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy officers_add on partners.assignment for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on partners.assignment for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
