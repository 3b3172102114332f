-- Rounds of funds, and what their bids are to be for (FUN-1).

create function funds.require_round(p_round_id text) returns funds.round
language plpgsql stable as $$
declare
  v_round funds.round;
begin
  perform errors.required('round_id', p_round_id, 'a reference such as ro-7k2q9mx4td');
  select r.* into v_round from funds.round r where r.authority_id = auth.authority_id() and r.round_id = p_round_id;
  if not found then
    perform errors.not_found('round_id', format('The authority has no round "%s".', left(p_round_id, 40)), 'a reference such as ro-7k2q9mx4td',
      'improve round list shows them.');
  end if;
  return v_round;
end $$;
comment on function funds.require_round is 'funds.require_round finds a round, or refuses.';

create function funds.require_priority(p_round_id text, p_number integer) returns void
language plpgsql stable as $$
begin
  if p_number is not null and not exists (select from funds.priority p
      where p.authority_id = auth.authority_id() and p.round_id = p_round_id and p.number = p_number) then
    perform errors.not_found('priority', format('The round has no priority %s.', p_number),
      (select string_agg(p.number || ': ' || p.title, '; ' order by p.number) from funds.priority p
        where p.authority_id = auth.authority_id() and p.round_id = p_round_id), 'improve round-priority list shows them.');
  end if;
end $$;
comment on function funds.require_priority is 'funds.require_priority refuses the number of a priority that the round does not have; none is no number.';

create function funds.kinds(p_list jsonb) returns text[]
language plpgsql immutable as $$
begin
  return (select array_agg(distinct funds.kind_of(x) order by funds.kind_of(x)) from jsonb_array_elements_text(p_list) x where btrim(x) <> '');
end $$;
comment on function funds.kinds is 'funds.kinds writes kinds of organisation out, each once; null for none.';
grant execute on function funds.require_round, funds.require_priority, funds.kinds to improve_exec;

create function funds.open_round(p_fund_id text, p_number integer, p_opens_on date, p_closes_on date, p_may_lead jsonb, p_last_resort boolean,
  p_asks_evidence boolean)
returns table (round_id text, may_lead jsonb, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform funds.require_fund(p_fund_id);
  perform errors.required('number', p_number, 'its number, as the funder counts');
  perform errors.required('opens_on', p_opens_on, 'a day');
  perform errors.required('closes_on', p_closes_on, 'a day');
  return query
  insert into funds.round (authority_id, round_id, fund_id, number, opens_on, closes_on, may_lead, last_resort, asks_evidence)
  values (auth.authority_id(), base.new_ref('ro'), p_fund_id, p_number, p_opens_on, p_closes_on,
    coalesce(funds.kinds(p_may_lead), '{local_authority,multi_academy_trust,teaching_school_alliance}'), coalesce(p_last_resort, false),
    coalesce(p_asks_evidence, false))
  returning round_id, to_jsonb(may_lead), version;
end $$;
comment on function funds.open_round is 'funds.open_round adds a round of a fund, with who may lead its bids and whether the authority bids as a last resort only.';
grant execute on function funds.open_round to persona_la_admin, persona_officer;

create function funds.change_round(p_round_id text, p_version integer, p_closes_on date, p_last_resort boolean, p_asks_evidence boolean,
  p_awarded_pence bigint, p_awarded_source text)
returns table (round_id text, closes_on date, last_resort boolean, asks_evidence boolean, awarded_pence bigint, told_pence bigint, differs text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_round funds.round := funds.require_round(p_round_id);
begin
  perform errors.required('version', p_version);
  select r.* into v_round from funds.round r where r.authority_id = auth.authority_id() and r.round_id = p_round_id for no key update;
  if v_round.version <> p_version then
    perform errors.stale('version', p_version, v_round.version);
  end if;
  update funds.round r
  set closes_on = coalesce(p_closes_on, r.closes_on), last_resort = coalesce(p_last_resort, r.last_resort),
    asks_evidence = coalesce(p_asks_evidence, r.asks_evidence), awarded_pence = nullif(coalesce(p_awarded_pence, r.awarded_pence), 0),
    awarded_source = case when p_awarded_source is null then r.awarded_source else nullif(btrim(p_awarded_source), '') end, version = r.version + 1
  where r.authority_id = auth.authority_id() and r.round_id = p_round_id
  returning r.* into v_round;
  return query
  select v_round.round_id, v_round.closes_on, v_round.last_resort, v_round.asks_evidence, v_round.awarded_pence, a.told_pence, a.differs, v_round.version
  from funds.awarded(v_round, null) a;
end $$;
comment on function funds.change_round is 'funds.change_round changes what is given of a round: its last day, its rules, and what its successful bids were given together; a sum of 0 takes that away.';
grant execute on function funds.change_round to persona_la_admin, persona_officer;

create function funds.awarded(p_round funds.round, p_on date, out bids integer, out successful integer, out unknown integer, out told_pence bigint,
  out total_pence bigint, out differs text)
language plpgsql stable as $$
begin
  select count(*), count(*) filter (where won), count(*) filter (where won and b.pence is null), coalesce(sum(b.pence) filter (where won), 0)
    into bids, successful, unknown, told_pence
  from funds.bid b
  cross join lateral (select b.status = 'successful' and (p_on is null or b.decided_on <= p_on) as won) w
  where b.authority_id = p_round.authority_id and b.round_id = p_round.round_id and b.submitted_on is not null and b.status <> 'withdrawn' and b.status <> 'stood_down'
    and (p_on is null or b.submitted_on <= p_on);
  total_pence := case when successful > 0 then coalesce(p_round.awarded_pence, case when unknown = 0 then told_pence end) end;
  differs := case
    when p_round.awarded_pence is null and unknown > 0 then format('The sums of %s successful bids are not known.', unknown)
    when p_round.awarded_pence < told_pence then format('The round''s total is %s; its bids'' own sums are %s.', funds.pounds(p_round.awarded_pence), funds.pounds(told_pence))
    when unknown = 0 and successful > 0 and p_round.awarded_pence <> told_pence
      then format('The round''s total is %s; its bids'' own sums are %s.', funds.pounds(p_round.awarded_pence), funds.pounds(told_pence)) end;
end $$;
comment on function funds.awarded is 'funds.awarded counts the bids of a round by a day and sums what the successful ones were given: the round''s own total where it was told, else the sum of its bids where each is known. differs says what does not agree, with both figures (FUN-1).';
grant execute on function funds.awarded to improve_exec;

create function funds.list_rounds(p_fund_id text, p_open_on date)
returns table (round_id text, fund_id text, fund text, number integer, opens_on date, closes_on date, may_lead jsonb, last_resort boolean, asks_evidence boolean,
  awarded_pence bigint, awarded_source text, priorities jsonb, version integer)
language sql stable as $$
  select r.round_id, r.fund_id, f.name, r.number, r.opens_on, r.closes_on, to_jsonb(r.may_lead), r.last_resort, r.asks_evidence, r.awarded_pence,
    r.awarded_source, (select coalesce(jsonb_agg(p.number || ': ' || p.title order by p.number), '[]') from funds.priority p
      where p.authority_id = r.authority_id and p.round_id = r.round_id), r.version
  from funds.round r
  join funds.fund f on f.authority_id = r.authority_id and f.fund_id = r.fund_id
  where r.authority_id = (select auth.authority_id()) and (p_fund_id is null or r.fund_id = p_fund_id)
    and (p_open_on is null or p_open_on between r.opens_on and r.closes_on)
  order by f.name_key, r.number
$$;
comment on function funds.list_rounds is 'funds.list_rounds lists the rounds of funds, with what their bids are to be for.';
grant execute on function funds.list_rounds to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function funds.add_round_priority(p_round_id text, p_number integer, p_title text, p_agreed_by text, p_agreed_on date, p_agreed_words text)
returns table (round_id text, number integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform funds.require_round(p_round_id);
  perform errors.required('number', p_number);
  perform errors.required('title', btrim(p_title));
  insert into funds.priority (authority_id, round_id, number, title, agreed_by, agreed_on, agreed_words)
  values (auth.authority_id(), p_round_id, p_number, btrim(p_title), nullif(btrim(p_agreed_by), ''), p_agreed_on, nullif(btrim(p_agreed_words), ''));
  return query values (p_round_id, p_number);
end $$;
comment on function funds.add_round_priority is 'funds.add_round_priority says what bids of a round may be for, and who agreed it when.';
grant execute on function funds.add_round_priority to persona_la_admin, persona_officer;

create function funds.list_round_priorities(p_round_id text)
returns table (round_id text, number integer, title text, agreed_by text, agreed_on date, agreed_words text, receivers integer, givers integer, bids integer, led_by text)
language sql stable as $$
  select p.round_id, p.number, p.title, p.agreed_by, p.agreed_on, p.agreed_words, i.receivers::integer, i.givers::integer,
    (select count(*)::integer from funds.bid b where b.authority_id = p.authority_id and b.round_id = p.round_id and b.priority_number = p.number
      and b.status not in ('withdrawn', 'stood_down')), funds.partner_leads(p.round_id, p.number)
  from funds.priority p
  cross join lateral (select count(*) filter (where 'receiver' = any (i.wants)) as receivers, count(*) filter (where 'giver' = any (i.wants)) as givers
    from funds.interest i
    where i.authority_id = p.authority_id and i.round_id = p.round_id and i.withdrawn_at is null and coalesce(i.priority_number, p.number) = p.number) i
  where p.authority_id = (select auth.authority_id()) and p.round_id = p_round_id
  order by p.number
$$;
comment on function funds.list_round_priorities is 'funds.list_round_priorities lists what bids of a round may be for, with the interests and bids there are, and which partner leads.';
grant execute on function funds.list_round_priorities to persona_la_admin, persona_officer, persona_finance, persona_reporter;
