-- Who sees and changes visits and entitlements. Both look up to partners and assignments and never the other way, so that no policy meets itself.

create policy members_read on visits.policy for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on visits.policy for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_change on visits.policy for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));

create policy staff_read on visits.visit for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy own_read on visits.visit for select to improve_exec
  using (authority_id = (select auth.authority_id()) and partner_id in (
    select p.partner_id from partners.partner p
    where p.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id())));
create policy school_reads on visits.visit for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy officers_plan on visits.visit for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy partner_plans on visits.visit for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and partner_id in (
    select p.partner_id from partners.partner p
    where p.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id())));

-- A partner reads what the schools they are assigned to have left.
create policy staff_read on visits.entitlement for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on visits.entitlement for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy partner_reads on visits.entitlement for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('partner')) and school_urn in (
    select a.school_urn from partners.assignment a
    join partners.partner p on p.authority_id = a.authority_id and p.partner_id = a.partner_id
    where a.authority_id = (select auth.authority_id()) and a.status = 'live' and p.person_id = (select auth.person_id())));
create policy entitlement_read on visits.entitlement_entry for select to improve_exec
  using (authority_id = (select auth.authority_id()) and entitlement_id in (
    select e.entitlement_id from visits.entitlement e where e.authority_id = (select auth.authority_id())));

create policy own_read on visits.busy for select to improve_exec using (person_id = (select auth.person_id()));

create policy staff_read on visits.support_package for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on visits.support_package for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy officers_add on visits.support_package for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on visits.support_package for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

-- The functions of life.sql, entitlements.sql and busy.sql run as the owner: a school's cancellation moves half-days and frees a partner's time.
create policy life on visits.visit to improve_owner using (authority_id = (select auth.authority_id()));
create policy life on visits.entitlement to improve_owner using (authority_id = (select auth.authority_id()));
create policy life on visits.entitlement_entry to improve_owner using (authority_id = (select auth.authority_id()));
create policy life on visits.busy to improve_owner using (authority_id = (select auth.authority_id()));
create policy visits on partners.partner to improve_owner using (authority_id = (select auth.authority_id()));
