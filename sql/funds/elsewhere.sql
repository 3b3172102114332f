-- What a round came to in other authorities (FUN-1), as a source tells it.

create function funds.set_round_result(p_round_id text, p_other text, p_bids integer, p_successful integer, p_source text, p_region text, p_pence bigint, p_version integer)
returns table (round_id text, other text, bids integer, successful integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was funds.round_elsewhere;
begin
  perform funds.require_round(p_round_id);
  perform errors.required('other', btrim(p_other), 'the name of another authority');
  perform errors.required('bids', p_bids);
  perform errors.required('successful', p_successful);
  perform errors.required('source', btrim(p_source), 'where that is told');
  select e.* into v_was from funds.round_elsewhere e
  where e.authority_id = auth.authority_id() and e.round_id = p_round_id and e.other_key = lower(btrim(p_other)) for no key update;
  if found and v_was.version is distinct from p_version then
    perform errors.stale('version', coalesce(p_version, 0), v_was.version);
  elsif v_was.round_id is null then
    insert into funds.round_elsewhere (authority_id, round_id, other, region, bids, successful, pence, source, recorded_by)
    values (auth.authority_id(), p_round_id, btrim(p_other), nullif(btrim(p_region), ''), p_bids, p_successful, p_pence, btrim(p_source), auth.person_id());
    return query values (p_round_id, btrim(p_other), p_bids, p_successful, 1);
    return;
  end if;
  return query
  update funds.round_elsewhere e
  set region = coalesce(nullif(btrim(p_region), ''), e.region), bids = p_bids, successful = p_successful, pence = coalesce(p_pence, e.pence), source = btrim(p_source),
    recorded_by = auth.person_id(), version = e.version + 1
  where e.authority_id = v_was.authority_id and e.round_id = p_round_id and e.other_key = v_was.other_key
  returning e.round_id, e.other, e.bids, e.successful, e.version;
end $$;
comment on function funds.set_round_result is 'funds.set_round_result records what a round came to in another authority, as a source tells it, or tells it anew.';
grant execute on function funds.set_round_result to persona_la_admin, persona_officer;
