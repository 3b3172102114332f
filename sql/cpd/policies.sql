-- Who sees and changes courses, sessions and bookings.

create policy members_read on cpd.course for select to improve_exec
  using (authority_id = (select auth.authority_id()));
create policy administrators_add on cpd.course for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy published_read on cpd.session for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (status <> 'draft' or (select auth.is_staff())));
create policy administrators_add on cpd.session for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy administrators_change on cpd.session for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy staff_read on cpd.booking for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on cpd.booking for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy officers_book on cpd.booking for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy school_books on cpd.booking for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));

-- The functions of places.sql run as the owner: a school's cancellation promotes another school's delegate, whom it may not see.
create policy places on cpd.session to improve_owner using (authority_id = (select auth.authority_id()));
create policy places on cpd.booking to improve_owner using (authority_id = (select auth.authority_id()));
