-- Calls about what is small in what an authority publishes (REP-5). The client hides it: client/publish/publish.h says why.

create function figures.publication_policy_of() returns figures.publication_policy
language plpgsql stable as $$
declare
  v_policy figures.publication_policy;
begin
  select p.* into v_policy from figures.publication_policy p where p.authority_id = auth.authority_id();
  if not found then
    v_policy := row(auth.authority_id(), 5, false, 0)::figures.publication_policy;
  end if;
  return v_policy;
end $$;
comment on function figures.publication_policy_of is 'figures.publication_policy_of is what the authority decided about small numbers, or, at version 0, that those from 1 to 4 are.';
grant execute on function figures.publication_policy_of to improve_exec;

create function figures.get_publication_policy() returns table (small_below integer, hide_zeros boolean, own boolean, version integer)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_policy constant figures.publication_policy := figures.publication_policy_of();
begin
  return query select v_policy.small_below, v_policy.hide_zeros, v_policy.version > 0, v_policy.version;
end $$;
comment on function figures.get_publication_policy is 'figures.get_publication_policy shows which counts are small in what the authority publishes (REP-5).';
grant execute on function figures.get_publication_policy to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function figures.set_publication_policy(p_version integer, p_small_below integer, p_hide_zeros boolean)
returns table (small_below integer, hide_zeros boolean, own boolean, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_policy constant figures.publication_policy := figures.publication_policy_of();
begin
  perform errors.required('version', p_version, '0 while the authority has decided nothing');
  if v_policy.version <> p_version then
    perform errors.stale('version', p_version, v_policy.version);
  elsif p_small_below is null and p_hide_zeros is null then
    perform errors.required('small_below', p_small_below, 'a threshold, or whether noughts are hidden');
  end if;
  insert into figures.publication_policy as p (authority_id, small_below, hide_zeros)
  values (v_policy.authority_id, coalesce(p_small_below, v_policy.small_below), coalesce(p_hide_zeros, v_policy.hide_zeros))
  on conflict (authority_id) do update
  set small_below = excluded.small_below, hide_zeros = excluded.hide_zeros, version = p.version + 1
  where p.version = p_version;
  if not found then
    perform errors.stale('version', p_version, (figures.publication_policy_of()).version);
  end if;
  return query select g.* from figures.get_publication_policy() g;
end $$;
comment on function figures.set_publication_policy is 'figures.set_publication_policy says which counts are small in what the authority publishes: those below a threshold, and noughts or not (REP-5). What was published stays as it was.';
grant execute on function figures.set_publication_policy to persona_la_admin;
