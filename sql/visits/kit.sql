-- Keeping in touch (VIS-5): every maintained school, nursery and pupil referral unit outside the support package is owed one visit an academic
-- year; those in the Ofsted window by the end of the autumn term.

create function visits.year_day(p_year integer, p_as_of date) returns date
language plpgsql stable as $$
begin
  return least(greatest(coalesce(p_as_of, base.today()), calendar.academic_year_starts(p_year)), calendar.academic_year_ends(p_year));
end $$;
comment on function visits.year_day is 'visits.year_day is the day of an academic year on which it is looked at: the one asked for, today, or the nearest.';

create function visits.kit_year(p_year integer, p_as_of date) returns integer
language plpgsql stable as $$
declare
  v_year constant integer := coalesce(p_year, calendar.academic_year(coalesce(p_as_of, base.today())));
  v_known constant record := calendar.known_years();
begin
  if v_year not between extract(year from v_known.first_day) and extract(year from v_known.last_day) - 1 then
    perform errors.invalid(case when p_year is null then 'as_of' else 'academic_year' end, 'There is no calendar of that academic year.', 'C-3',
      format('%s to %s, the calendar year in which it begins', extract(year from v_known.first_day), extract(year from v_known.last_day) - 1));
  end if;
  return v_year;
end $$;
comment on function visits.kit_year is 'visits.kit_year is the academic year that is asked for, or that of a day, today unless given.';

create function visits.last_inspected(p_school_id integer, p_on date) returns date
language sql stable as $$
  select max(i.starts_on)
  from (
    select n.inspection_id from register.establishment e join register.inspection n on n.urn = e.urn where e.school_id = p_school_id
    union
    select n.inspection_id from register.establishment e
    join register.inspection_attribution a on a.urn = e.urn
    join register.inspection n on n.inspection_number = a.inspection_number
    where e.school_id = p_school_id
  ) counted
  join register.inspection i using (inspection_id)
  where i.superseded_at is null and i.kind in ('graded', 'ungraded') and i.starts_on <= p_on
$$;
comment on function visits.last_inspected is 'visits.last_inspected is the first day of the latest graded or ungraded inspection of a school and its predecessors by a day; null when there was none.';

create function visits.kit(p_year integer, p_on date)
returns table (urn integer, school text, phase_group text, last_inspected_on date, in_window boolean, due_by date, state text, visit_id text,
  partner_id text, starts_at timestamptz, fee_pence bigint)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_window_starts constant date := calendar.academic_year_starts(p_year) - make_interval(months => (visits.policy_of()).ofsted_window_months);
  v_autumn_ends constant date := coalesce((select max(h.ends_on) from calendar.half_term h
    where h.authority_id = auth.authority_id() and h.academic_year = p_year and h.half_term <= 2 and h.superseded_at is null), make_date(p_year, 12, 31));
  v_year_ends constant date := coalesce((select max(h.ends_on) from calendar.half_term h
    where h.authority_id = auth.authority_id() and h.academic_year = p_year and h.superseded_at is null), calendar.academic_year_ends(p_year));
begin
  return query
  select s.urn, s.name, s.phase_group, n.inspected_on, w.in_window, case when w.in_window then v_autumn_ends else v_year_ends end,
    coalesce(k.state, 'owed'), k.visit_id, k.partner_id, k.starts_at, k.fee_pence
  from register.schools_on(p_on, null) s
  join register.establishment_version r on r.version_id = s.version_id
  cross join lateral (select visits.last_inspected(s.school_id, p_on) as inspected_on) n
  cross join lateral (select coalesce(n.inspected_on, r.open_date, '-infinity') < v_window_starts as in_window) w
  left join lateral (
    -- Planned by that day, or written down afterwards; what was cancelled later stood on it, what is done was done on its own day.
    select v.visit_id, v.partner_id, v.starts_at, v.fee_pence,
      case when v.status in ('done', 'noted', 'agreed') and visits.day_of(v.starts_at) <= p_on then 'done' else 'planned' end as state
    from visits.visit v
    join register.establishment e on e.urn = v.school_urn
    where v.authority_id = auth.authority_id() and e.school_id = s.school_id and v.purpose = 'kit' and v.academic_year = p_year
      and visits.day_of(least(v.planned_at, v.starts_at)) <= p_on and (v.cancelled_at is null or visits.day_of(v.cancelled_at) > p_on)
    order by state, v.starts_at limit 1
  ) k on true
  where s.authority_id = auth.authority_id() and s.is_open and s.is_maintained
    and not exists (
      select from visits.support_package p
      join register.establishment e on e.urn = p.school_urn
      where p.authority_id = auth.authority_id() and e.school_id = s.school_id and p.starts_on <= p_on and (p.ends_on is null or p.ends_on >= p_on));
end $$;
comment on function visits.kit is 'visits.kit lists the schools that are owed a visit to keep in touch in an academic year, as it stands on a day of it: whether owed, planned or done, and by when. A school whose last inspection began before the window, or that opened before it and was never inspected, is due by the end of the autumn term.';
grant execute on function visits.year_day, visits.kit_year, visits.last_inspected, visits.kit to improve_exec;

create function visits.list_kit(p_academic_year integer, p_as_of date, p_state text, p_page_size integer, p_cursor text)
returns table (urn integer, school text, phase_group text, state text, due_by date, late boolean, in_window boolean, last_inspected_on date,
  visit_id text, starts_at timestamptz, partner text, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_year constant integer := visits.kit_year(p_academic_year, p_as_of);
  v_on constant date := visits.year_day(v_year, p_as_of);
begin
  if lower(p_state) not in ('owed', 'planned', 'done') then
    perform errors.invalid('state', 'A visit to keep in touch is owed, planned or done.', 'VIS-5', 'owed, planned or done');
  end if;
  return query
  select k.urn, k.school, k.phase_group, k.state, k.due_by, k.state <> 'done' and k.due_by < v_on, k.in_window, k.last_inspected_on, k.visit_id,
    k.starts_at, p.name, jsonb_build_array(k.due_by, k.urn)::text
  from visits.kit(v_year, v_on) k
  left join partners.partner p on p.authority_id = auth.authority_id() and p.partner_id = k.partner_id
  where (p_state is null or k.state = lower(p_state))
    and (p_cursor is null or (k.due_by, k.urn) > ((p_cursor::jsonb ->> 0)::date, (p_cursor::jsonb ->> 1)::integer))
  order by k.due_by, k.urn
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function visits.list_kit is 'visits.list_kit lists what keeping-in-touch visits are owed, planned and done in an academic year, the earliest due first (VIS-5).';
grant execute on function visits.list_kit to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function visits.add_support_package(p_school_urn integer, p_starts_on date, p_ends_on date, p_reason text)
returns table (support_package_id text, school_urn integer, starts_on date, ends_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_starts_on constant date := coalesce(p_starts_on, base.today());
begin
  perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), v_starts_on);
  return query
  insert into visits.support_package (authority_id, support_package_id, school_urn, starts_on, ends_on, reason)
  values (auth.authority_id(), base.new_ref('sp'), p_school_urn, v_starts_on, p_ends_on, nullif(btrim(p_reason), ''))
  returning support_package_id, school_urn, starts_on, ends_on, version;
end $$;
comment on function visits.add_support_package is 'visits.add_support_package puts a school into the authority''s support package from a day on, today unless given (VIS-5).';
grant execute on function visits.add_support_package to persona_la_admin, persona_officer;

create function visits.end_support_package(p_support_package_id text, p_version integer, p_ends_on date)
returns table (support_package_id text, school_urn integer, starts_on date, ends_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was visits.support_package;
begin
  perform errors.required('support_package_id', p_support_package_id, 'a reference such as sp-7k2q9mx4td');
  perform errors.required('version', p_version);
  select p.* into v_was from visits.support_package p
  where p.authority_id = auth.authority_id() and p.support_package_id = p_support_package_id
  for no key update;
  if not found then
    perform errors.not_found('support_package_id', format('There is no support package "%s".', left(p_support_package_id, 40)),
      'a reference such as sp-7k2q9mx4td', 'improve support-package list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  end if;
  return query
  update visits.support_package p set ends_on = coalesce(p_ends_on, base.today()), version = p.version + 1
  where p.authority_id = auth.authority_id() and p.support_package_id = p_support_package_id
  returning p.support_package_id, p.school_urn, p.starts_on, p.ends_on, p.version;
end $$;
comment on function visits.end_support_package is 'visits.end_support_package sets the last day of a school in the support package (VIS-5).';
grant execute on function visits.end_support_package to persona_la_admin, persona_officer;

create function visits.list_support_packages(p_school_urn integer, p_as_of date, p_include_ended boolean, p_page_size integer, p_cursor text)
returns table (support_package_id text, school_urn integer, school text, starts_on date, ends_on date, reason text, version integer, row_cursor text)
language sql stable as $$
  select p.support_package_id, p.school_urn, school.name, p.starts_on, p.ends_on, p.reason, p.version,
    jsonb_build_array(p.school_urn, p.support_package_id)::text
  from visits.support_package p
  left join lateral register.establishment_on(p.school_urn, greatest(p.starts_on, coalesce(p_as_of, base.today()))) school on true
  where p.authority_id = (select auth.authority_id())
    and (p_school_urn is null or p.school_urn = p_school_urn)
    and (coalesce(p_include_ended, false) or p.ends_on is null or p.ends_on >= coalesce(p_as_of, base.today()))
    and (p_as_of is null or p.starts_on <= p_as_of)
    and (p_cursor is null or (p.school_urn, p.support_package_id) > ((p_cursor::jsonb ->> 0)::integer, p_cursor::jsonb ->> 1))
  order by p.school_urn, p.support_package_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function visits.list_support_packages is 'visits.list_support_packages lists the schools in the support package, now or to come, or on a day; a school sees its own.';
grant execute on function visits.list_support_packages to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;
