-- Calls on a case's package of support, line by line with its money, and on its actions (CAS-2).

create function cases.add_case_line(p_case_id text, p_what text, p_pence bigint, p_quantity integer, p_unit text, p_unit_pence bigint, p_provider text, p_budget text,
  p_on date)
returns table (line_id text, case_id text, pence bigint, committed_pence bigint, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_on, base.today());
  v_case cases.case_;
  v_line_id constant text := base.new_ref('sl');
begin
  v_case := cases.hold(p_case_id, null, true);
  perform errors.required('what', btrim(p_what));
  perform cases.require_past('on', v_on);
  if v_on < v_case.opened_on then
    perform errors.invalid('on', format('The case was opened on %s.', cases.day(v_case.opened_on)), 'CAS-2', format('%s or later', v_case.opened_on));
  elsif (p_quantity is null) <> (p_unit_pence is null) then
    perform errors.invalid(case when p_quantity is null then 'quantity' else 'unit_pence' end, 'A line is a lump, or a quantity at a rate.', 'CAS-2',
      'pence alone, or quantity and unit_pence');
  elsif p_quantity is null then
    perform errors.required('pence', p_pence, 'pence of the line, or quantity and unit_pence');
  elsif p_pence <> p_quantity * p_unit_pence then
    perform errors.invalid('pence', format('%s × %s is %s, not %s.', p_quantity, sla.pounds(p_unit_pence), sla.pounds(p_quantity * p_unit_pence), sla.pounds(p_pence)),
      'CAS-2', format('%s, or no pence', p_quantity * p_unit_pence), 'SUM_DIFFERS');
  end if;
  insert into cases.support_line (authority_id, line_id, case_id, what, provider, budget, quantity, unit, unit_pence, pence, agreed_on)
  values (v_case.authority_id, v_line_id, p_case_id, btrim(p_what), nullif(btrim(p_provider), ''), nullif(btrim(p_budget), ''), p_quantity,
    case when p_quantity is not null then nullif(btrim(p_unit), '') end, p_unit_pence, coalesce(p_quantity * p_unit_pence, p_pence), v_on);
  return query select v_line_id, p_case_id, coalesce(p_quantity * p_unit_pence, p_pence), cases.committed(p_case_id, base.today()), 1;
end $$;
comment on function cases.add_case_line is 'cases.add_case_line adds a line to a school''s package of support: a lump, or a quantity at a rate; where both are given they must agree (CAS-2).';
grant execute on function cases.add_case_line to persona_la_admin, persona_officer;

create function cases.withdraw_case_line(p_line_id text, p_version integer, p_reason text, p_on date)
returns table (line_id text, case_id text, withdrawn_on date, committed_pence bigint, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_on, base.today());
  v_was cases.support_line;
begin
  perform errors.required('line_id', p_line_id, 'a reference such as sl-7k2q9mx4td');
  perform errors.required('version', p_version);
  perform errors.required('reason', btrim(p_reason));
  perform cases.require_past('on', v_on);
  perform cases.hold(l.case_id, null, true) from cases.support_line l where l.authority_id = auth.authority_id() and l.line_id = p_line_id;
  select l.* into v_was from cases.support_line l where l.authority_id = auth.authority_id() and l.line_id = p_line_id;
  if not found then
    perform errors.not_found('line_id', format('There is no line "%s".', left(p_line_id, 40)), 'a reference such as sl-7k2q9mx4td', 'improve case show lists them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.withdrawn_on is not null then
    perform errors.precondition('WITHDRAWN', format('The line was withdrawn on %s.', cases.day(v_was.withdrawn_on)), 'line_id', 'CAS-2', 'a line that is given');
  end if;
  update cases.support_line l set withdrawn_on = v_on, withdrawn_reason = btrim(p_reason), version = l.version + 1
  where l.authority_id = v_was.authority_id and l.line_id = p_line_id;
  return query select p_line_id, v_was.case_id, v_on, cases.committed(v_was.case_id, base.today()), v_was.version + 1;
end $$;
comment on function cases.withdraw_case_line is 'cases.withdraw_case_line takes a line out of a package of support from a day on, with the reason; what takes its place is a line of its own (CAS-2).';
grant execute on function cases.withdraw_case_line to persona_la_admin, persona_officer;

create function cases.add_case_action(p_case_id text, p_what text, p_owner text, p_due_on date)
returns table (action_id text, case_id text, owner text, due_on date, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_case cases.case_;
begin
  v_case := cases.hold(p_case_id, null, true);
  perform errors.required('what', btrim(p_what));
  perform errors.required('owner', btrim(p_owner), 'who does it: a name or a post');
  perform errors.required('due_on', p_due_on, 'the day by which it is to be done');
  if p_due_on < v_case.opened_on then
    perform errors.invalid('due_on', format('The case was opened on %s.', cases.day(v_case.opened_on)), 'CAS-2', format('%s or later', v_case.opened_on));
  end if;
  return query
  insert into cases.action (authority_id, action_id, case_id, what, owner, due_on)
  values (v_case.authority_id, base.new_ref('at'), p_case_id, btrim(p_what), btrim(p_owner), p_due_on)
  returning action_id, case_id, owner, due_on, status, version;
end $$;
comment on function cases.add_case_action is 'cases.add_case_action notes what is to be done about a school causing concern, by whom and by when (CAS-2).';
grant execute on function cases.add_case_action to persona_la_admin, persona_officer;

create function cases.hold_action(p_action_id text, p_version integer) returns cases.action
language plpgsql volatile as $$
declare
  v_action cases.action;
begin
  perform errors.required('action_id', p_action_id, 'a reference such as at-7k2q9mx4td');
  perform errors.required('version', p_version);
  perform cases.hold(a.case_id, null, true) from cases.action a where a.authority_id = auth.authority_id() and a.action_id = p_action_id;
  select a.* into v_action from cases.action a where a.authority_id = auth.authority_id() and a.action_id = p_action_id;
  if not found then
    perform errors.not_found('action_id', format('There is no action "%s".', left(p_action_id, 40)), 'a reference such as at-7k2q9mx4td', 'improve case show lists them.');
  elsif v_action.version <> p_version then
    perform errors.stale('version', p_version, v_action.version);
  elsif v_action.status <> 'open' then
    perform errors.precondition('ACTION_CLOSED', format('The action was %s on %s: %s', v_action.status, cases.day(v_action.ended_on), v_action.outcome), 'action_id',
      'CAS-2', 'an action that is open');
  end if;
  return v_action;
end $$;
comment on function cases.hold_action is 'cases.hold_action finds an action that is open and locks its case; it refuses a stale version.';
grant execute on function cases.hold_action to improve_exec;

create function cases.change_case_action(p_action_id text, p_version integer, p_owner text, p_due_on date)
returns table (action_id text, case_id text, owner text, due_on date, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was constant cases.action := cases.hold_action(p_action_id, p_version);
begin
  if num_nonnulls(nullif(btrim(p_owner), ''), p_due_on) = 0 then
    perform errors.invalid('due_on', 'Nothing is changed.', 'CAS-2', 'owner, due_on or both', 'FIELD_REQUIRED');
  end if;
  return query
  update cases.action a set owner = coalesce(nullif(btrim(p_owner), ''), a.owner), due_on = coalesce(p_due_on, a.due_on), version = a.version + 1
  where a.authority_id = v_was.authority_id and a.action_id = p_action_id
  returning a.action_id, a.case_id, a.owner, a.due_on, a.status, a.version;
end $$;
comment on function cases.change_case_action is 'cases.change_case_action gives an open action another owner or another day (CAS-2).';
grant execute on function cases.change_case_action to persona_la_admin, persona_officer;

create function cases.close_case_action(p_action_id text, p_version integer, p_outcome text, p_dropped boolean, p_on date)
returns table (action_id text, case_id text, status text, ended_on date, open_actions integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was constant cases.action := cases.hold_action(p_action_id, p_version);
  v_on constant date := coalesce(p_on, base.today());
begin
  perform errors.required('outcome', btrim(p_outcome));
  perform cases.require_past('on', v_on);
  update cases.action a set status = case when coalesce(p_dropped, false) then 'dropped' else 'done' end, ended_on = v_on, outcome = btrim(p_outcome), version = a.version + 1
  where a.authority_id = v_was.authority_id and a.action_id = p_action_id;
  return query
  select a.action_id, a.case_id, a.status, a.ended_on, (select count(*)::integer from cases.action o
    where o.authority_id = a.authority_id and o.case_id = a.case_id and o.status = 'open'), a.version
  from cases.action a where a.authority_id = v_was.authority_id and a.action_id = p_action_id;
end $$;
comment on function cases.close_case_action is 'cases.close_case_action says that an action is done, or dropped, with what came of it, and how many are left (CAS-3).';
grant execute on function cases.close_case_action to persona_la_admin, persona_officer;
