-- Row security of the calendar: bank holidays are everybody's, and the operator's to proclaim; the rest is an authority's own.

create policy everyone_reads on calendar.bank_holiday for select to improve_exec using (true);
create policy operator_adds on calendar.bank_holiday for insert to improve_exec with check ((select register.is_operator()));
create policy operator_removes on calendar.bank_holiday for update to improve_exec using ((select register.is_operator()));

create policy members_read on calendar.closure for select to improve_exec
  using (authority_id = (select auth.authority_id()));
create policy officers_add on calendar.closure for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_remove on calendar.closure for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy members_read on calendar.half_term for select to improve_exec
  using (authority_id = (select auth.authority_id()));
create policy officers_add on calendar.half_term for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_supersede on calendar.half_term for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy members_read on calendar.policy for select to improve_exec
  using (authority_id = (select auth.authority_id()));
create policy officers_add on calendar.policy for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_supersede on calendar.policy for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
