-- Notices to a school's governing body (CAS-2). How long their period is, the law of the day says, or leaves to the notice: cases.law has it, dated.

create function cases.law_on(p_kind text, p_on date) returns cases.law
language plpgsql stable as $$
declare
  v_law cases.law;
begin
  select l.* into v_law from cases.law l where l.kind = p_kind and l.valid_from <= p_on order by l.valid_from desc limit 1;
  if not found then
    perform errors.invalid('kind', format('There is no "%s" notice on %s.', left(p_kind, 40), cases.day(p_on)), 'CAS-2',
      (select string_agg(distinct l.kind, ' or ') from cases.law l where l.valid_from <= p_on), 'KIND_UNKNOWN');
  end if;
  return v_law;
end $$;
comment on function cases.law_on is 'cases.law_on is what the law of a day says of a kind of notice; it refuses a kind that there is not.';
grant execute on function cases.law_on to improve_exec;

create function cases.list_notice_laws(p_kind text) returns table (kind text, valid_from date, valid_to date, period_days integer, counting text, statute text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select l.kind, l.valid_from, lead(l.valid_from) over (partition by l.kind order by l.valid_from) - 1, l.period_days, l.counting, l.statute
  from cases.law l
  where p_kind is null or l.kind = lower(p_kind)
  order by l.kind, l.valid_from;
end $$;
comment on function cases.list_notice_laws is 'cases.list_notice_laws lists what the law says of the periods of notices, and from when to when (CAS-2).';
grant execute on function cases.list_notice_laws to persona_person;

create function cases.add_notice_law(p_kind text, p_valid_from date, p_statute text, p_period_days integer, p_counting text)
returns table (kind text, valid_from date, period_days integer, counting text, statute text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_kind constant text := lower(btrim(p_kind));
begin
  perform errors.required('kind', v_kind, 'warning or pre_warning');
  perform errors.required('valid_from', p_valid_from, 'the first day on which it holds');
  perform errors.required('statute', btrim(p_statute), 'where it is written, and what it says');
  if (p_period_days is null) <> (p_counting is null) then
    perform errors.invalid(case when p_counting is null then 'counting' else 'period_days' end, 'The law gives a period, in some kind of days, or leaves it to the notice.',
      'CAS-2', 'period_days and counting, or neither');
  elsif exists (select from cases.law l where l.kind = v_kind and l.valid_from >= p_valid_from) then
    perform errors.invalid('valid_from', 'Notices were given under a later law.', 'CAS-2',
      format('later than %s', (select max(l.valid_from) from cases.law l where l.kind = v_kind)));
  end if;
  return query
  insert into cases.law (kind, valid_from, statute, period_days, counting) values (v_kind, p_valid_from, btrim(p_statute), p_period_days, lower(btrim(p_counting)))
  returning kind, valid_from, period_days, counting, statute;
end $$;
comment on function cases.add_notice_law is 'cases.add_notice_law records what the law says of a kind of notice from a day on, for all authorities; what was given before stands (CAS-2).';
grant execute on function cases.add_notice_law to persona_operator;

create function cases.give_warning_notice(p_case_id text, p_grounds text, p_requires text, p_kind text, p_given_on date, p_period_days integer, p_counting text)
returns table (warning_notice_id text, case_id text, kind text, given_on date, period_days integer, counting text, ends_on date, statute text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_given_on constant date := coalesce(p_given_on, base.today());
  v_counting text := coalesce(lower(btrim(p_counting)), 'working');
  v_case cases.case_;
  v_law cases.law;
  v_school record;
begin
  v_case := cases.hold(p_case_id, null, true);
  perform errors.required('grounds', btrim(p_grounds));
  perform errors.required('requires', btrim(p_requires));
  perform cases.require_past('given_on', v_given_on);
  v_law := cases.law_on(coalesce(lower(btrim(p_kind)), 'warning'), v_given_on);
  select s.* into v_school from register.school_on(v_case.school_urn, v_given_on) s;
  if v_given_on < v_case.opened_on then
    perform errors.invalid('given_on', format('The case was opened on %s.', cases.day(v_case.opened_on)), 'CAS-2', format('%s or later', v_case.opened_on));
  elsif v_law.kind = 'warning' and v_school.is_maintained is not true then
    perform errors.precondition('NOT_MAINTAINED', format('%s is not maintained by the authority: its warning notice is the Secretary of State''s to give.', v_school.name), 'case_id',
      'CAS-2', 'a maintained school, or kind pre_warning');
  elsif v_law.period_days is not null and (p_period_days <> v_law.period_days or lower(btrim(p_counting)) <> v_law.counting) then
    perform errors.invalid(case when p_period_days <> v_law.period_days then 'period_days' else 'counting' end,
      format('On %s the law gave the period: %s %s days. %s', cases.day(v_given_on), v_law.period_days, v_law.counting, v_law.statute), 'CAS-2',
      format('%s %s days, or none', v_law.period_days, v_law.counting), 'PERIOD_BY_LAW');
  elsif v_law.period_days is null then
    perform errors.required('period_days', p_period_days, 'the days that the notice states');
    if v_counting not in ('working', 'calendar') then
      perform errors.invalid('counting', 'A period is counted in working or in calendar days.', 'CAS-2', 'working or calendar');
    end if;
  end if;
  v_counting := coalesce(v_law.counting, v_counting);
  return query
  insert into cases.warning_notice (authority_id, warning_notice_id, case_id, kind, law_from, given_on, period_days, counting, ends_on, grounds, requires)
  values (v_case.authority_id, base.new_ref('wn'), p_case_id, v_law.kind, v_law.valid_from, v_given_on, coalesce(v_law.period_days, p_period_days), v_counting,
    calendar.move_days(v_given_on, coalesce(v_law.period_days, p_period_days), v_counting, null), btrim(p_grounds), btrim(p_requires))
  returning warning_notice_id, case_id, kind, given_on, period_days, counting, ends_on, v_law.statute, version;
end $$;
comment on function cases.give_warning_notice is 'cases.give_warning_notice records a notice to a school with the period that it states, or that the law of its day gives, and counts its last day by the authority''s calendar (CAS-2, C-4).';
grant execute on function cases.give_warning_notice to persona_la_admin, persona_officer;

create function cases.end_warning_notice(p_warning_notice_id text, p_version integer, p_status text, p_outcome text, p_on date)
returns table (warning_notice_id text, case_id text, status text, ended_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_on, base.today());
  v_status constant text := lower(btrim(p_status));
  v_was cases.warning_notice;
begin
  perform errors.required('warning_notice_id', p_warning_notice_id, 'a reference such as wn-7k2q9mx4td');
  perform errors.required('version', p_version);
  perform cases.hold(w.case_id, null, true) from cases.warning_notice w where w.authority_id = auth.authority_id() and w.warning_notice_id = p_warning_notice_id;
  select w.* into v_was from cases.warning_notice w where w.authority_id = auth.authority_id() and w.warning_notice_id = p_warning_notice_id;
  if not found then
    perform errors.not_found('warning_notice_id', format('There is no notice "%s".', left(p_warning_notice_id, 40)), 'a reference such as wn-7k2q9mx4td', 'improve case show lists them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.status <> 'running' then
    perform errors.precondition('NOTICE_ENDED', format('The notice is %s since %s.', replace(v_was.status, '_', ' '), cases.day(v_was.ended_on)), 'warning_notice_id', 'CAS-2', 'a notice that runs');
  elsif v_status is null or v_status not in ('complied', 'not_complied', 'withdrawn') then
    perform errors.invalid('status', 'A notice ends in one of three ways.', 'CAS-2', 'complied, not_complied or withdrawn');
  end if;
  perform errors.required('outcome', btrim(p_outcome));
  perform cases.require_past('on', v_on);
  if v_on < v_was.given_on then
    perform errors.invalid('on', format('The notice was given on %s.', cases.day(v_was.given_on)), 'CAS-2', format('%s or later', v_was.given_on));
  elsif v_status = 'not_complied' and v_on <= v_was.ends_on then
    perform errors.precondition('PERIOD_RUNS', format('The school has until the end of %s: %s %s days from %s.', cases.day(v_was.ends_on), v_was.period_days, v_was.counting,
        cases.day(v_was.given_on)), 'status', 'CAS-2', format('complied or withdrawn, or not_complied from %s on', v_was.ends_on + 1),
      format('improve calendar deadline %s --from %s --counting %s shows the count.', v_was.period_days, v_was.given_on, v_was.counting));
  end if;
  return query
  update cases.warning_notice w set status = v_status, ended_on = v_on, outcome = btrim(p_outcome), version = w.version + 1
  where w.authority_id = v_was.authority_id and w.warning_notice_id = p_warning_notice_id
  returning w.warning_notice_id, w.case_id, w.status, w.ended_on, w.version;
end $$;
comment on function cases.end_warning_notice is 'cases.end_warning_notice says what came of a notice: complied with, not complied with when its period was over, or withdrawn (CAS-2).';
grant execute on function cases.end_warning_notice to persona_la_admin, persona_officer;
