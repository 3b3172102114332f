-- Who sees and changes funds. Everybody of the authority reads what may be bid for; interests and bids are read by staff, and by the schools in them.

create policy members_read on funds.organisation for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy members_read on funds.fund for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy members_read on funds.contact for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy members_read on funds.round for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy members_read on funds.priority for select to improve_exec using (authority_id = (select auth.authority_id()));

create policy staff_read on funds.interest for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on funds.interest for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy school_expresses on funds.interest for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy school_withdraws on funds.interest for update to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy staff_read on funds.bid_party for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on funds.bid_party for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy staff_read on funds.bid for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on funds.bid for select to improve_exec
  using (authority_id = (select auth.authority_id()) and bid_id in (
    select p.bid_id from funds.bid_party p
    where p.authority_id = (select auth.authority_id()) and p.school_urn = any ((select auth.urns())::integer[])));

create policy officers_add on funds.organisation for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_add on funds.fund for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_add on funds.contact for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on funds.contact for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_add on funds.round for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on funds.round for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy staff_read on funds.round_elsewhere for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy officers_add on funds.round_elsewhere for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on funds.round_elsewhere for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_add on funds.priority for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_add on funds.interest for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on funds.interest for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_add on funds.bid for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on funds.bid for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_add on funds.bid_party for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

-- Money and decisions: staff read; officers and finance propose and decide, finance keeps reserves and spends. What was drawn and spent is moved by the
-- owner's functions (spend.sql) only.
create policy staff_read on funds.reserve for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy staff_read on funds.reserve_statement for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy staff_read on funds.contribution for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy staff_read on funds.match for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy staff_read on funds.paper for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy staff_read on funds.recommendation for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy staff_read on funds.update_due for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy staff_read on funds.spend for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy proposers_add on funds.reserve for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'finance')));
create policy proposers_add on funds.reserve_statement for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'finance')));
create policy proposers_change on funds.reserve_statement for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'finance')));
create policy proposers_add on funds.contribution for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer', 'finance')));
create policy proposers_change on funds.contribution for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer', 'finance')));
create policy proposers_add on funds.match for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer', 'finance')));
create policy proposers_add on funds.paper for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer', 'finance')));
create policy proposers_add on funds.recommendation for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer', 'finance')));
create policy proposers_change on funds.recommendation for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer', 'finance')));
create policy proposers_add on funds.update_due for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer', 'finance')));
create policy proposers_change on funds.update_due for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer', 'finance')));
create policy spends on funds.contribution to improve_owner using (authority_id = (select auth.authority_id()));
create policy spends on funds.spend to improve_owner using (authority_id = (select auth.authority_id()));

-- Commitments.
create policy staff_read on funds.budget for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy proposers_add on funds.budget for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer', 'finance')));
create policy proposers_change on funds.budget for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer', 'finance')));
create policy staff_read on funds.budget_line for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy proposers_add on funds.budget_line for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer', 'finance')));
create policy proposers_change on funds.budget_line for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer', 'finance')));
