-- Who sees a party's copy of its agreements: staff all, a partner those under which they work, without rates and money. Nobody writes but the
-- functions of this folder, which run as the owner and write both parties' copies.

create policy staff_read on consultancy.agreement for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy placed_read on consultancy.agreement for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('partner')) and agreement_id in (
    select p.agreement_id from consultancy.placement p where p.authority_id = (select auth.authority_id())));
create policy staff_read on consultancy.placement for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy own_read on consultancy.placement for select to improve_exec
  using (authority_id = (select auth.authority_id()) and partner_id in (
    select p.partner_id from partners.partner p
    where p.authority_id = (select auth.authority_id()) and p.person_id = (select auth.person_id())));
create policy staff_read on consultancy.school for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy placed_read on consultancy.school for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('partner')) and agreement_id in (
    select p.agreement_id from consultancy.placement p where p.authority_id = (select auth.authority_id())));
create policy staff_read on consultancy.bank for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy staff_read on consultancy.delivery for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy staff_read on consultancy.statement for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy staff_read on consultancy.statement_line for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));

-- For the owner's functions, which first put the call into the authority whose copy they write.
create policy parties on consultancy.agreement to improve_owner using (authority_id = (select auth.authority_id()));
create policy parties on consultancy.bank to improve_owner using (authority_id = (select auth.authority_id()));
create policy parties on consultancy.school to improve_owner using (authority_id = (select auth.authority_id()));
create policy parties on consultancy.placement to improve_owner using (authority_id = (select auth.authority_id()));
create policy parties on consultancy.delivery to improve_owner using (authority_id = (select auth.authority_id()));
create policy parties on consultancy.statement to improve_owner using (authority_id = (select auth.authority_id()));
create policy parties on consultancy.statement_line to improve_owner using (authority_id = (select auth.authority_id()));
