-- Who sees and changes networks. Networks, plans and meetings are for everybody of the authority; members are people: staff read all, a school its own,
-- a partner themselves.

create policy members_read on networks.network for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy members_read on networks.plan for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy members_read on networks.meeting for select to improve_exec using (authority_id = (select auth.authority_id()));

create policy staff_read on networks.member for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on networks.member for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy own_read on networks.member for select to improve_exec
  using (authority_id = (select auth.authority_id()) and partner_id in (
    select p.partner_id from partners.partner p
    where p.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id())));
create policy staff_read on networks.attendance for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy seat_goes on networks.member for delete to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')) and seat_of is not null);

create policy officers_add on networks.network for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on networks.network for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_add on networks.member for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on networks.member for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_add on networks.plan for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on networks.plan for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_add on networks.meeting for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on networks.meeting for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_add on networks.attendance for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on networks.attendance for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
