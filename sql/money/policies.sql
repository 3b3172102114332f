-- Who reads the ledger: the authority's staff. Nobody writes it but the functions of ledger.sql, which run as the owner.

create policy staff_read on money.entry for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy staff_read on money.line for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.is_staff()));
create policy posts on money.entry to improve_owner using (authority_id = (select auth.authority_id()));
create policy posts on money.line to improve_owner using (authority_id = (select auth.authority_id()));
