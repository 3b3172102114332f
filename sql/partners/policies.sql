-- Who sees and changes partners, what is known of them, and their assignments. Every policy looks up to partners and never the other way, so that
-- no policy meets itself.

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
-- A proposal is the authority's own until the school is asked.
create policy school_reads on partners.assignment for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[])
    and (status = 'live' or asked_on is not null));
create policy officers_add on partners.assignment for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on partners.assignment for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

-- The history of the gates is added to by the owner's function record_gate alone. A school reads of its own answers, and when it was live.
create policy staff_read on partners.gate for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy own_read on partners.gate for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('partner')) and assignment_id in (
    select a.assignment_id from partners.assignment a
    join partners.partner p on p.authority_id = a.authority_id and p.partner_id = a.partner_id
    where a.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id())));
create policy school_reads on partners.gate for select to improve_exec
  using (authority_id = (select auth.authority_id()) and gate in ('school_answer', 'live') and (select auth.has_persona('booker'))
    and assignment_id in (
      select a.assignment_id from partners.assignment a
      where a.authority_id = (select auth.authority_id()) and a.school_urn = any ((select auth.urns())::integer[])));

-- How the authority assigns, what its roles ask, what expertise is called: everyone who works here may read it.
create policy members_read on partners.policy for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on partners.policy for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_change on partners.policy for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy members_read on partners.role for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on partners.role for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_change on partners.role for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy members_read on partners.expertise for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy officers_add on partners.expertise for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on partners.expertise for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

-- A partner's kinds, accreditations, expertise and capacity: staff and the partner read, officers write.
create policy staff_read on partners.kind_held for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy own_read on partners.kind_held for select to improve_exec
  using (authority_id = (select auth.authority_id()) and partner_id in (
    select p.partner_id from partners.partner p
    where p.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id())));
create policy officers_add on partners.kind_held for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on partners.kind_held for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy staff_read on partners.accreditation for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy own_read on partners.accreditation for select to improve_exec
  using (authority_id = (select auth.authority_id()) and partner_id in (
    select p.partner_id from partners.partner p
    where p.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id())));
create policy officers_add on partners.accreditation for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on partners.accreditation for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy staff_read on partners.partner_expertise for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy own_read on partners.partner_expertise for select to improve_exec
  using (authority_id = (select auth.authority_id()) and partner_id in (
    select p.partner_id from partners.partner p
    where p.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id())));
create policy officers_add on partners.partner_expertise for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_remove on partners.partner_expertise for delete to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy staff_read on partners.capacity for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy own_read on partners.capacity for select to improve_exec
  using (authority_id = (select auth.authority_id()) and partner_id in (
    select p.partner_id from partners.partner p
    where p.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id())));
create policy officers_add on partners.capacity for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on partners.capacity for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

-- Rates: a partner reads their own card and the authority's.
create policy staff_read on partners.rate for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy own_read on partners.rate for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('partner')) and (partner_id is null or partner_id in (
    select p.partner_id from partners.partner p
    where p.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id()))));
create policy officers_add on partners.rate for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_supersede on partners.rate for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

-- Conflicts: who assigns reads them, not all staff; a partner declares their own, and only the authority takes a declaration back.
create policy officers_read on partners.conflict for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy own_read on partners.conflict for select to improve_exec
  using (authority_id = (select auth.authority_id()) and partner_id in (
    select p.partner_id from partners.partner p
    where p.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id())));
create policy officers_declare on partners.conflict for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy own_declare on partners.conflict for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('partner')) and partner_id in (
    select p.partner_id from partners.partner p
    where p.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id())));
create policy officers_take_back on partners.conflict for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

-- What partners propose of their own row.
create policy officers_read on partners.details for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy own_read on partners.details for select to improve_exec
  using (authority_id = (select auth.authority_id()) and partner_id in (
    select p.partner_id from partners.partner p
    where p.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id())));
create policy own_propose on partners.details for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('partner')) and partner_id in (
    select p.partner_id from partners.partner p
    where p.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id())));
create policy officers_decide on partners.details for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

-- The functions of gates.sql run as the owner: a school's answer makes live, and a partner's declaration sends back, what neither may change.
create policy gates on partners.partner to improve_owner using (authority_id = (select auth.authority_id()));
create policy gates on partners.assignment to improve_owner using (authority_id = (select auth.authority_id()));
create policy gates on partners.gate to improve_owner using (authority_id = (select auth.authority_id()));
