-- Bids: who leads, who gives and receives, what they ask for, and what came of them (FUN-1).

create function funds.lock_round(p_round_id text) returns funds.round
language plpgsql volatile as $$
declare
  v_round funds.round := funds.require_round(p_round_id);
begin
  select r.* into v_round from funds.round r where r.authority_id = auth.authority_id() and r.round_id = p_round_id for no key update;
  return v_round;
end $$;
comment on function funds.lock_round is 'funds.lock_round finds a round and holds it, so that who leads is decided one after the other.';

create function funds.lead_of(p_lead text) returns funds.organisation
language plpgsql stable as $$
begin
  if p_lead ~ '^[0-9]{5,7}$' then
    perform errors.refuse(3, 'SCHOOL_ALONE', 'A school alone does not lead a bid; it joins as giver or receiver.', 'lead', 'FUN-1',
      'an organisation that leads: a teaching school alliance, a multi-academy trust or the authority');
  end if;
  return funds.require_organisation('lead', p_lead);
end $$;
comment on function funds.lead_of is 'funds.lead_of finds the organisation that leads; a school''s URN is refused.';

create function funds.require_may_lead(p_round funds.round, p_lead funds.organisation) returns void
language plpgsql stable as $$
begin
  if p_lead.kind = 'school' then
    perform errors.refuse(3, 'SCHOOL_ALONE', 'A school alone does not lead a bid; it joins as giver or receiver.', 'lead', 'FUN-1',
      replace(array_to_string(p_round.may_lead, ', '), '_', ' '));
  elsif p_lead.kind <> all (p_round.may_lead) then
    perform errors.precondition('LEAD_KIND', format('%s is a %s; those do not lead bids of this round.', p_lead.name, replace(p_lead.kind, '_', ' ')), 'lead', 'FUN-1',
      replace(array_to_string(p_round.may_lead, ', '), '_', ' '));
  end if;
end $$;
comment on function funds.require_may_lead is 'funds.require_may_lead refuses a lead that is not of a kind that leads bids of the round: never a school alone.';

create function funds.require_bid(p_bid_id text, p_version integer) returns funds.bid
language plpgsql volatile as $$
declare
  v_bid funds.bid;
begin
  perform errors.required('bid_id', p_bid_id, 'a reference such as bi-7k2q9mx4td');
  perform errors.required('version', p_version);
  select b.* into v_bid from funds.bid b where b.authority_id = auth.authority_id() and b.bid_id = p_bid_id for no key update;
  if not found then
    perform errors.not_found('bid_id', format('The authority has no bid "%s".', left(p_bid_id, 40)), 'a reference such as bi-7k2q9mx4td', 'improve bid list shows them.');
  elsif v_bid.version <> p_version then
    perform errors.stale('version', p_version, v_bid.version);
  end if;
  return v_bid;
end $$;
comment on function funds.require_bid is 'funds.require_bid finds a bid at its version and holds it, or refuses.';

create function funds.lacks(p_bid funds.bid) returns text
language plpgsql immutable as $$
begin
  return nullif(concat_ws(', ', case when p_bid.impact_evidence is null then 'evidence of impact' end, case when p_bid.analysis is null then 'analysis' end), '');
end $$;
comment on function funds.lacks is 'funds.lacks says what of its evidence a bid does not have yet; null when it has all.';

create function funds.add_parties(p_bid_id text, p_parties jsonb) returns integer
language plpgsql volatile as $$
declare
  v_party record;
  v_count integer := 0;
begin
  for v_party in
    select lower(btrim(x.role)) as role, x.school_urn, nullif(btrim(x.organisation_id), '') as organisation_id
    from jsonb_to_recordset(coalesce(p_parties, '[]')) x (role text, school_urn integer, organisation_id text)
  loop
    perform errors.required('parties', v_party.role, 'role=giver, role=receiver or role=provider');
    if (v_party.school_urn is null) = (v_party.organisation_id is null) then
      perform errors.invalid('parties', 'Each is a school or an organisation.', 'FUN-1', 'role=receiver,school_urn=122345 or role=provider,organisation_id=og-7k2q9mx4td');
    elsif v_party.organisation_id is not null then
      perform funds.require_organisation('parties', v_party.organisation_id);
    else
      perform partners.require_known_school('parties', v_party.school_urn);
    end if;
    insert into funds.bid_party (authority_id, bid_id, party_id, role, school_urn, organisation_id)
    values (auth.authority_id(), p_bid_id, base.new_ref('bp'), v_party.role, v_party.school_urn, v_party.organisation_id)
    on conflict do nothing;
    v_count := v_count + found::integer;
  end loop;
  return v_count;
end $$;
comment on function funds.add_parties is 'funds.add_parties adds who is part of a bid, each once in a role, and tells how many are new.';
grant execute on function funds.lock_round, funds.lead_of, funds.require_may_lead, funds.require_bid, funds.lacks, funds.add_parties to improve_exec;

create function funds.add_bid(p_round_id text, p_title text, p_lead text, p_priority integer, p_pence bigint, p_impact_evidence text, p_analysis text, p_parties jsonb)
returns table (bid_id text, status text, stood_down jsonb, lacks text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_round constant funds.round := funds.lock_round(p_round_id);
  v_lead funds.organisation;
  v_bid funds.bid;
  v_stood jsonb := '[]';
begin
  perform errors.required('title', btrim(p_title));
  perform errors.required('lead', btrim(p_lead), 'a reference such as og-7k2q9mx4td');
  v_lead := funds.lead_of(btrim(p_lead));
  perform funds.require_may_lead(v_round, v_lead);
  perform funds.require_priority(p_round_id, p_priority);
  if v_lead.kind = 'local_authority' then
    perform funds.require_no_partner(v_round, p_priority);
  end if;
  insert into funds.bid (authority_id, bid_id, round_id, title, lead_id, priority_number, pence, impact_evidence, analysis)
  values (auth.authority_id(), base.new_ref('bi'), p_round_id, btrim(p_title), v_lead.organisation_id, p_priority, p_pence,
    nullif(btrim(p_impact_evidence), ''), nullif(btrim(p_analysis), ''))
  returning * into v_bid;
  perform funds.add_parties(v_bid.bid_id, p_parties);
  if v_lead.kind <> 'local_authority' then
    v_stood := funds.stand_down(v_round, p_priority, v_lead.name);
  end if;
  return query values (v_bid.bid_id, v_bid.status, v_stood, funds.lacks(v_bid), v_bid.version);
end $$;
comment on function funds.add_bid is 'funds.add_bid notes that an organisation means to bid in a round, with who gives, receives and provides. A school alone does not lead; the authority does not where it is the last resort and a partner leads; and a partner''s bid makes the authority''s own stand down (stood_down names them).';
grant execute on function funds.add_bid to persona_la_admin, persona_officer;

create function funds.add_bid_parties(p_bid_id text, p_version integer, p_parties jsonb) returns table (bid_id text, added integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_bid constant funds.bid := funds.require_bid(p_bid_id, p_version);
  v_added integer;
begin
  if v_bid.status in ('withdrawn', 'stood_down') then
    perform errors.precondition('BID_ENDED', format('The bid is %s.', replace(v_bid.status, '_', ' ')), 'bid_id', 'FUN-1', 'a bid that stands');
  end if;
  v_added := funds.add_parties(p_bid_id, p_parties);
  return query
  update funds.bid b set version = b.version + 1 where b.authority_id = auth.authority_id() and b.bid_id = p_bid_id returning b.bid_id, v_added, b.version;
end $$;
comment on function funds.add_bid_parties is 'funds.add_bid_parties adds schools that give or receive, and providers, to a bid.';
grant execute on function funds.add_bid_parties to persona_la_admin, persona_officer;

create function funds.submit_bid(p_bid_id text, p_version integer, p_submitted_on date, p_pence bigint, p_impact_evidence text, p_analysis text)
returns table (bid_id text, status text, submitted_on date, stood_down jsonb, lacks text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_bid funds.bid := funds.require_bid(p_bid_id, p_version);
  v_on constant date := coalesce(p_submitted_on, base.today());
  v_round constant funds.round := funds.lock_round(v_bid.round_id);
  v_lead funds.organisation;
  v_stood jsonb := '[]';
begin
  if v_bid.status not in ('intended', 'stood_down') then
    perform errors.precondition('BID_STATUS', format('The bid is %s.', replace(v_bid.status, '_', ' ')), 'bid_id', 'FUN-1', 'a bid that is intended or stood down');
  elsif v_on not between v_round.opens_on and v_round.closes_on then
    perform errors.precondition('ROUND_CLOSED', format('Bids of this round are submitted from %s to %s, not on %s.', to_char(v_round.opens_on, 'FMDD Mon YYYY'),
      to_char(v_round.closes_on, 'FMDD Mon YYYY'), to_char(v_on, 'FMDD Mon YYYY')), 'submitted_on', 'FUN-1', format('%s to %s', v_round.opens_on, v_round.closes_on));
  end if;
  v_lead := funds.require_organisation('lead', v_bid.lead_id);
  if v_lead.kind = 'local_authority' then
    perform funds.require_no_partner(v_round, v_bid.priority_number);
  end if;
  v_bid.impact_evidence := coalesce(nullif(btrim(p_impact_evidence), ''), v_bid.impact_evidence);
  v_bid.analysis := coalesce(nullif(btrim(p_analysis), ''), v_bid.analysis);
  if v_round.asks_evidence and funds.lacks(v_bid) is not null then
    perform errors.precondition('EVIDENCE_MISSING', format('The round asks for evidence; the bid lacks: %s.', funds.lacks(v_bid)),
      case when v_bid.impact_evidence is null then 'impact_evidence' else 'analysis' end, 'FUN-1', 'evidence of impact, and the analysis that the bid is based on');
  end if;
  update funds.bid b
  set status = 'submitted', submitted_on = v_on, ended_on = null, reason = null, pence = coalesce(p_pence, b.pence), impact_evidence = v_bid.impact_evidence,
    analysis = v_bid.analysis, version = b.version + 1
  where b.authority_id = auth.authority_id() and b.bid_id = p_bid_id
  returning b.* into v_bid;
  if v_lead.kind <> 'local_authority' then
    v_stood := funds.stand_down(v_round, v_bid.priority_number, v_lead.name);
  end if;
  return query values (v_bid.bid_id, v_bid.status, v_bid.submitted_on, v_stood, funds.lacks(v_bid), v_bid.version);
end $$;
comment on function funds.submit_bid is 'funds.submit_bid says that a bid was submitted, while its round was open; one of the authority that stood down may be, once no partner leads any more.';
grant execute on function funds.submit_bid to persona_la_admin, persona_officer;

create function funds.decide_bid(p_bid_id text, p_version integer, p_outcome text, p_decided_on date, p_pence bigint, p_reason text)
returns table (bid_id text, status text, decided_on date, pence bigint, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_bid constant funds.bid := funds.require_bid(p_bid_id, p_version);
begin
  perform errors.required('outcome', btrim(p_outcome), 'successful or unsuccessful');
  if lower(btrim(p_outcome)) not in ('successful', 'unsuccessful') then
    perform errors.invalid('outcome', 'A bid is decided one way or the other.', 'FUN-1', 'successful or unsuccessful');
  elsif v_bid.status <> 'submitted' then
    perform errors.precondition('BID_STATUS', format('The bid is %s.', replace(v_bid.status, '_', ' ')), 'bid_id', 'FUN-1', 'a bid that is submitted');
  end if;
  return query
  update funds.bid b
  set status = lower(btrim(p_outcome)), decided_on = coalesce(p_decided_on, base.today()), pence = coalesce(p_pence, b.pence), reason = nullif(btrim(p_reason), ''),
    version = b.version + 1
  where b.authority_id = auth.authority_id() and b.bid_id = p_bid_id
  returning b.bid_id, b.status, b.decided_on, b.pence, b.version;
end $$;
comment on function funds.decide_bid is 'funds.decide_bid says what came of a bid, and what it was given where that was told for each bid; else the round says it for all (round change).';
grant execute on function funds.decide_bid to persona_la_admin, persona_officer;

create function funds.withdraw_bid(p_bid_id text, p_version integer, p_reason text) returns table (bid_id text, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_bid constant funds.bid := funds.require_bid(p_bid_id, p_version);
begin
  perform errors.required('reason', btrim(p_reason));
  if v_bid.status not in ('intended', 'submitted') then
    perform errors.precondition('BID_STATUS', format('The bid is %s.', replace(v_bid.status, '_', ' ')), 'bid_id', 'FUN-1', 'a bid that is intended or submitted');
  end if;
  return query
  update funds.bid b set status = 'withdrawn', ended_on = base.today(), reason = btrim(p_reason), version = b.version + 1
  where b.authority_id = auth.authority_id() and b.bid_id = p_bid_id
  returning b.bid_id, b.status, b.version;
end $$;
comment on function funds.withdraw_bid is 'funds.withdraw_bid takes a bid back before it is decided; where it led, the authority may bid again.';
grant execute on function funds.withdraw_bid to persona_la_admin, persona_officer;

create function funds.list_bids(p_round_id text, p_status text, p_lead text, p_school_urn integer)
returns table (bid_id text, round_id text, fund text, round integer, title text, lead text, lead_kind text, priority integer, pence bigint, status text,
  submitted_on date, decided_on date, givers integer, receivers integer, providers integer, version integer)
language sql stable as $$
  select b.bid_id, b.round_id, f.name, r.number, b.title, o.name, o.kind, b.priority_number, b.pence, b.status, b.submitted_on, b.decided_on,
    p.givers::integer, p.receivers::integer, p.providers::integer, b.version
  from funds.bid b
  join funds.round r on r.authority_id = b.authority_id and r.round_id = b.round_id
  join funds.fund f on f.authority_id = r.authority_id and f.fund_id = r.fund_id
  join funds.organisation o on o.authority_id = b.authority_id and o.organisation_id = b.lead_id
  cross join lateral (select count(*) filter (where x.role = 'giver') as givers, count(*) filter (where x.role = 'receiver') as receivers,
      count(*) filter (where x.role = 'provider') as providers, count(*) filter (where x.school_urn = p_school_urn) as is_in
    from funds.bid_party x where x.authority_id = b.authority_id and x.bid_id = b.bid_id) p
  where b.authority_id = (select auth.authority_id()) and (p_round_id is null or b.round_id = p_round_id) and (p_status is null or b.status = lower(p_status))
    and (p_lead is null or b.lead_id = p_lead) and (p_school_urn is null or p.is_in > 0)
  order by f.name_key, r.number, b.title
$$;
comment on function funds.list_bids is 'funds.list_bids lists bids; a school sees those that it is part of, and of the others in them only itself.';
grant execute on function funds.list_bids to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function funds.get_bid(p_bid_id text)
returns table (bid_id text, fund text, round integer, title text, lead text, lead_kind text, priority text, pence bigint, status text, submitted_on date,
  decided_on date, ended_on date, reason text, impact_evidence text, analysis text, lacks text, parties jsonb, version integer)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform errors.required('bid_id', p_bid_id, 'a reference such as bi-7k2q9mx4td');
  return query
  select b.bid_id, f.name, r.number, b.title, o.name, o.kind, p.number || ': ' || p.title, b.pence, b.status, b.submitted_on, b.decided_on, b.ended_on, b.reason,
    b.impact_evidence, b.analysis, funds.lacks(b),
    (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('role', x.role, 'school_urn', x.school_urn, 'organisation_id', x.organisation_id,
        'name', coalesce(xo.name, school.name))) order by x.role, coalesce(xo.name, school.name)), '[]')
      from funds.bid_party x
      left join funds.organisation xo on xo.authority_id = x.authority_id and xo.organisation_id = x.organisation_id
      left join lateral register.establishment_on(x.school_urn, coalesce(b.submitted_on, base.today())) school on true
      where x.authority_id = b.authority_id and x.bid_id = b.bid_id), b.version
  from funds.bid b
  join funds.round r on r.authority_id = b.authority_id and r.round_id = b.round_id
  join funds.fund f on f.authority_id = r.authority_id and f.fund_id = r.fund_id
  join funds.organisation o on o.authority_id = b.authority_id and o.organisation_id = b.lead_id
  left join funds.priority p on p.authority_id = b.authority_id and p.round_id = b.round_id and p.number = b.priority_number
  where b.authority_id = auth.authority_id() and b.bid_id = p_bid_id;
  if not found then
    perform errors.not_found('bid_id', format('The authority has no bid "%s".', left(p_bid_id, 40)), 'a reference such as bi-7k2q9mx4td', 'improve bid list shows them.');
  end if;
end $$;
comment on function funds.get_bid is 'funds.get_bid shows a bid whole, with who is part of it.';
grant execute on function funds.get_bid to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;
