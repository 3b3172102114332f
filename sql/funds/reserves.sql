-- Reserves, and what they held on a day as a share of a budget (FUN-2).

create function funds.require_reserve(p_reserve_id text) returns funds.reserve
language plpgsql stable as $$
declare
  v_reserve funds.reserve;
begin
  perform errors.required('reserve_id', p_reserve_id, 'a reference such as rs-7k2q9mx4td');
  select r.* into v_reserve from funds.reserve r where r.authority_id = auth.authority_id() and r.reserve_id = p_reserve_id;
  if not found then
    perform errors.not_found('reserve_id', format('The authority has no reserve "%s".', left(p_reserve_id, 40)), 'a reference such as rs-7k2q9mx4td',
      'improve reserve list shows them.');
  end if;
  return v_reserve;
end $$;
comment on function funds.require_reserve is 'funds.require_reserve finds a reserve, or refuses.';

create function funds.share(p_part bigint, p_whole bigint) returns numeric
language plpgsql immutable as $$
begin
  return round(100.0 * p_part / nullif(p_whole, 0), 2);
end $$;
comment on function funds.share is 'funds.share gives a share in per cent with two decimals, as papers print the share of a reserve; null for an empty whole.';
grant execute on function funds.require_reserve, funds.share to improve_exec;

create function funds.add_reserve(p_name text, p_budget_name text, p_range_low numeric, p_range_high numeric, p_categories jsonb)
returns table (reserve_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('name', btrim(p_name));
  return query
  insert into funds.reserve (authority_id, reserve_id, name, budget_name, range_low, range_high, categories)
  values (auth.authority_id(), base.new_ref('rs'), btrim(p_name), coalesce(nullif(btrim(p_budget_name), ''), 'Dedicated Schools Grant'), p_range_low, p_range_high,
    funds.words(p_categories))
  returning reserve_id, version;
end $$;
comment on function funds.add_reserve is 'funds.add_reserve adds a reserve, with the range of its share that is recommended and what it may be used for.';
grant execute on function funds.add_reserve to persona_la_admin, persona_finance;

create function funds.state_reserve(p_reserve_id text, p_as_at date, p_balance_pence bigint, p_budget_pence bigint, p_share numeric, p_risks_pence bigint, p_source text)
returns table (statement_id text, balance_pence bigint, budget_pence bigint, budget_is text, share double precision, superseded boolean)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_found boolean;
begin
  perform funds.require_reserve(p_reserve_id);
  perform errors.required('as_at', p_as_at, 'a day');
  perform errors.required('balance_pence', p_balance_pence, 'pence');
  perform errors.required('budget_pence', coalesce(p_budget_pence, p_share::bigint), 'pence, or the share that was printed');
  if p_budget_pence is null and p_share not between 0.01 and 100 then
    perform errors.invalid('share', 'A share is a percentage of the budget.', 'FUN-2', '0.01 to 100, such as 2.47');
  elsif p_budget_pence is not null and p_share is not null and funds.share(p_balance_pence, p_budget_pence) <> p_share then
    perform errors.invalid('share', format('%s of %s is %s %%, not %s %%.', funds.pounds(p_balance_pence), funds.pounds(p_budget_pence),
      funds.share(p_balance_pence, p_budget_pence), p_share), 'FUN-2', funds.share(p_balance_pence, p_budget_pence)::text);
  end if;
  update funds.reserve_statement s set superseded_at = now()
  where s.authority_id = auth.authority_id() and s.reserve_id = p_reserve_id and s.as_at = p_as_at and s.superseded_at is null;
  v_found := found;
  return query
  insert into funds.reserve_statement (authority_id, statement_id, reserve_id, as_at, balance_pence, budget_pence, budget_is, risks_pence, source, recorded_by)
  values (auth.authority_id(), base.new_ref('rt'), p_reserve_id, p_as_at, p_balance_pence, coalesce(p_budget_pence, round(p_balance_pence * 100 / p_share)::bigint),
    case when p_budget_pence is null then 'implied' else 'stated' end, coalesce(p_risks_pence, 0), nullif(btrim(p_source), ''), auth.person_id())
  returning statement_id, balance_pence, budget_pence, budget_is, funds.share(balance_pence, budget_pence)::double precision, v_found;
end $$;
comment on function funds.state_reserve is 'funds.state_reserve records what a reserve held on a day beside its budget; where a paper prints the share alone the budget is implied by it. What is stated anew for a day supersedes.';
grant execute on function funds.state_reserve to persona_la_admin, persona_finance;

create function funds.list_reserves() returns table (reserve_id text, name text, budget_name text, range_low double precision, range_high double precision,
  categories jsonb, as_at date, balance_pence bigint, version integer)
language sql stable as $$
  select r.reserve_id, r.name, r.budget_name, r.range_low::double precision, r.range_high::double precision, to_jsonb(r.categories), s.as_at, s.balance_pence, r.version
  from funds.reserve r
  left join lateral (select s.as_at, s.balance_pence from funds.reserve_statement s
    where s.authority_id = r.authority_id and s.reserve_id = r.reserve_id and s.superseded_at is null order by s.as_at desc limit 1) s on true
  where r.authority_id = (select auth.authority_id())
  order by r.name_key
$$;
comment on function funds.list_reserves is 'funds.list_reserves lists reserves with what they held when last stated.';
grant execute on function funds.list_reserves to persona_la_admin, persona_officer, persona_finance, persona_reporter;
