-- Who sees and changes reviews: the authority's staff all of them, a school its own, a reviewer those that are theirs. Hubs are everybody's to ask.

create policy members_read on reviews.hub for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy officers_add on reviews.hub for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on reviews.hub for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy members_read on reviews.hub_area for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy officers_add on reviews.hub_area for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on reviews.hub_area for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy staff_read on reviews.review for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on reviews.review for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select register.own_urns())::integer[]));
create policy reviewer_reads on reviews.review for select to improve_exec
  using (authority_id = (select auth.authority_id()) and partner_id in (
    select p.partner_id from partners.partner p where p.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id())));
create policy officers_add on reviews.review for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy school_requests on reviews.review for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy officers_change on reviews.review for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy school_changes on reviews.review for update to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select register.own_urns())::integer[]));
create policy reviewer_changes on reviews.review for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('partner')) and partner_id in (
    select p.partner_id from partners.partner p where p.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id())));

create policy review_read on reviews.step for select to improve_exec
  using (authority_id = (select auth.authority_id()) and review_id in (
    select r.review_id from reviews.review r where r.authority_id = (select auth.authority_id())));
create policy review_takes on reviews.step for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and taken_by = (select auth.person_id())
    and (select auth.has_persona('la_admin', 'officer', 'partner', 'booker')) and review_id in (
      select r.review_id from reviews.review r where r.authority_id = (select auth.authority_id())));
