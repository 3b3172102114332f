-- Who sees and changes offers: everybody who works in the authority reads what the tiers are; staff read every award, a school its own.

create policy members_read on offers.scheme for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on offers.scheme for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy officers_compute on offers.scheme for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy members_read on offers.tier for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on offers.tier for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy members_read on offers.rule for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on offers.rule for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));

create policy staff_read on offers.award for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on offers.award for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select register.own_urns())::integer[]));
create policy officers_add on offers.award for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on offers.award for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer', 'finance')));

create policy award_read on offers.move for select to improve_exec
  using (authority_id = (select auth.authority_id()) and award_id in (
    select a.award_id from offers.award a where a.authority_id = (select auth.authority_id())));
create policy officers_add on offers.move for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_supersede on offers.move for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy award_read on offers.commitment for select to improve_exec
  using (authority_id = (select auth.authority_id()) and award_id in (
    select a.award_id from offers.award a where a.authority_id = (select auth.authority_id())));
create policy officers_add on offers.commitment for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on offers.commitment for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer', 'finance')));

create policy award_read on offers.entry for select to improve_exec
  using (authority_id = (select auth.authority_id()) and award_id in (
    select a.award_id from offers.award a where a.authority_id = (select auth.authority_id())));
create policy officers_add on offers.entry for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer', 'finance')));
