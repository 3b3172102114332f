-- Budgets and their lines (FUN-3). A printed total that differs from the lines is kept with both figures and the reason, and never without one.

create function funds.lock_budget(p_budget_id text, p_version integer) returns funds.budget
language plpgsql volatile as $$
declare
  v_budget funds.budget;
begin
  perform errors.required('budget_id', p_budget_id, 'a reference such as bu-7k2q9mx4td');
  perform errors.required('version', p_version);
  select b.* into v_budget from funds.budget b where b.authority_id = auth.authority_id() and b.budget_id = p_budget_id for no key update;
  if not found then
    perform errors.not_found('budget_id', format('The authority has no budget "%s".', left(p_budget_id, 40)), 'a reference such as bu-7k2q9mx4td',
      'improve budget list shows them.');
  elsif v_budget.version <> p_version then
    perform errors.stale('version', p_version, v_budget.version);
  end if;
  return v_budget;
end $$;
comment on function funds.lock_budget is 'funds.lock_budget finds a budget at its version and holds it, or refuses.';

create function funds.total_of(p_budget_id text) returns bigint
language plpgsql stable as $$
begin
  return (select coalesce(sum(l.pence), 0)::bigint from funds.budget_line l where l.authority_id = auth.authority_id() and l.budget_id = p_budget_id);
end $$;
comment on function funds.total_of is 'funds.total_of sums the lines of a budget.';

create function funds.require_agrees(p_field text, p_printed bigint, p_computed bigint, p_reason text) returns void
language plpgsql stable as $$
begin
  if p_printed <> p_computed and p_reason is null then
    perform errors.precondition('TOTAL_DIFFERS', format('%s is printed; the lines come to %s.', funds.pounds(p_printed), funds.pounds(p_computed)), p_field, 'FUN-3',
      format('%s, or a reason why they differ', funds.pounds(p_computed)));
  end if;
end $$;
comment on function funds.require_agrees is 'funds.require_agrees refuses a printed sum that differs from the computed one, with both, unless a reason is given.';

create function funds.differs(p_printed bigint, p_computed bigint, p_reason text) returns text
language plpgsql immutable as $$
begin
  return case when p_printed <> p_computed then format('Printed %s, computed %s: %s', funds.pounds(p_printed), funds.pounds(p_computed), p_reason) end;
end $$;
comment on function funds.differs is 'funds.differs says that a printed sum differs from the computed one, with both and the reason; null when they agree, or nothing was printed.';

create function funds.workings(p_line funds.budget_line) returns text
language plpgsql immutable as $$
begin
  return case when p_line.lump_pence is not null then coalesce(p_line.note, 'lump sum')
    else concat_ws(' × ', concat_ws(' ', p_line.quantity, p_line.unit), nullif(concat_ws(' ', p_line.second_quantity, p_line.second_unit), ''), funds.pounds(p_line.rate_pence)) end;
end $$;
comment on function funds.workings is 'funds.workings writes how the sum of a line comes about: 5 facilitators × 6 meetings × £475.00.';
grant execute on function funds.lock_budget, funds.total_of, funds.require_agrees, funds.differs, funds.workings to improve_exec;

create function funds.add_budget(p_title text, p_starts_on date, p_ends_on date, p_fund_id text, p_source text) returns table (budget_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('title', btrim(p_title));
  perform errors.required('starts_on', p_starts_on, 'a day');
  perform errors.required('ends_on', p_ends_on, 'a day');
  if p_fund_id is not null then
    perform funds.require_fund(p_fund_id);
  end if;
  return query
  insert into funds.budget (authority_id, budget_id, title, starts_on, ends_on, fund_id, source)
  values (auth.authority_id(), base.new_ref('bu'), btrim(p_title), p_starts_on, p_ends_on, p_fund_id, nullif(btrim(p_source), ''))
  returning budget_id, version;
end $$;
comment on function funds.add_budget is 'funds.add_budget adds a budget for a period; its lines are added one by one.';
grant execute on function funds.add_budget to persona_la_admin, persona_officer, persona_finance;

create function funds.require_delivery(p_by text, p_key text) returns void
language plpgsql stable as $$
begin
  if p_by = 'visits' and p_key is not null and not p_key = any (array['kit', 'core', 'challenge', 'moderation', 'headteacher_performance_management', 'review']) then
    perform errors.invalid('delivered_key', 'Visits count by their purpose.', 'FUN-3', 'kit, core, challenge, moderation, headteacher_performance_management or review');
  elsif p_by = 'meetings' and p_key is not null and not p_key = any (array['improvement_group', 'alliance', 'hub', 'board', 'cpd_group', 'partners', 'other']) then
    perform errors.invalid('delivered_key', 'Meetings count by the kind of their network.', 'FUN-3', 'improvement_group, alliance, hub, board, cpd_group, partners or other');
  end if;
end $$;
comment on function funds.require_delivery is 'funds.require_delivery refuses a purpose that no visit has, and a kind that no network is of.';
grant execute on function funds.require_delivery to improve_exec;

create function funds.set_budget_line(p_budget_id text, p_version integer, p_number integer, p_what text, p_quantity integer, p_unit text, p_second_quantity integer,
  p_second_unit text, p_rate_pence bigint, p_lump_pence bigint, p_delivered_by text, p_delivered_key text, p_note text, p_printed_pence bigint, p_printed_reason text)
returns table (budget_id text, number integer, workings text, pence bigint, differs text, total_pence bigint, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_budget constant funds.budget := funds.lock_budget(p_budget_id, p_version);
  v_by constant text := coalesce(lower(nullif(btrim(p_delivered_by), '')), 'spend');
  v_line funds.budget_line;
begin
  perform errors.required('number', p_number);
  perform errors.required('what', btrim(p_what));
  perform funds.require_delivery(v_by, lower(nullif(btrim(p_delivered_key), '')));
  insert into funds.budget_line (authority_id, budget_id, number, what, quantity, unit, second_quantity, second_unit, rate_pence, lump_pence, delivered_by, delivered_key, note,
    printed_pence, printed_reason)
  values (auth.authority_id(), p_budget_id, p_number, btrim(p_what), p_quantity, nullif(btrim(p_unit), ''), p_second_quantity, nullif(btrim(p_second_unit), ''), p_rate_pence,
    p_lump_pence, v_by, lower(nullif(btrim(p_delivered_key), '')), nullif(btrim(p_note), ''), p_printed_pence, nullif(btrim(p_printed_reason), ''))
  on conflict (authority_id, budget_id, number) do update
  set what = excluded.what, quantity = excluded.quantity, unit = excluded.unit, second_quantity = excluded.second_quantity, second_unit = excluded.second_unit,
    rate_pence = excluded.rate_pence, lump_pence = excluded.lump_pence, delivered_by = excluded.delivered_by, delivered_key = excluded.delivered_key, note = excluded.note,
    printed_pence = excluded.printed_pence, printed_reason = excluded.printed_reason
  returning * into v_line;
  perform funds.require_agrees('printed_pence', v_line.printed_pence, v_line.pence, v_line.printed_reason);
  perform funds.require_agrees('pence', v_budget.printed_pence, funds.total_of(p_budget_id), v_budget.printed_reason);
  update funds.budget b set version = b.version + 1 where b.authority_id = auth.authority_id() and b.budget_id = p_budget_id;
  return query values (p_budget_id, p_number, funds.workings(v_line), v_line.pence, funds.differs(v_line.printed_pence, v_line.pence, v_line.printed_reason),
    funds.total_of(p_budget_id), v_budget.version + 1);
end $$;
comment on function funds.set_budget_line is 'funds.set_budget_line adds a line to a budget, or says anew what the line of that number is: a quantity by a rate, two quantities by a rate, or a lump. A printed sum that differs from it, or the budget''s printed total, is refused without a reason.';
grant execute on function funds.set_budget_line to persona_la_admin, persona_officer, persona_finance;

create function funds.set_printed_total(p_budget_id text, p_version integer, p_printed_pence bigint, p_reason text)
returns table (budget_id text, printed_pence bigint, computed_pence bigint, differs text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_budget funds.budget := funds.lock_budget(p_budget_id, p_version);
  v_total constant bigint := funds.total_of(p_budget_id);
begin
  perform errors.required('printed_pence', p_printed_pence, 'pence; 0 takes the printed total away');
  if p_printed_pence <> 0 then
    perform funds.require_agrees('printed_pence', p_printed_pence, v_total, nullif(btrim(p_reason), ''));
  end if;
  update funds.budget b
  set printed_pence = nullif(p_printed_pence, 0), printed_reason = case when p_printed_pence not in (0, v_total) then nullif(btrim(p_reason), '') end, version = b.version + 1
  where b.authority_id = auth.authority_id() and b.budget_id = p_budget_id
  returning b.* into v_budget;
  return query values (v_budget.budget_id, v_budget.printed_pence, v_total, funds.differs(v_budget.printed_pence, v_total, v_budget.printed_reason), v_budget.version);
end $$;
comment on function funds.set_printed_total is 'funds.set_printed_total keeps the total that was printed of a budget; one that differs from its lines is kept with both figures and the reason, and refused without.';
grant execute on function funds.set_printed_total to persona_la_admin, persona_officer, persona_finance;

create function funds.list_budgets(p_as_of date)
returns table (budget_id text, title text, starts_on date, ends_on date, fund text, lines integer, pence bigint, printed_pence bigint, source text, version integer)
language sql stable as $$
  select b.budget_id, b.title, b.starts_on, b.ends_on, f.name, l.lines::integer, l.pence::bigint, b.printed_pence, b.source, b.version
  from funds.budget b
  left join funds.fund f on f.authority_id = b.authority_id and f.fund_id = b.fund_id
  cross join lateral (select count(*) as lines, coalesce(sum(x.pence), 0) as pence from funds.budget_line x
    where x.authority_id = b.authority_id and x.budget_id = b.budget_id) l
  where b.authority_id = (select auth.authority_id()) and (p_as_of is null or p_as_of between b.starts_on and b.ends_on)
  order by b.starts_on desc, b.title_key
$$;
comment on function funds.list_budgets is 'funds.list_budgets lists budgets, the latest first.';
grant execute on function funds.list_budgets to persona_la_admin, persona_officer, persona_finance, persona_reporter;
