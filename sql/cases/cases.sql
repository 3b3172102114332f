-- Calls by which schools come on the scheme, move on it, and leave it (CAS-1 to CAS-3).

create function cases.answer(p_case_id text, p_on date)
returns table (case_id text, school_urn integer, category text, level text, status text, since date, version integer)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select c.case_id, c.school_urn, r.category, k.level, c.status, p_on, c.version
  from cases.case_ c
  left join cases.rating r on r.authority_id = c.authority_id and r.case_id = c.case_id and r.superseded_at is null
    and r.valid_from <= p_on and (r.valid_to is null or r.valid_to > p_on)
  left join cases.category k on k.authority_id = r.authority_id and k.number = r.number and k.code = r.category
  where c.authority_id = auth.authority_id() and c.case_id = p_case_id;
end $$;
comment on function cases.answer is 'cases.answer is what a call on a case answers: the case, and its category on a day.';
grant execute on function cases.answer to improve_exec;

create function cases.open_case(p_school_urn integer, p_category text, p_reason text, p_rationale text, p_on date, p_cadence text, p_lead text, p_aim text,
  p_exit_when text)
returns table (case_id text, school_urn integer, category text, level text, status text, opened_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_on, base.today());
  v_number integer;
  v_category cases.category;
  v_case cases.case_;
begin
  perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), v_on);
  perform cases.require_past('on', v_on);
  perform errors.required('rationale', btrim(p_rationale));
  v_number := cases.scheme_on(v_on);
  v_category := cases.category_of(v_number, p_category);
  perform cases.require_free(p_school_urn, null);
  insert into cases.case_ (authority_id, case_id, school_urn, scheme_number, reason, opened_on, lead, aim, exit_when, opened_by)
  values (auth.authority_id(), base.new_ref('ca'), p_school_urn, v_number, cases.reason_of(v_number, p_reason), v_on, nullif(btrim(p_lead), ''),
    nullif(btrim(p_aim), ''), nullif(btrim(p_exit_when), ''), auth.person_id())
  returning * into v_case;
  perform cases.put_rating(v_case, v_number, v_category.code, btrim(p_rationale), v_on, null);
  insert into cases.cadence (authority_id, case_id, valid_from, cadence)
  values (v_case.authority_id, v_case.case_id, v_on, coalesce(lower(btrim(p_cadence)), 'termly'));
  perform events.note('case.opened', v_case.case_id, p_school_urn, null, null, jsonb_build_object('category', v_category.code, 'on', v_on));
  return query select * from cases.answer(v_case.case_id, v_on);
end $$;
comment on function cases.open_case is 'cases.open_case puts a school on the authority''s scheme from a day on, today unless given: its category with the rationale, the reason, and how often its challenge meeting is held; termly unless given (CAS-1, CAS-2).';
grant execute on function cases.open_case to persona_la_admin, persona_officer;

create function cases.change_category(p_case_id text, p_version integer, p_category text, p_rationale text, p_on date)
returns table (case_id text, school_urn integer, was text, category text, level text, since date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_on, base.today());
  v_case cases.case_;
  v_was cases.rating;
  v_number integer;
  v_category cases.category;
begin
  perform errors.required('version', p_version);
  v_case := cases.hold(p_case_id, p_version, true);
  perform errors.required('rationale', btrim(p_rationale));
  perform cases.require_past('on', v_on);
  v_was := cases.rating_on(p_case_id, v_on);
  if v_was.rating_id is null then
    perform errors.precondition('NOT_ON_SCHEME', format('The school was not on the scheme on %s.', cases.day(v_on)), 'on', 'CAS-1',
      (select string_agg(format('%s to %s', r.valid_from, coalesce((r.valid_to - 1)::text, 'today')), ', ' order by r.valid_from) from cases.rating r
       where r.authority_id = v_case.authority_id and r.case_id = p_case_id and r.superseded_at is null));
  end if;
  v_number := cases.scheme_on(v_on);
  v_category := cases.category_of(v_number, p_category);
  if v_category.code = v_was.category and v_number = v_was.number then
    perform errors.precondition('SAME_CATEGORY', format('The school is %s already, since %s.', v_was.category, cases.day(v_was.valid_from)), 'category', 'CAS-1',
      (select string_agg(c.code, ', ' order by c.nth) from cases.category c
       where c.authority_id = v_case.authority_id and c.number = v_number and c.code <> v_was.category));
  end if;
  perform cases.cut_rating(v_case, v_was, v_on);
  perform cases.put_rating(v_case, v_number, v_category.code, btrim(p_rationale), v_on, v_was.valid_to);
  update cases.case_ c set version = c.version + 1 where c.authority_id = v_case.authority_id and c.case_id = p_case_id;
  perform events.note('case.category', p_case_id, v_case.school_urn, null, null, jsonb_build_object('was', v_was.category, 'category', v_category.code, 'on', v_on));
  return query select p_case_id, v_case.school_urn, v_was.category, v_category.code, v_category.level, v_on, v_case.version + 1;
end $$;
comment on function cases.change_category is 'cases.change_category moves a school to another category from a day on, today unless given, with the rationale. A day of the past changes the history from there until its next change; what was recorded before is kept (CAS-1, C-5).';
grant execute on function cases.change_category to persona_la_admin, persona_officer;

create function cases.change_case(p_case_id text, p_version integer, p_lead text, p_aim text, p_exit_when text, p_cadence text, p_cadence_from date)
returns table (case_id text, lead text, aim text, exit_when text, cadence text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_from constant date := coalesce(p_cadence_from, base.today());
  v_case cases.case_;
begin
  perform errors.required('version', p_version);
  v_case := cases.hold(p_case_id, p_version, true);
  if num_nonnulls(p_lead, p_aim, p_exit_when, p_cadence) = 0 then
    perform errors.invalid('lead', 'Nothing is changed.', 'CAS-2', 'lead, aim, exit_when or cadence', 'FIELD_REQUIRED');
  elsif p_cadence is not null and v_from < v_case.opened_on then
    perform errors.invalid('cadence_from', 'Meetings are held while the case is open.', 'CAS-2', format('%s or later', v_case.opened_on));
  end if;
  if p_cadence is not null then
    insert into cases.cadence (authority_id, case_id, valid_from, cadence) values (v_case.authority_id, p_case_id, v_from, lower(btrim(p_cadence)))
    on conflict (authority_id, case_id, valid_from) do update set cadence = excluded.cadence, recorded_at = now();
  end if;
  return query
  update cases.case_ c
  set lead = case when p_lead is null then c.lead else nullif(btrim(p_lead), '') end, aim = case when p_aim is null then c.aim else nullif(btrim(p_aim), '') end,
    exit_when = case when p_exit_when is null then c.exit_when else nullif(btrim(p_exit_when), '') end, version = c.version + 1
  where c.authority_id = v_case.authority_id and c.case_id = p_case_id
  returning c.case_id, c.lead, c.aim, c.exit_when, cases.cadence_on(c.case_id, greatest(v_from, base.today())), c.version;
end $$;
comment on function cases.change_case is 'cases.change_case changes who leads, the aim, what must be so before the school leaves the scheme, or from which day on its meetings are held how often; a blank text takes it away (CAS-2).';
grant execute on function cases.change_case to persona_la_admin, persona_officer;

create function cases.close_case(p_case_id text, p_version integer, p_why text, p_on date)
returns table (case_id text, school_urn integer, was text, status text, closed_on date, days integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_on, base.today());
  v_case cases.case_;
  v_last cases.rating;
begin
  perform errors.required('version', p_version);
  v_case := cases.hold(p_case_id, p_version, true);
  perform errors.required('why', btrim(p_why));
  perform cases.require_past('on', v_on);
  select r.* into strict v_last from cases.rating r
  where r.authority_id = v_case.authority_id and r.case_id = p_case_id and r.superseded_at is null and r.valid_to is null;
  if v_on < v_last.valid_from then
    perform errors.invalid('on', format('The school has been %s since %s.', v_last.category, cases.day(v_last.valid_from)), 'CAS-3',
      format('%s or later', v_last.valid_from));
  end if;
  perform cases.refuse_open(p_case_id, v_on);
  perform cases.cut_rating(v_case, v_last, v_on);
  update cases.case_ c set status = 'closed', closed_on = v_on, close_reason = btrim(p_why), version = c.version + 1
  where c.authority_id = v_case.authority_id and c.case_id = p_case_id;
  perform events.note('case.closed', p_case_id, v_case.school_urn, null, null, jsonb_build_object('was', v_last.category, 'on', v_on));
  return query
  select p_case_id, v_case.school_urn, v_last.category, 'closed', v_on,
    (select coalesce(sum(coalesce(r.valid_to, v_on) - r.valid_from), 0)::integer from cases.rating r
     where r.authority_id = v_case.authority_id and r.case_id = p_case_id and r.superseded_at is null), v_case.version + 1;
end $$;
comment on function cases.close_case is 'cases.close_case takes a school off the scheme from a day on, today unless given. It is refused, with the list, while anything of the case is still open (CAS-3).';
grant execute on function cases.close_case to persona_la_admin, persona_officer;

create function cases.reopen_case(p_case_id text, p_version integer, p_category text, p_rationale text, p_on date)
returns table (case_id text, school_urn integer, category text, level text, status text, since date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_on, base.today());
  v_case cases.case_;
  v_number integer;
  v_category cases.category;
begin
  perform errors.required('version', p_version);
  v_case := cases.hold(p_case_id, p_version, false);
  perform errors.required('rationale', btrim(p_rationale));
  perform cases.require_past('on', v_on);
  if v_case.status = 'open' then
    perform errors.precondition('CASE_OPEN', 'The case is open.', 'case_id', 'CAS-3', 'a case that was closed');
  elsif v_on < v_case.closed_on then
    perform errors.invalid('on', format('The case was closed on %s.', cases.day(v_case.closed_on)), 'CAS-3', format('%s or later', v_case.closed_on));
  end if;
  perform register.require_open_school('school_urn', v_case.school_urn, v_case.authority_id, v_on);
  perform cases.require_free(v_case.school_urn, p_case_id);
  v_number := cases.scheme_on(v_on);
  v_category := cases.category_of(v_number, p_category);
  perform cases.put_rating(v_case, v_number, v_category.code, btrim(p_rationale), v_on, null);
  update cases.case_ c set status = 'open', closed_on = null, close_reason = null, version = c.version + 1
  where c.authority_id = v_case.authority_id and c.case_id = p_case_id;
  perform events.note('case.reopened', p_case_id, v_case.school_urn, null, null, jsonb_build_object('category', v_category.code, 'on', v_on));
  return query select * from cases.answer(p_case_id, v_on);
end $$;
comment on function cases.reopen_case is 'cases.reopen_case puts a school back on the scheme under its old case, from a day on, today unless given; the days between are days off it (CAS-3).';
grant execute on function cases.reopen_case to persona_la_admin, persona_officer;
