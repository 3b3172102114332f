-- Reports on funds: bids (FUN-1).

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
