-- Who reads the books: the authority's staff; a school its own charges and documents. Nobody writes but functions that run as the owner.

create policy staff_read on money.entry for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy staff_read on money.line for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy posts on money.entry to improve_owner using (authority_id = (select auth.authority_id()));
create policy posts on money.line to improve_owner using (authority_id = (select auth.authority_id()));

create policy staff_read on money.charge for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on money.charge for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy staff_read on money.document for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on money.document for select to improve_exec
  using (authority_id = (select auth.authority_id()) and school_urn = any ((select auth.urns())::integer[]));
create policy staff_read on money.payment for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy school_reads on money.payment for select to improve_exec
  using (authority_id = (select auth.authority_id()) and document_id in (
    select d.document_id from money.document d where d.authority_id = (select auth.authority_id())));
create policy staff_read on money.journal for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy staff_read on money.journal_entry for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy staff_read on money.counter for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy members_read on money.policy for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy finance_adds on money.policy for insert to improve_exec
  with check (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'finance')));
create policy finance_changes on money.policy for update to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin', 'finance')));
create policy posts on money.charge to improve_owner using (authority_id = (select auth.authority_id()));
create policy posts on money.document to improve_owner using (authority_id = (select auth.authority_id()));
create policy posts on money.payment to improve_owner using (authority_id = (select auth.authority_id()));
create policy posts on money.journal to improve_owner using (authority_id = (select auth.authority_id()));
create policy posts on money.journal_entry to improve_owner using (authority_id = (select auth.authority_id()));
create policy posts on money.counter to improve_owner using (authority_id = (select auth.authority_id()));
