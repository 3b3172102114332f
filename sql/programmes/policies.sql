-- Who sees and changes programmes: staff read all; partners, who work in them, what they are made of; officers change.

create policy staff_read on programmes.programme for select to improve_exec
  using (authority_id = (select auth.authority_id()) and ((select auth.is_staff()) or (select auth.has_persona('partner'))));
create policy officers_add on programmes.programme for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on programmes.programme for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy staff_read on programmes.part for select to improve_exec
  using (authority_id = (select auth.authority_id()) and ((select auth.is_staff()) or (select auth.has_persona('partner'))));
create policy officers_add on programmes.part for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on programmes.part for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy staff_read on programmes.school for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy officers_add on programmes.school for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on programmes.school for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy staff_read on programmes.evidence for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy officers_add on programmes.evidence for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy staff_read on programmes.move_statement for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy officers_add on programmes.move_statement for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on programmes.move_statement for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy staff_read on programmes.move_line for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy officers_add on programmes.move_line for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

-- Needs, priorities, outputs, comments: staff read; priorities are for everybody of the authority.
create policy staff_read on programmes.analysis for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy officers_add on programmes.analysis for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on programmes.analysis for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy staff_read on programmes.analysis_version for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy officers_add on programmes.analysis_version for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy staff_read on programmes.outcome for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy officers_add on programmes.outcome for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy members_read on programmes.priority for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy officers_add on programmes.priority for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on programmes.priority for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy staff_read on programmes.step for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy officers_add on programmes.step for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on programmes.step for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy staff_read on programmes.output for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy officers_add on programmes.output for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy staff_read on programmes.comment for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy officers_add on programmes.comment for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
