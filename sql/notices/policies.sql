-- Who sees and writes notices. Whoever makes a call that tells somebody adds to the outbox; addresses and texts are read by those who send them.

create policy members_read on notices.policy for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_add on notices.policy for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_change on notices.policy for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));

-- Whoever causes a notice has it written in the authority's words.
create policy members_read on notices.template for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrators_write on notices.template for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));

create policy append on notices.notice for insert to improve_exec
  with check (authority_id = (select auth.authority_id())
    and (select auth.has_persona('la_admin', 'officer', 'finance', 'partner', 'booker')));
create policy officers_read on notices.notice for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));
create policy officers_change on notices.notice for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'officer')));

-- The functions of send.sql work for all authorities.
create policy sends on notices.policy for select to improve_sender using (true);
create policy sends on notices.notice to improve_sender using (true);
