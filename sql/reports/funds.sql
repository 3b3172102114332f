-- Reports on funds: bids (FUN-1), what funds are made of, and reserves (FUN-2).

create function reports.bids(p_fund_id text, p_as_of date)
returns table (authority text, as_of date, fund text, round integer, closes_on date, lead_kind text, base integer, successful integer, unsuccessful integer,
  undecided integer, percent numeric, total_pence bigint, mean_pence bigint, why text)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
  v_authority constant text := base.authority_code(auth.authority_id());
begin
  if p_fund_id is not null then
    perform funds.require_fund(p_fund_id);
  end if;
  raise notice using errcode = 'IMNTE', message = 'base counts the bids submitted and not taken back. A total is the round''s own where it was told, and else the sum of its bids where each is known.';
  return query
  with counted as (
    select r.round_id, o.kind, count(*)::integer as base, count(*) filter (where b.status = 'successful' and b.decided_on <= v_on)::integer as successful,
      count(*) filter (where b.status = 'unsuccessful' and b.decided_on <= v_on)::integer as unsuccessful
    from funds.round r
    join funds.bid b on b.authority_id = r.authority_id and b.round_id = r.round_id
    join funds.organisation o on o.authority_id = b.authority_id and o.organisation_id = b.lead_id
    where r.authority_id = auth.authority_id() and b.submitted_on <= v_on and (b.ended_on is null or b.ended_on > v_on)
    group by grouping sets ((r.round_id, o.kind), (r.round_id))
  )
  select v_authority, v_on, f.name, r.number, r.closes_on, coalesce(c.kind, 'Total'), coalesce(c.base, 0), coalesce(c.successful, 0), coalesce(c.unsuccessful, 0),
    coalesce(c.base - c.successful - c.unsuccessful, 0), reports.percent(coalesce(c.successful, 0), coalesce(c.base, 0)), a.total_pence,
    round(a.total_pence::numeric / nullif(c.successful, 0))::bigint, a.differs
  from funds.round r
  join funds.fund f on f.authority_id = r.authority_id and f.fund_id = r.fund_id
  left join counted c on c.round_id = r.round_id
  left join lateral funds.awarded(r, v_on) a on c.kind is null
  where r.authority_id = auth.authority_id() and r.opens_on <= v_on and (p_fund_id is null or r.fund_id = p_fund_id)
  order by f.name_key, r.number, c.kind is null, c.kind;
end $$;
comment on function reports.bids is 'reports.bids counts the bids of each round by the kind of their lead, with what came of them, what the successful ones were given together, and the mean (FUN-1).';
grant execute on function reports.bids to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function reports.match_funding(p_fund_id text, p_as_of date)
returns table (authority text, as_of date, fund text, contribution text, source text, financial_year text, matched_by text, ratio text, pence bigint, agreed_pence bigint,
  authorised_pence bigint, drawn_pence bigint, left_pence bigint, state text)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
  v_authority constant text := base.authority_code(auth.authority_id());
begin
  if p_fund_id is not null then
    perform funds.require_fund(p_fund_id);
  end if;
  raise notice using errcode = 'IMNTE', message = 'Agreed: allocated by those who decide. Authorised: may be spent. Drawn: spent. What matches something else is drawn when both are agreed.';
  return query
  with told as (
    select f.fund_id, f.name_key, f.name as fund, c.contribution_id, c.name, c.source, calendar.year_text(c.financial_year) as year, o.name as other, m.ratio, c.pence,
      case when funds.is_allocated(c, v_on) then c.pence else 0 end as agreed, funds.authorised_pence(c, v_on) as authorised,
      (select coalesce(sum(s.pence), 0)::bigint from funds.spend s where s.authority_id = c.authority_id and s.contribution_id = c.contribution_id and s.spent_on <= v_on) as drawn,
      funds.state_of(c, v_on) as state
    from funds.contribution c
    join funds.fund f on f.authority_id = c.authority_id and f.fund_id = c.fund_id
    cross join lateral funds.matching(c.contribution_id) m
    left join funds.contribution o on o.authority_id = c.authority_id and o.contribution_id = m.contribution_id
    where c.authority_id = auth.authority_id() and (p_fund_id is null or c.fund_id = p_fund_id)
  )
  select v_authority, v_on, t.fund, t.name, t.source, t.year, t.other, t.ratio, t.pence, t.agreed, t.authorised, t.drawn, t.authorised - t.drawn, t.state
  from (
    select 1 as part, told.* from told
    union all
    select 2, t.fund_id, t.name_key, t.fund, null, 'Total', null, null, null, null, sum(t.pence)::bigint, sum(t.agreed)::bigint, sum(t.authorised)::bigint, sum(t.drawn)::bigint,
      null
    from told t group by t.fund_id, t.name_key, t.fund
  ) t
  order by t.name_key, t.part, t.source, t.name, t.contribution_id;
end $$;
comment on function reports.match_funding is 'reports.match_funding prints what each fund is made of by a day: put in, agreed, authorised, drawn and left, with what matches what; allocation, authority to spend and spend each by itself (FUN-2).';

create function reports.reserve(p_reserve_id text, p_as_of date)
returns table (authority text, as_of date, reserve text, line text, pence bigint, budget_pence bigint, share double precision, in_range text, why text)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
  v_authority constant text := base.authority_code(auth.authority_id());
begin
  if p_reserve_id is not null then
    perform funds.require_reserve(p_reserve_id);
  end if;
  raise notice using errcode = 'IMNTE', message = 'share is per cent of the budget, which is the base. Contributions count with what was not spent by the day of the balance, proposed ones too: their state says how far they are.';
  return query
  with stated as (
    select distinct on (r.reserve_id) r.*, s.as_at, s.balance_pence, s.budget_pence, s.budget_is, s.risks_pence
    from funds.reserve r
    join funds.reserve_statement s on s.authority_id = r.authority_id and s.reserve_id = r.reserve_id
    where r.authority_id = auth.authority_id() and s.superseded_at is null and s.as_at <= v_on and (p_reserve_id is null or r.reserve_id = p_reserve_id)
    order by r.reserve_id, s.as_at desc
  ), taken as (
    -- What was spent by the day of the balance is out of it already.
    select t.reserve_id, c.contribution_id, f.name, funds.state_of(c, v_on) as state, c.pence - (select coalesce(sum(s.pence), 0)::bigint from funds.spend s
      where s.authority_id = c.authority_id and s.contribution_id = c.contribution_id and s.spent_on <= t.as_at) as pence
    from stated t
    join funds.contribution c on c.authority_id = t.authority_id and c.reserve_id = t.reserve_id
    join funds.fund f on f.authority_id = c.authority_id and f.fund_id = c.fund_id
    where c.financial_year >= calendar.financial_year(t.as_at) and c.financial_year <= calendar.financial_year(v_on) + 1
  ), line as (
    select t.reserve_id, 1 as part, format('Balance on %s', to_char(t.as_at, 'FMDD Mon YYYY')) as line, t.balance_pence as pence, true as is_balance,
      case t.budget_is when 'implied' then format('The %s is implied by the share that was printed.', t.budget_name) end as why, '' as ref
    from stated t
    union all
    select k.reserve_id, 2, k.name, -k.pence, false, k.state, k.contribution_id from taken k
    union all
    select t.reserve_id, 3, 'After contributions', t.balance_pence - coalesce(x.pence, 0), true, null, ''
    from stated t left join (select k.reserve_id, sum(k.pence)::bigint as pence from taken k group by 1) x using (reserve_id)
    union all
    select t.reserve_id, 4, 'Risks', -t.risks_pence, false, null, '' from stated t where t.risks_pence > 0
    union all
    select t.reserve_id, 5, 'After contributions and risks', t.balance_pence - coalesce(x.pence, 0) - t.risks_pence, true, null, ''
    from stated t left join (select k.reserve_id, sum(k.pence)::bigint as pence from taken k group by 1) x using (reserve_id) where t.risks_pence > 0
  )
  select v_authority, v_on, t.name, l.line, l.pence, t.budget_pence, case when l.is_balance then funds.share(l.pence, t.budget_pence)::double precision end,
    case when not l.is_balance then null when t.range_low is null and t.range_high is null then 'the range is not told'
      when funds.share(l.pence, t.budget_pence) < t.range_low then format('below %s %%', t.range_low) when funds.share(l.pence, t.budget_pence) > t.range_high then
        format('above %s %%', t.range_high) else 'within the range' end, l.why
  from line l
  join stated t using (reserve_id)
  order by t.name_key, l.part, l.line, l.ref;
end $$;
comment on function reports.reserve is 'reports.reserve prints what a reserve held when last stated, as a share of its budget, what contributions take from it, what is left after them and after the risks, and whether that lies in the range that is recommended (FUN-2).';
grant execute on function reports.match_funding, reports.reserve to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function reports.own_round(p_round funds.round, p_on date) returns table (bids integer, successful integer, pence bigint)
language plpgsql stable set client_min_messages = 'warning' as $$
begin
  return query select b.base, b.successful, b.total_pence from reports.bids(p_round.fund_id, p_on) b where b.round = p_round.number and b.lead_kind = 'Total';
end $$;
comment on function reports.own_round is 'reports.own_round gives what a round came to here, as the report on bids counts it.';
grant execute on function reports.own_round to improve_exec;

create function reports.round_rank(p_round_id text, p_region text, p_as_of date)
returns table (authority text, fund text, round integer, rank integer, rank_by_pence integer, other text, own boolean, region text, base integer, successful integer, percent numeric, pence bigint, source text)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
begin
  if p_round_id is not null then
    perform funds.require_round(p_round_id);
  end if;
  raise notice using errcode = 'IMNTE', message = 'Ranked by bids that were successful; rank_by_pence by what they were given, where that is told. base counts the bids submitted; of other authorities, as the source tells.';
  return query
  with told as (
    select r.round_id, r.number, f.name as fund, e.other, false as own, e.region, e.bids, e.successful, e.pence, e.source
    from funds.round_elsewhere e
    join funds.round r on r.authority_id = e.authority_id and r.round_id = e.round_id
    join funds.fund f on f.authority_id = r.authority_id and f.fund_id = r.fund_id
    where e.authority_id = auth.authority_id() and (p_round_id is null or e.round_id = p_round_id) and (p_region is null or lower(e.region) = lower(btrim(p_region)))
  ), line as (
    select * from told
    union all
    select distinct on (t.round_id) t.round_id, t.number, t.fund, a.name, true, btrim(p_region), o.bids, o.successful, o.pence, 'Its own bids.'
    from told t
    join funds.round r on r.authority_id = auth.authority_id() and r.round_id = t.round_id
    join register.authority a on a.authority_id = auth.authority_id()
    cross join lateral reports.own_round(r, v_on) o
  )
  select base.authority_code(auth.authority_id()), l.fund, l.number, (rank() over (partition by l.round_id order by l.successful desc))::integer,
    case when l.pence is not null then (rank() over (partition by l.round_id order by l.pence desc nulls last))::integer end, l.other, l.own, l.region, l.bids, l.successful,
    reports.percent(l.successful, l.bids), l.pence, l.source
  from line l
  order by l.fund, l.number, 4, l.other;
end $$;
comment on function reports.round_rank is 'reports.round_rank ranks the authority among others by what their bids of a round came to, its own counted, the others'' as a source tells (FUN-1, S0).';
grant execute on function reports.round_rank to persona_la_admin, persona_officer, persona_finance, persona_reporter;
