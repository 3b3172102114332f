-- Row security of the shared register: every signed-in user reads; the operator's import writes, and an LA administrator's import writes what
-- is of their own authority. A row belongs to the authority that its establishment lies in by what we hold true now.

create function register.is_operator() returns boolean
language sql stable parallel safe as $$ select auth.authority_id() = 0 and auth.has_persona('operator') $$;
comment on function register.is_operator is 'register.is_operator tells whether the caller is the instance''s operator, who writes the whole register.';

create function register.own_authority() returns integer
language sql stable parallel safe as $$ select case when auth.has_persona('la_admin') then auth.authority_id() end $$;
comment on function register.own_authority is 'register.own_authority is the authority whose rows the caller may write in the register, as its administrator; null for everyone else.';

create function register.is_own_urn(p_urn integer) returns boolean
language sql stable as $$
  select exists (
    select from register.establishment_version v
    where v.urn = p_urn and v.superseded_at is null and v.authority_id = (select register.own_authority()))
$$;
comment on function register.is_own_urn is 'register.is_own_urn tells whether an establishment lies, or lay, in the authority that the caller administers.';
grant execute on function register.is_operator, register.own_authority, register.is_own_urn to improve_exec;

create policy everyone_reads on register.authority for select to improve_exec using (true);
create policy operator_adds on register.authority for insert to improve_exec with check ((select register.is_operator()));
create policy operator_renames on register.authority for update to improve_exec using ((select register.is_operator()));
create policy everyone_reads on register.authority_successor for select to improve_exec using (true);
create policy everyone_reads on register.establishment_type for select to improve_exec using (true);
create policy everyone_reads on register.default_phase_group for select to improve_exec using (true);
create policy operator_adds on register.authority_successor for insert to improve_exec with check ((select register.is_operator()));

-- A URN and its lineage say nothing about an authority: links across a border join both sides' schools.
create policy everyone_reads on register.establishment for select to improve_exec using (true);
create policy importer_adds on register.establishment for insert to improve_exec
  with check ((select register.is_operator()) or (select register.own_authority()) is not null);
create policy importer_joins on register.establishment for update to improve_exec
  using ((select register.is_operator()) or (select register.own_authority()) is not null);

create policy everyone_reads on register.establishment_version for select to improve_exec using (true);
create policy operator_or_own_adds on register.establishment_version for insert to improve_exec
  with check ((select register.is_operator()) or authority_id = (select register.own_authority()));
create policy operator_or_own_supersedes on register.establishment_version for update to improve_exec
  using ((select register.is_operator()) or authority_id = (select register.own_authority()));

create policy everyone_reads on register.link for select to improve_exec using (true);
create policy operator_or_own_adds on register.link for insert to improve_exec
  with check ((select register.is_operator()) or register.is_own_urn(urn));
create policy operator_or_own_supersedes on register.link for update to improve_exec
  using ((select register.is_operator()) or register.is_own_urn(urn));

create policy everyone_reads on register.group_ for select to improve_exec using (true);
create policy importer_adds on register.group_ for insert to improve_exec
  with check ((select register.is_operator()) or (select register.own_authority()) is not null);
create policy operator_supersedes on register.group_ for update to improve_exec using ((select register.is_operator()));
create policy everyone_reads on register.group_membership for select to improve_exec using (true);
create policy operator_or_own_adds on register.group_membership for insert to improve_exec
  with check ((select register.is_operator()) or register.is_own_urn(urn));
create policy operator_or_own_supersedes on register.group_membership for update to improve_exec
  using ((select register.is_operator()) or register.is_own_urn(urn));

-- An inspection may be of a predecessor that the register holds no version of, so an administrator's right is checked on the school for
-- which Ofsted lists it (inspection_listing, inspection_attribution), not on the URN at the time.
create policy everyone_reads on register.inspection for select to improve_exec using (true);
create policy importer_adds on register.inspection for insert to improve_exec
  with check ((select register.is_operator()) or (select register.own_authority()) is not null);
create policy operator_supersedes on register.inspection for update to improve_exec using ((select register.is_operator()));
create policy everyone_reads on register.inspection_grade for select to improve_exec using (true);
create policy importer_adds on register.inspection_grade for insert to improve_exec
  with check ((select register.is_operator()) or (select register.own_authority()) is not null);
create policy everyone_reads on register.inspection_listing for select to improve_exec using (true);
create policy operator_or_own_adds on register.inspection_listing for insert to improve_exec
  with check ((select register.is_operator()) or authority_id = (select register.own_authority()));
create policy everyone_reads on register.inspection_attribution for select to improve_exec using (true);
create policy importer_adds on register.inspection_attribution for insert to improve_exec
  with check ((select register.is_operator()) or (select register.own_authority()) is not null);

create policy everyone_reads on register.roll_count for select to improve_exec using (true);
create policy operator_or_own_adds on register.roll_count for insert to improve_exec
  with check ((select register.is_operator()) or register.is_own_urn(urn));
create policy operator_or_own_supersedes on register.roll_count for update to improve_exec
  using ((select register.is_operator()) or register.is_own_urn(urn));

-- Which phases an authority groups how is for everyone who works in it or books there; only its administrator sets it (C-7).
create policy authority_reads on schools.phase_group for select to improve_exec using (authority_id = (select auth.authority_id()));
create policy administrator_adds on schools.phase_group for insert to improve_exec
  with check (authority_id = (select register.own_authority()));
create policy administrator_removes on schools.phase_group for delete to improve_exec
  using (authority_id = (select register.own_authority()));

-- Functions of the owner that judge who may work where (partners/findings.sql) look schools and trusts up.
create policy owner_looks_up on register.establishment for select to improve_owner using (true);
create policy owner_looks_up on register.establishment_version for select to improve_owner using (true);
create policy owner_looks_up on register.establishment_type for select to improve_owner using (true);
create policy owner_looks_up on register.default_phase_group for select to improve_owner using (true);
create policy owner_looks_up on register.group_ for select to improve_owner using (true);
create policy owner_looks_up on register.group_membership for select to improve_owner using (true);
