-- Who sees and changes cases: the authority's staff all of them, a school its own, a partner those of the schools where they are assigned today; under the
-- URNs before these, too.
-- What belongs to a case is seen by whoever sees the case.

create policy members_read on cases.scheme for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on cases.scheme for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy members_read on cases.category for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on cases.category for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy members_read on cases.reason for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on cases.reason for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));

create policy everyone_reads on cases.law for select to improve_exec using (true);
create policy operator_adds on cases.law for insert to improve_exec with check ((select register.is_operator()));

create policy staff_read on cases.case_ for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on cases.case_ for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select register.own_urns())::integer[]));
create policy partner_reads on cases.case_ for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('partner')) and school_urn = any ((
    select register.with_predecessors(array_agg(a.school_urn)) from partners.assignment a
    join partners.partner p on p.authority_id = a.authority_id and p.partner_id = a.partner_id
    where a.authority_id = (select auth.authority_id()) and a.status = 'live' and p.person_id = (select auth.person_id())
      and a.starts_on <= (select base.today()) and (a.ends_on is null or a.ends_on >= (select base.today())))::integer[]));
create policy officers_open on cases.case_ for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on cases.case_ for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy case_read on cases.rating for select to improve_exec
  using (authority_id = (select auth.authority_id()) and case_id in (
    select c.case_id from cases.case_ c where c.authority_id = (select auth.authority_id())));
create policy officers_add on cases.rating for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_supersede on cases.rating for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy case_read on cases.cadence for select to improve_exec
  using (authority_id = (select auth.authority_id()) and case_id in (
    select c.case_id from cases.case_ c where c.authority_id = (select auth.authority_id())));
create policy officers_add on cases.cadence for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on cases.cadence for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy case_read on cases.support_line for select to improve_exec
  using (authority_id = (select auth.authority_id()) and case_id in (
    select c.case_id from cases.case_ c where c.authority_id = (select auth.authority_id())));
create policy officers_add on cases.support_line for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on cases.support_line for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy case_read on cases.action for select to improve_exec
  using (authority_id = (select auth.authority_id()) and case_id in (
    select c.case_id from cases.case_ c where c.authority_id = (select auth.authority_id())));
create policy officers_add on cases.action for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on cases.action for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy case_read on cases.meeting for select to improve_exec
  using (authority_id = (select auth.authority_id()) and case_id in (
    select c.case_id from cases.case_ c where c.authority_id = (select auth.authority_id())));
create policy officers_add on cases.meeting for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on cases.meeting for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy case_read on cases.warning_notice for select to improve_exec
  using (authority_id = (select auth.authority_id()) and case_id in (
    select c.case_id from cases.case_ c where c.authority_id = (select auth.authority_id())));
create policy officers_add on cases.warning_notice for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on cases.warning_notice for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
