-- Who sees and changes courses, sessions and bookings.

create policy members_read on cpd.course for select to improve_exec
  using (authority_id = (select auth.authority_id()));
create policy administrators_add on cpd.course for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy administrators_change on cpd.course for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy members_read on cpd.policy for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on cpd.policy for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_change on cpd.policy for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy members_read on cpd.required_course for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on cpd.required_course for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy administrators_remove on cpd.required_course for delete to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy members_read on cpd.price for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on cpd.price for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy administrators_supersede on cpd.price for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy members_read on cpd.benefit for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on cpd.benefit for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_supersede on cpd.benefit for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
-- Who books looks a code up by its text; the calls list codes to staff only.
create policy members_read on cpd.discount_code for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on cpd.discount_code for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy administrators_change on cpd.discount_code for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy published_read on cpd.session for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (status <> 'draft' or (select auth.is_staff())));
create policy administrators_add on cpd.session for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy administrators_change on cpd.session for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy published_read on cpd.session_part for select to improve_exec
  using (authority_id = (select auth.authority_id()) and ((select auth.is_staff()) or exists (
    select from cpd.session s where s.authority_id = session_part.authority_id and s.session_id = session_part.session_id)));
create policy administrators_add on cpd.session_part for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

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
create policy places on cpd.discount_code to improve_owner using (authority_id = (select auth.authority_id()));

create policy staff_read on cpd.budget_holder for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on cpd.budget_holder for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy administrators_add on cpd.budget_holder for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_change on cpd.budget_holder for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));

-- Whoever sees a booking sees what became of it.
create policy with_its_booking on cpd.step for select to improve_exec
  using (authority_id = (select auth.authority_id()) and exists (
    select from cpd.booking b where b.authority_id = step.authority_id and b.booking_id = step.booking_id));

create policy with_its_booking on cpd.substitution for select to improve_exec
  using (authority_id = (select auth.authority_id()) and exists (
    select from cpd.booking b where b.authority_id = substitution.authority_id and b.booking_id = substitution.booking_id));

create policy with_its_booking on cpd.attendance for select to improve_exec
  using (authority_id = (select auth.authority_id()) and exists (
    select from cpd.booking b where b.authority_id = attendance.authority_id and b.booking_id = attendance.booking_id));
create policy with_its_booking on cpd.certificate for select to improve_exec
  using (authority_id = (select auth.authority_id()) and exists (
    select from cpd.booking b where b.authority_id = certificate.authority_id and b.booking_id = certificate.booking_id));
create policy with_its_booking on cpd.evaluation for select to improve_exec
  using (authority_id = (select auth.authority_id()) and exists (
    select from cpd.booking b where b.authority_id = evaluation.authority_id and b.booking_id = evaluation.booking_id));

create policy members_read on cpd.course_topic for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on cpd.course_topic for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy administrators_remove on cpd.course_topic for delete to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy staff_read on cpd.need for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on cpd.need for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy officers_state on cpd.need for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy school_states on cpd.need for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy officers_change on cpd.need for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy school_changes on cpd.need for update to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));

create policy staff_read on cpd.contact for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy school_reads on cpd.contact for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy officers_write on cpd.contact to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')))
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy school_names on cpd.contact for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy school_changes on cpd.contact for update to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));

create policy members_read on cpd.terms for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy members_read on cpd.terms_version for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy members_read on cpd.terms_band for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on cpd.terms for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_change on cpd.terms for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_add on cpd.terms_version for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_add on cpd.terms_band for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));

create policy with_its_booking on cpd.charge for select to improve_exec
  using (authority_id = (select auth.authority_id()) and exists (
    select from cpd.booking b where b.authority_id = charge.authority_id and b.booking_id = charge.booking_id));
create policy finance_waives on cpd.charge for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'finance')));
