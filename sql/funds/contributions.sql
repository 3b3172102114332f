-- Contributions to funds, and matches between them (FUN-2).

create function funds.require_contribution(p_field text, p_contribution_id text) returns funds.contribution
language plpgsql stable as $$
declare
  v_contribution funds.contribution;
begin
  perform errors.required(p_field, p_contribution_id, 'a reference such as cn-7k2q9mx4td');
  select c.* into v_contribution from funds.contribution c where c.authority_id = auth.authority_id() and c.contribution_id = p_contribution_id;
  if not found then
    perform errors.not_found(p_field, format('The authority has no contribution "%s".', left(p_contribution_id, 40)), 'a reference such as cn-7k2q9mx4td',
      'improve contribution list shows them.');
  end if;
  return v_contribution;
end $$;
comment on function funds.require_contribution is 'funds.require_contribution finds a contribution, or refuses.';

create function funds.bodies(p_list jsonb) returns text[]
language plpgsql immutable as $$
begin
  return coalesce((select array_agg(btrim(x) order by n) from jsonb_array_elements_text(p_list) with ordinality b (x, n) where btrim(x) <> ''), '{}');
end $$;
comment on function funds.bodies is 'funds.bodies makes a chain of a list of bodies, in its order.';

create function funds.require_category(p_reserve_id text, p_category text) returns void
language plpgsql stable as $$
declare
  v_reserve funds.reserve;
begin
  select r.* into v_reserve from funds.reserve r where r.authority_id = auth.authority_id() and r.reserve_id = p_reserve_id;
  if cardinality(v_reserve.categories) > 0 and not coalesce(p_category = any (v_reserve.categories), false) then
    perform errors.invalid('category', format('%s may not be used for %s.', v_reserve.name, coalesce('"' || p_category || '"', 'what has no category')), 'FUN-2',
      array_to_string(v_reserve.categories, ', '), 'CATEGORY_NOT_LISTED');
  end if;
end $$;
comment on function funds.require_category is 'funds.require_category refuses a kind of expenditure that a reserve is not listed for.';
grant execute on function funds.require_contribution, funds.bodies, funds.require_category to improve_exec;

create function funds.add_contribution(p_fund_id text, p_source text, p_pence bigint, p_name text, p_reserve_id text, p_category text, p_financial_year integer,
  p_allocation_chain jsonb, p_authority_chain jsonb)
returns table (contribution_id text, name text, pence bigint, state text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_new funds.contribution;
begin
  perform funds.require_fund(p_fund_id);
  perform errors.required('source', btrim(p_source), 'reserve, council, grant, schools or partner');
  perform errors.required('pence', p_pence, 'pence');
  if lower(btrim(p_source)) = 'reserve' or p_reserve_id is not null then
    v_new.name := (funds.require_reserve(p_reserve_id)).name;
    perform funds.require_category(p_reserve_id, nullif(btrim(p_category), ''));
  end if;
  v_new.name := coalesce(nullif(btrim(p_name), ''), v_new.name);
  perform errors.required('name', v_new.name, 'whose money it is');
  insert into funds.contribution (authority_id, contribution_id, fund_id, name, source, reserve_id, category, financial_year, pence, allocation_chain, authority_chain)
  values (auth.authority_id(), base.new_ref('cn'), p_fund_id, v_new.name, case when p_reserve_id is not null then 'reserve' else lower(btrim(p_source)) end, p_reserve_id,
    nullif(btrim(p_category), ''), coalesce(p_financial_year, calendar.financial_year(base.today())), p_pence, funds.bodies(p_allocation_chain), funds.bodies(p_authority_chain))
  returning * into v_new;
  return query values (v_new.contribution_id, v_new.name, v_new.pence, funds.state_of(v_new, null), v_new.version);
end $$;
comment on function funds.add_contribution is 'funds.add_contribution notes what somebody would put into a fund, and which bodies approve the allocation and the spending, in order. From a reserve it is for a kind of expenditure that the reserve may be used for.';
grant execute on function funds.add_contribution to persona_la_admin, persona_officer, persona_finance;

create function funds.agree_contribution(p_contribution_id text, p_version integer, p_agreed_on date, p_reference text)
returns table (contribution_id text, agreed_on date, state text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was funds.contribution := funds.require_contribution('contribution_id', p_contribution_id);
begin
  perform errors.required('version', p_version);
  select c.* into v_was from funds.contribution c where c.authority_id = auth.authority_id() and c.contribution_id = p_contribution_id for no key update;
  if v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif cardinality(v_was.allocation_chain) > 0 then
    perform errors.precondition('CHAIN_DECIDES', format('%s decides on it.', array_to_string(v_was.allocation_chain, ', then ')), 'contribution_id', 'FUN-2',
      'a decision on a recommendation: improve recommendation decide');
  elsif v_was.agreed_on is not null then
    perform errors.precondition('AGREED_ALREADY', format('It was agreed on %s.', to_char(v_was.agreed_on, 'FMDD Mon YYYY')), 'contribution_id', 'FUN-2', 'a contribution that is not agreed');
  end if;
  update funds.contribution c
  set agreed_on = coalesce(p_agreed_on, base.today()), agreed_reference = nullif(btrim(p_reference), ''), version = c.version + 1
  where c.authority_id = auth.authority_id() and c.contribution_id = p_contribution_id
  returning c.* into v_was;
  return query values (v_was.contribution_id, v_was.agreed_on, funds.state_of(v_was, null), v_was.version);
end $$;
comment on function funds.agree_contribution is 'funds.agree_contribution says that whoever gives a contribution agreed to it, where no body decides.';
grant execute on function funds.agree_contribution to persona_la_admin, persona_finance;

create function funds.match_contributions(p_first text, p_second text, p_first_parts integer, p_second_parts integer)
returns table (match_id text, ratio text, total_pence bigint)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_first funds.contribution := funds.require_contribution('first', p_first);
  v_second constant funds.contribution := funds.require_contribution('second', p_second);
  v_a constant integer := coalesce(p_first_parts, 1);
  v_b constant integer := coalesce(p_second_parts, 1);
begin
  perform 1 from funds.contribution c where c.authority_id = auth.authority_id() and c.contribution_id in (p_first, p_second) order by c.contribution_id for no key update;
  if p_first = p_second or v_first.fund_id <> v_second.fund_id then
    perform errors.invalid('second', 'Two contributions of one fund match each other.', 'FUN-2', 'another contribution of the fund');
  elsif v_first.pence * v_b <> v_second.pence * v_a then
    perform errors.precondition('MATCH_UNEVEN', format('%s and %s are not as %s to %s.', funds.pounds(v_first.pence), funds.pounds(v_second.pence), v_a, v_b), 'second', 'FUN-2',
      funds.pounds((v_first.pence::numeric * v_b / v_a)::bigint));
  elsif exists (select from unnest(array[p_first, p_second]) c (ref), funds.matching(c.ref) m where m.contribution_id is not null) then
    perform errors.precondition('MATCHED_ALREADY', 'One of them is matched already.', 'first', 'FUN-2', 'a contribution without a match');
  elsif v_first.drawn_pence + v_second.drawn_pence > 0 then
    perform errors.precondition('DRAWN_ALREADY', 'Something was drawn before they were matched.', 'first', 'FUN-2', 'contributions of which nothing is drawn');
  end if;
  return query
  insert into funds.match (authority_id, match_id, first_id, second_id, first_parts, second_parts)
  values (auth.authority_id(), base.new_ref('mt'), p_first, p_second, v_a, v_b)
  returning match_id, v_a || ':' || v_b, v_first.pence + v_second.pence;
end $$;
comment on function funds.match_contributions is 'funds.match_contributions says that two contributions match each other in a ratio, 1:1 unless told: from then on neither is drawn before both are agreed. Sums that are not in the ratio are refused.';
grant execute on function funds.match_contributions to persona_la_admin, persona_officer, persona_finance;

create function funds.list_contributions(p_fund_id text, p_as_of date)
returns table (contribution_id text, fund_id text, fund text, name text, source text, category text, financial_year integer, pence bigint, allocation_chain jsonb,
  authority_chain jsonb, matches text, ratio text, authorised_pence bigint, drawn_pence bigint, state text, version integer)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select c.contribution_id, c.fund_id, f.name, c.name, c.source, c.category, c.financial_year, c.pence, to_jsonb(c.allocation_chain), to_jsonb(c.authority_chain),
    m.contribution_id, m.ratio, funds.authorised_pence(c, p_as_of), c.drawn_pence, funds.state_of(c, p_as_of), c.version
  from funds.contribution c
  join funds.fund f on f.authority_id = c.authority_id and f.fund_id = c.fund_id
  cross join lateral funds.matching(c.contribution_id) m
  where c.authority_id = auth.authority_id() and (p_fund_id is null or c.fund_id = p_fund_id)
  order by f.name_key, c.financial_year, c.name, c.contribution_id;
end $$;
comment on function funds.list_contributions is 'funds.list_contributions lists what was put into funds, with what is agreed, may be spent and was drawn, and whom it waits for.';
grant execute on function funds.list_contributions to persona_la_admin, persona_officer, persona_finance, persona_reporter;
