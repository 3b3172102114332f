-- Who sees and changes the catalogue and the subscriptions.

create policy members_read on sla.service for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy members_read on sla.package for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy members_read on sla.package_version for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy members_read on sla.price for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy members_read on sla.price_clause for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy members_read on sla.policy for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on sla.service for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_add on sla.package for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_change on sla.package for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_add on sla.package_version for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_supersede on sla.package_version for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_add on sla.price for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_supersede on sla.price for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_add on sla.price_clause for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_add on sla.policy for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));

create policy staff_read on sla.staff_count for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on sla.staff_count for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy officers_count on sla.staff_count for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_correct on sla.staff_count for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy staff_read on sla.ect_count for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on sla.ect_count for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy officers_state on sla.ect_count for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy school_states on sla.ect_count for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy officers_correct on sla.ect_count for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy school_corrects on sla.ect_count for update to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy staff_read on sla.ect_settlement for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy officers_settle on sla.ect_settlement for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy staff_read on sla.conversion for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy officers_plan on sla.conversion for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_end on sla.conversion for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy staff_read on sla.subscription for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on sla.subscription for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy officers_subscribe on sla.subscription for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy school_subscribes on sla.subscription for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy officers_change on sla.subscription for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

create policy staff_read on sla.adjustment for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on sla.adjustment for select to improve_exec
  using (authority_id = (select auth.authority_id()) and subscription_id in (
    select s.subscription_id from sla.subscription s where s.authority_id = (select auth.authority_id())));
create policy officers_adjust on sla.adjustment for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

-- A school's notice changes its subscription, which it otherwise may not: sla.note_notice does, as the owner.
create policy life on sla.subscription to improve_owner using (authority_id = (select auth.authority_id()));

create policy staff_read on sla.allowance for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on sla.allowance for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy allowance_read on sla.allowance_entry for select to improve_exec
  using (authority_id = (select auth.authority_id()) and allowance_id in (
    select a.allowance_id from sla.allowance a where a.authority_id = (select auth.authority_id())));
-- The functions of allowances.sql run as the owner: a school's booking reserves what it may read and not write.
create policy ledger on sla.allowance to improve_owner using (authority_id = (select auth.authority_id()));
create policy ledger on sla.allowance_entry to improve_owner using (authority_id = (select auth.authority_id()));
