-- What of a case is still open (CAS-3): the one list that closing asks. tests/sql/cases_life.sql holds that no kind of thing with a state is left out.

create function cases.still_open(p_case_id text, p_on date) returns table (kind text, reference text, what text, due_on date)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select 'action', a.action_id, format('%s (%s)', a.what, a.owner), a.due_on
  from cases.action a where a.authority_id = auth.authority_id() and a.case_id = p_case_id and a.status = 'open'
  union all
  select 'meeting', m.meeting_id, 'A challenge meeting that is planned', m.day
  from cases.meeting m where m.authority_id = auth.authority_id() and m.case_id = p_case_id and m.status = 'planned'
  union all
  select 'meeting_due', d.period, format('The challenge meeting of the %s', d.period), d.due_by
  from cases.meetings_due(p_on, p_case_id) d
  where d.state = 'overdue' and d.meeting_id is null
  union all
  select 'warning_notice', w.warning_notice_id, format('A %s notice whose outcome is not told', replace(w.kind, '_', '-')), w.ends_on
  from cases.warning_notice w where w.authority_id = auth.authority_id() and w.case_id = p_case_id and w.status = 'running'
  order by 4, 1, 2;
end $$;
comment on function cases.still_open is 'cases.still_open lists everything of a case that is still open on a day: actions, meetings planned, meetings that were due and not held, notices that run (CAS-3).';

create function cases.refuse_open(p_case_id text, p_on date) returns void
language plpgsql stable as $$
declare
  v_open jsonb;
  v_list text;
begin
  select jsonb_agg(jsonb_build_object('field', 'case_id', 'description', format('%s %s: %s, due %s.', replace(o.kind, '_', ' '), o.reference, o.what, cases.day(o.due_on)), 'accepted', case o.kind
      when 'action' then format('improve case-action close %s', o.reference)
      when 'meeting' then format('improve case-meeting hold %s, or cancel', o.reference)
      when 'meeting_due' then format('improve case-meeting hold, or waive, for %s', p_case_id)
      else format('improve warning-notice end %s', o.reference) end)),
    string_agg(format('%s %s', replace(o.kind, '_', ' '), o.reference), ', ') into v_open, v_list
  from cases.still_open(p_case_id, p_on) o;
  if v_open is not null then
    perform errors.refuse(9, 'STILL_OPEN', format('The case has %s still open: %s.', case jsonb_array_length(v_open) when 1 then 'one thing' else jsonb_array_length(v_open) || ' things' end,
      v_list), p_rule => 'CAS-3', p_violations => v_open, p_hint => format('improve case show %s shows them.', p_case_id));
  end if;
end $$;
comment on function cases.refuse_open is 'cases.refuse_open refuses when anything of a case is still open, and names all of it with what would close it (CAS-3).';
grant execute on function cases.still_open, cases.refuse_open to improve_exec;
