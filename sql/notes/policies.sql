-- Who sees and writes notes. Whoever sees a visit sees its note; a partner or a school writes to their own, which sql/notes/write.sql says in words.

create policy members_read on notes.theme for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on notes.theme for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy administrators_retire on notes.theme for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy members_read on notes.template for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on notes.template for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy administrators_revise on notes.template for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy members_read on notes.template_version for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on notes.template_version for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy staff_read on notes.note for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy visit_read on notes.note for select to improve_exec
  using (authority_id = (select auth.authority_id()) and exists (
    select from visits.visit v where v.authority_id = (select auth.authority_id()) and v.visit_id = note.visit_id));
create policy visit_opens on notes.note for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer', 'partner', 'booker')) and exists (
    select from visits.visit v where v.authority_id = (select auth.authority_id()) and v.visit_id = note.visit_id));

create policy staff_read on notes.part for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy visit_read on notes.part for select to improve_exec
  using (authority_id = (select auth.authority_id()) and exists (
    select from visits.visit v where v.authority_id = (select auth.authority_id()) and v.visit_id = part.visit_id));
-- Each side writes its own part, whatever a call does.
create policy school_writes on notes.part for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and written_by = (select auth.person_id()) and part = 'school' and exists (
    select from visits.visit v
    where v.authority_id = (select auth.authority_id()) and v.visit_id = part.visit_id and v.school_urn = any ((select auth.urns())::integer[])));
create policy partner_writes on notes.part for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and written_by = (select auth.person_id()) and part = 'partner' and exists (
    select from visits.visit v
    join partners.partner p on p.authority_id = v.authority_id and p.partner_id = v.partner_id
    where v.authority_id = (select auth.authority_id()) and v.visit_id = part.visit_id
      and (p.person_id = (select auth.person_id()) or p.person_id is null and (select auth.has_persona('la_admin', 'officer')))));

create policy staff_read on notes.agreement for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy visit_read on notes.agreement for select to improve_exec
  using (authority_id = (select auth.authority_id()) and exists (
    select from visits.visit v where v.authority_id = (select auth.authority_id()) and v.visit_id = agreement.visit_id));
create policy school_agrees on notes.agreement for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and agreed_by = (select auth.person_id()) and exists (
    select from visits.visit v
    where v.authority_id = (select auth.authority_id()) and v.visit_id = agreement.visit_id and v.school_urn = any ((select auth.urns())::integer[])));

create policy staff_read on notes.rating for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy officers_rate on notes.rating for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and rater_id = (select auth.person_id()) and (select auth.has_persona('la_admin', 'officer')));
