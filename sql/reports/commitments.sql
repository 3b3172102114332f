-- Reports on commitments: what is committed, and what was delivered against it (FUN-3).

create function reports.budgets_on(p_budget_id text, p_on date) returns setof funds.budget
language plpgsql stable as $$
begin
  return query
  select b.* from funds.budget b
  where b.authority_id = auth.authority_id() and (b.budget_id = p_budget_id or p_budget_id is null and p_on between b.starts_on and b.ends_on);
  if not found and p_budget_id is not null then
    perform errors.not_found('budget_id', format('The authority has no budget "%s".', left(p_budget_id, 40)), 'a reference such as bu-7k2q9mx4td',
      'improve budget list shows them.');
  elsif not found then
    raise notice using errcode = 'IMNTE', message = format('No budget is for %s.', to_char(p_on, 'FMDD Mon YYYY'));
  end if;
end $$;
comment on function reports.budgets_on is 'reports.budgets_on finds the budgets that a report is about: the one that is named, or those of a day.';
grant execute on function reports.budgets_on to improve_exec;

create function reports.commitments(p_budget_id text, p_as_of date)
returns table (authority text, as_of date, budget text, starts_on date, ends_on date, number integer, line text, workings text, pence bigint, printed_pence bigint, why text)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
  v_authority constant text := base.authority_code(auth.authority_id());
begin
  return query
  with budget as materialized (select b.* from reports.budgets_on(p_budget_id, v_on) b),
  line as (
    select b.budget_id, l.number, l.what, funds.workings(l) as workings, l.pence, l.printed_pence, funds.differs(l.printed_pence, l.pence, l.printed_reason) as why
    from budget b join funds.budget_line l on l.authority_id = b.authority_id and l.budget_id = b.budget_id
    union all
    select b.budget_id, null, 'Total', null, funds.total_of(b.budget_id), b.printed_pence, funds.differs(b.printed_pence, funds.total_of(b.budget_id), b.printed_reason)
    from budget b
  )
  select v_authority, v_on, b.title, b.starts_on, b.ends_on, l.number, l.what, l.workings, l.pence, l.printed_pence, l.why
  from budget b join line l using (budget_id)
  order by b.starts_on, b.title_key, l.number nulls last;
end $$;
comment on function reports.commitments is 'reports.commitments prints budgets line by line, each with how its sum comes about, and the total; where something else was printed, both figures and the reason (FUN-3).';

create function reports.budget_against_actual(p_budget_id text, p_as_of date)
returns table (authority text, as_of date, budget text, number integer, line text, budget_pence bigint, actual_pence bigint, left_pence bigint, percent_spent numeric,
  units integer, delivered integer, planned integer, why text)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
  v_authority constant text := base.authority_code(auth.authority_id());
begin
  raise notice using errcode = 'IMNTE', message = 'percent_spent is of the budget, its base. Visits count when they are done, at the fee that was agreed; other lines by the spends that name them.';
  return query
  with line as materialized (
    select b.budget_id, b.title, b.title_key, b.starts_on, l.number, l.what, l.pence, case when l.delivered_by <> 'spend' then l.quantity * coalesce(l.second_quantity, 1) end as quantity,
      coalesce(a.pence, 0) as actual, a.units, a.planned, case when a.without_sum > 0 then format('Without a sum that is known: %s.', a.without_sum) end as why
    from reports.budgets_on(p_budget_id, v_on) b
    join funds.budget_line l on l.authority_id = b.authority_id and l.budget_id = b.budget_id
    cross join lateral funds.actual_of(b, l, v_on) a
  ), with_total as (
    select l.* from line l
    union all
    select l.budget_id, l.title, l.title_key, l.starts_on, null, 'Total', sum(l.pence)::bigint, null, sum(l.actual)::bigint, null, null, null
    from line l group by 1, 2, 3, 4
  )
  select v_authority, v_on, t.title, t.number, t.what, t.pence, t.actual, t.pence - t.actual, reports.percent(t.actual, t.pence), t.quantity, t.units, t.planned, t.why
  from with_total t
  order by t.starts_on, t.title_key, t.number nulls last;
end $$;
comment on function reports.budget_against_actual is 'reports.budget_against_actual sets what was delivered by a day against each line of a budget: visits that were done, meetings that were held, and spends; what is left below zero is overspent (FUN-3).';
grant execute on function reports.commitments, reports.budget_against_actual to persona_la_admin, persona_officer, persona_finance, persona_reporter;
