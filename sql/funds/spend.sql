-- Spending (FUN-2): nothing is drawn before it is agreed, matched and authorised. These run as the owner: the sum drawn stands in the contribution's
-- row, so that one locked row decides.

create function funds.refuse_draw(p_contribution funds.contribution, p_pence bigint) returns void
language plpgsql stable as $$
declare
  v_other funds.contribution;
  v_authorised bigint;
begin
  if not funds.is_allocated(p_contribution, null) then
    perform errors.precondition('NOT_ALLOCATED', format('%s of %s is not agreed: %s.', funds.pounds(p_contribution.pence), p_contribution.name,
      funds.state_of(p_contribution, null)), 'contribution_id', 'FUN-2', 'a contribution that is agreed');
  end if;
  select c.* into v_other from funds.contribution c, funds.matching(p_contribution.contribution_id) m
  where c.authority_id = p_contribution.authority_id and c.contribution_id = m.contribution_id;
  if found and not funds.is_allocated(v_other, null) then
    perform errors.precondition('MATCH_NOT_AGREED', format('%s of %s is agreed; %s of %s, which matches it %s, is not: %s. Neither is drawn before both are agreed.',
      funds.pounds(p_contribution.pence), p_contribution.name, funds.pounds(v_other.pence), v_other.name, (funds.matching(p_contribution.contribution_id)).ratio,
      funds.state_of(v_other, null)), 'contribution_id', 'FUN-2', 'a contribution whose match is agreed');
  end if;
  v_authorised := funds.authorised_pence(p_contribution, null);
  if p_contribution.drawn_pence + p_pence > v_authorised then
    perform errors.precondition('SPEND_NOT_AUTHORISED', format('%s of %s may be spent, %s were; %s more may not%s.', funds.pounds(v_authorised), funds.pounds(p_contribution.pence),
      funds.pounds(p_contribution.drawn_pence), funds.pounds(p_pence), coalesce(': authority waits for ' || nullif(array_to_string(
      funds.missing_bodies(p_contribution, 'authority', null), ', then '), ''), '')), 'pence', 'FUN-2', funds.pounds(greatest(v_authorised - p_contribution.drawn_pence, 0)) || ' at most');
  end if;
end $$;
comment on function funds.refuse_draw is 'funds.refuse_draw refuses a draw on a contribution that is not agreed, whose match is not, or beyond what may be spent, with the figures and whom it waits for.';

create function funds.book_spend(p_contribution_id text, p_pence bigint, p_spent_on date, p_what text, p_category text, p_school_urn integer, p_reverses text, p_reason text,
  p_budget_id text, p_line integer)
returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_contribution funds.contribution;
  v_ref constant text := base.new_ref('sd');
begin
  -- Both sides of a match, in one order, so that no two draws wait for each other.
  perform 1 from funds.contribution c
  where c.authority_id = auth.authority_id() and c.contribution_id in (p_contribution_id, (funds.matching(p_contribution_id)).contribution_id)
  order by c.contribution_id for no key update;
  select c.* into v_contribution from funds.contribution c where c.authority_id = auth.authority_id() and c.contribution_id = p_contribution_id;
  if p_pence > 0 then
    perform funds.refuse_draw(v_contribution, p_pence);
  end if;
  insert into funds.spend (authority_id, spend_id, contribution_id, pence, spent_on, what, category, school_urn, reverses, reason, spent_by, budget_id,
    line_number)
  values (auth.authority_id(), v_ref, p_contribution_id, p_pence, p_spent_on, p_what, p_category, p_school_urn, p_reverses, p_reason, auth.person_id(), p_budget_id, p_line);
  update funds.contribution c set drawn_pence = c.drawn_pence + p_pence where c.authority_id = auth.authority_id() and c.contribution_id = p_contribution_id;
  return v_ref;
end $$;
comment on function funds.book_spend is 'funds.book_spend writes a spend, or one that takes another back, and moves what was drawn with it, while it holds the contribution and its match.';
grant execute on function funds.refuse_draw, funds.book_spend to improve_exec;

create function funds.draw_spend(p_contribution_id text, p_pence bigint, p_what text, p_spent_on date, p_category text, p_school_urn integer, p_budget_id text,
  p_line integer)
returns table (spend_id text, spent_on date, drawn_pence bigint, may_spend_pence bigint)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_contribution constant funds.contribution := funds.require_contribution('contribution_id', p_contribution_id);
  v_category constant text := coalesce(nullif(btrim(p_category), ''), v_contribution.category);
  v_ref text;
begin
  perform errors.required('pence', p_pence, 'pence');
  perform errors.required('what', btrim(p_what));
  if p_pence <= 0 then
    perform errors.invalid('pence', 'A spend is of some pence.', 'FUN-2', '1 or more pence; improve spend reverse takes one back', 'SUM_OUT_OF_RANGE');
  end if;
  perform funds.require_category(v_contribution.reserve_id, v_category);
  if p_school_urn is not null then
    perform partners.require_known_school('school_urn', p_school_urn);
  end if;
  if (p_budget_id is null) <> (p_line is null) or p_budget_id is not null and not exists (select from funds.budget_line l
      where l.authority_id = auth.authority_id() and l.budget_id = p_budget_id and l.number = p_line) then
    perform errors.not_found('line', format('There is no line %s of budget "%s".', p_line, left(p_budget_id, 40)), 'a budget, and the number of a line of it',
      'improve report commitments shows them.');
  end if;
  v_ref := funds.book_spend(p_contribution_id, p_pence, coalesce(p_spent_on, base.today()), btrim(p_what), v_category, p_school_urn, null, null, p_budget_id,
    p_line);
  return query
  select v_ref, coalesce(p_spent_on, base.today()), c.drawn_pence, funds.authorised_pence(c, null) - c.drawn_pence
  from funds.contribution c where c.authority_id = auth.authority_id() and c.contribution_id = p_contribution_id;
end $$;
comment on function funds.draw_spend is 'funds.draw_spend records what was spent of a contribution, for a school, or against a line of a budget, where it was for one. Refused before the contribution and its match are agreed and the spending is authorised.';
grant execute on function funds.draw_spend to persona_la_admin, persona_finance;

create function funds.reverse_spend(p_spend_id text, p_reason text) returns table (spend_id text, pence bigint, drawn_pence bigint)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_spend funds.spend;
  v_ref text;
begin
  perform errors.required('spend_id', p_spend_id, 'a reference such as sd-7k2q9mx4td');
  perform errors.required('reason', btrim(p_reason));
  select s.* into v_spend from funds.spend s where s.authority_id = auth.authority_id() and s.spend_id = p_spend_id;
  if not found then
    perform errors.not_found('spend_id', format('There is no spend "%s".', left(p_spend_id, 40)), 'a reference such as sd-7k2q9mx4td', 'improve spend list shows them.');
  elsif v_spend.reverses is not null then
    perform errors.precondition('IS_REVERSAL', 'What takes a spend back is not taken back.', 'spend_id', 'FUN-2', 'a spend above zero');
  end if;
  v_ref := funds.book_spend(v_spend.contribution_id, -v_spend.pence, base.today(), v_spend.what, v_spend.category, v_spend.school_urn, p_spend_id, btrim(p_reason),
    v_spend.budget_id, v_spend.line_number);
  return query
  select v_ref, -v_spend.pence, c.drawn_pence from funds.contribution c where c.authority_id = auth.authority_id() and c.contribution_id = v_spend.contribution_id;
end $$;
comment on function funds.reverse_spend is 'funds.reverse_spend takes a spend back, whole and once, with the reason.';
grant execute on function funds.reverse_spend to persona_la_admin, persona_finance;

create function funds.list_spends(p_fund_id text, p_contribution_id text, p_school_urn integer, p_from date, p_to date, p_page_size integer, p_cursor text)
returns table (spend_id text, spent_on date, fund text, contribution text, what text, category text, school_urn integer, pence bigint, reverses text, reason text, row_cursor text)
language sql stable as $$
  select s.spend_id, s.spent_on, f.name, c.name, s.what, s.category, s.school_urn, s.pence, s.reverses, s.reason, jsonb_build_array(s.spent_on, s.spend_id)::text
  from funds.spend s
  join funds.contribution c on c.authority_id = s.authority_id and c.contribution_id = s.contribution_id
  join funds.fund f on f.authority_id = c.authority_id and f.fund_id = c.fund_id
  where s.authority_id = (select auth.authority_id()) and (p_fund_id is null or c.fund_id = p_fund_id)
    and (p_contribution_id is null or s.contribution_id = p_contribution_id) and (p_school_urn is null or s.school_urn = p_school_urn)
    and (p_from is null or s.spent_on >= p_from) and (p_to is null or s.spent_on <= p_to)
    and (p_cursor is null or (s.spent_on, s.spend_id) > ((p_cursor::jsonb ->> 0)::date, p_cursor::jsonb ->> 1))
  order by s.spent_on, s.spend_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function funds.list_spends is 'funds.list_spends lists what was spent, and what was taken back.';
grant execute on function funds.list_spends to persona_la_admin, persona_officer, persona_finance, persona_reporter;
