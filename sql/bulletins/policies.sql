-- Who sees bulletins: staff all of them; schools and partners those that are published and not withdrawn, with their documents and events. Everybody says
-- of themselves that they have read one.

create policy staff_read on bulletins.bulletin for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy published_read on bulletins.bulletin for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('partner', 'booker')) and published_at <= now() and withdrawn_at is null);
create policy officers_add on bulletins.bulletin for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on bulletins.bulletin for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy with_bulletin on bulletins.document for select to improve_exec
  using (authority_id = (select auth.authority_id()) and bulletin_id in (select b.bulletin_id from bulletins.bulletin b where b.authority_id = (select auth.authority_id())));
create policy with_bulletin on bulletins.event for select to improve_exec
  using (authority_id = (select auth.authority_id()) and bulletin_id in (select b.bulletin_id from bulletins.bulletin b where b.authority_id = (select auth.authority_id())));
create policy officers_add on bulletins.document for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_add on bulletins.event for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy staff_read on bulletins.reading for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy own_read on bulletins.reading for select to improve_exec
  using (authority_id = (select auth.authority_id()) and person_id = (select auth.person_id()));
create policy own_add on bulletins.reading for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and person_id = (select auth.person_id()) and (select auth.has_persona('la_admin', 'officer', 'finance', 'partner', 'booker')));
create policy own_change on bulletins.reading for update to improve_exec
  using (authority_id = (select auth.authority_id()) and person_id = (select auth.person_id()) and (select auth.has_persona('la_admin', 'officer', 'finance', 'partner', 'booker')));
