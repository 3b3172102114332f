-- A recurring plan (VIS-1): so many visits of an assignment in each term, on working days of the authority's terms on which the partner is free.
-- Whether they are free is not read: a visit is tried, and where the constraint says "busy" the next day is. All of them or none.

create function visits.plan_days(p_year integer, p_first date, p_last date)
returns table (term text, term_starts_on date, term_ends_on date, days date[])
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select t.term, t.starts_on, t.ends_on, coalesce(array_agg(d.day order by d.day) filter (where d.counts), '{}')
  from (
    select calendar.term_of(h.half_term) as term, min(h.starts_on) as starts_on, max(h.ends_on) as ends_on
    from calendar.half_term h
    where h.authority_id = auth.authority_id() and h.academic_year = p_year and h.superseded_at is null
    group by 1
  ) t
  left join lateral (
    select w.day, w.counts
    from calendar.half_term h
    cross join lateral calendar.days(greatest(h.starts_on, p_first), least(h.ends_on, p_last), 'working', null) w
    where h.authority_id = auth.authority_id() and h.academic_year = p_year and h.superseded_at is null and calendar.term_of(h.half_term) = t.term
      and h.starts_on <= p_last and h.ends_on >= p_first
  ) d on true
  group by t.term, t.starts_on, t.ends_on
  order by t.starts_on;
end $$;
comment on function visits.plan_days is 'visits.plan_days lists the terms of an academic year, each with its working days within a period; none lies in a half-term holiday.';

create function visits.open_days(p_school_urn integer, p_days date[]) returns date[]
language plpgsql stable as $$
begin
  return array(
    select d.day from unnest(p_days) d (day)
    cross join lateral register.establishment_on(p_school_urn, d.day) s
    where s.authority_id = auth.authority_id() and s.is_open
    order by d.day);
end $$;
comment on function visits.open_days is 'visits.open_days gives those of some days on which a school is open, and the authority''s.';

create function visits.try_visit(p_assignment partners.assignment, p_day date, p_time time, p_purpose text, p_mode text, p_half_days integer,
  p_funding text, p_funding_ref text, p_fee_pence bigint) returns visits.visit
language plpgsql volatile as $$
declare
  v_starts_at constant timestamptz := (p_day + p_time) at time zone 'Europe/London';
  v_visit visits.visit;
  v_detail text;
begin
  v_visit := visits.insert_visit(p_assignment.school_urn, p_assignment.partner_id, p_assignment.assignment_id, v_starts_at,
    v_starts_at + make_interval(hours => 3 * least(p_half_days, 2)), p_purpose, p_mode, null, p_half_days, p_funding, p_funding_ref, p_fee_pence);
  return v_visit;
exception when sqlstate 'IM009' then
  get stacked diagnostics v_detail = pg_exception_detail;
  if v_detail::jsonb ->> 'reason' in ('BUSY', 'PARTNER_BUSY') then
    return null;
  end if;
  raise;
end $$;
comment on function visits.try_visit is 'visits.try_visit plans a visit of an assignment at a time, or gives null when the partner is busy then.';

create function visits.first_free(p_assignment partners.assignment, p_days date[], p_time time, p_purpose text, p_mode text, p_half_days integer,
  p_funding text, p_funding_ref text, p_fee_pence bigint) returns visits.visit
language plpgsql volatile as $$
declare
  v_visit visits.visit;
  v_day date;
  v_time time;
begin
  for v_day, v_time in
    select p_days[n], t.time
    from generate_subscripts(p_days, 1) n
    cross join (values (1, p_time), (2, case when p_time < '12:00' then time '13:30' else time '09:30' end)) t (nth, time)
    where not exists (
      select from visits.visit v
      where v.authority_id = auth.authority_id() and v.school_urn = p_assignment.school_urn and v.status <> 'cancelled'
        and v.starts_at >= (p_days[n]::timestamp at time zone 'Europe/London') and v.starts_at < ((p_days[n] + 1)::timestamp at time zone 'Europe/London'))
    order by abs(2 * n - cardinality(p_days) - 1), n desc, t.nth
  loop
    v_visit := visits.try_visit(p_assignment, v_day, v_time, p_purpose, p_mode, p_half_days, p_funding, p_funding_ref, p_fee_pence);
    exit when v_visit.visit_id is not null;
  end loop;
  return v_visit;
end $$;
comment on function visits.first_free is 'visits.first_free plans a visit on the day nearest to the middle of some days on which the partner is free, at the time wished or else in the other half of the day, and on which nobody else visits the school; null when there is none.';

create function visits.plan_term(p_assignment partners.assignment, p_term text, p_days date[], p_wanted integer, p_time time, p_purpose text,
  p_mode text, p_half_days integer, p_funding text, p_funding_ref text, p_fee_pence bigint) returns setof visits.visit
language plpgsql volatile as $$
declare
  v_slot date[];
  v_visit visits.visit;
begin
  for k in 1 .. p_wanted loop
    v_slot := p_days[(k - 1) * cardinality(p_days) / p_wanted + 1 : k * cardinality(p_days) / p_wanted];
    v_visit := visits.first_free(p_assignment, v_slot, p_time, p_purpose, p_mode, p_half_days, p_funding, p_funding_ref, p_fee_pence);
    if v_visit.visit_id is null then
      perform errors.precondition('NO_FREE_DAY', format('Visit %s of %s in the %s term finds no free day%s.', k, p_wanted, p_term,
          coalesce(' from ' || to_char(v_slot[1], 'FMDD Mon YYYY') || ' to ' || to_char(v_slot[cardinality(v_slot)], 'FMDD Mon YYYY'), '')),
        'per_term', 'VIS-1', 'fewer visits a term, or another time of day', 'Nothing was planned.');
    end if;
    return next v_visit;
  end loop;
end $$;
comment on function visits.plan_term is 'visits.plan_term plans the visits that a term still wants, one in each of as many equal parts of its days.';
grant execute on function visits.plan_days, visits.open_days, visits.try_visit, visits.first_free, visits.plan_term to improve_exec;

create function visits.plan_visits(p_assignment_id text, p_per_term integer, p_academic_year integer, p_time time, p_purpose text, p_mode text,
  p_half_days integer, p_funding text, p_funding_ref text, p_fee_pence bigint)
returns table (term text, visit_id text, school_urn integer, partner text, starts_at timestamptz, ends_at timestamptz, status text, half_days integer,
  version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_year constant integer := coalesce(p_academic_year, calendar.academic_year(base.today()));
  v_hours constant interval := make_interval(hours => 3 * least(coalesce(p_half_days, 1), 2));
  v_assignment partners.assignment;
  v_partner partners.partner;
  v_term record;
  v_open date[];
  v_has integer;
begin
  perform errors.required('assignment_id', p_assignment_id, 'a reference such as as-7k2q9mx4td');
  perform errors.required('per_term', p_per_term, 'a number of visits');
  if p_per_term not between 1 and 12 then
    perform errors.invalid('per_term', 'A term has room for some visits.', 'VIS-1', '1 to 12');
  elsif v_year not between calendar.academic_year(base.today()) and calendar.academic_year(base.today()) + 2 then
    perform errors.invalid('academic_year', 'A plan is for this academic year or one of the next two.', 'C-3',
      format('%s to %s', calendar.academic_year(base.today()), calendar.academic_year(base.today()) + 2));
  elsif p_half_days not between 1 and 4 then
    perform errors.invalid('half_days', 'A visit takes some half-days, preparation and note included.', 'VIS-2', '1 to 4', 'HALF_DAYS_OUT_OF_RANGE');
  elsif p_time::interval >= interval '24 hours' - v_hours then
    perform errors.invalid('time', 'A visit begins and ends on one day.', 'VIS-1', format('before %s', to_char(interval '24 hours' - v_hours, 'HH24:MI')));
  end if;
  perform calendar.require_terms(v_year);
  select a.* into v_assignment from partners.assignment a where a.authority_id = auth.authority_id() and a.assignment_id = p_assignment_id;
  if not found then
    perform errors.not_found('assignment_id', format('There is no assignment "%s".', left(p_assignment_id, 40)), 'a reference such as as-7k2q9mx4td',
      'improve partner assignments shows them.');
  end if;
  v_partner := visits.require_partner(v_assignment.partner_id);
  perform visits.hold_partner(v_assignment.partner_id);
  -- As it is now that nobody else can change it.
  select a.* into strict v_assignment from partners.assignment a where a.authority_id = auth.authority_id() and a.assignment_id = p_assignment_id;
  if v_assignment.status <> 'live' then
    perform errors.precondition('ASSIGNMENT_NOT_LIVE', format('The assignment is %s.', v_assignment.status), 'assignment_id', 'PAR-3', 'one that is live',
      'improve assignment gates shows what happened.');
  end if;
  for v_term in
    select d.* from visits.plan_days(v_year, greatest(base.today() + 1, v_assignment.starts_on), coalesce(v_assignment.ends_on, 'infinity')) d
  loop
    select count(*) into v_has from visits.visit v
    where v.authority_id = auth.authority_id() and v.assignment_id = p_assignment_id and v.status <> 'cancelled'
      and visits.day_of(v.starts_at) between v_term.term_starts_on and v_term.term_ends_on;
    v_open := visits.open_days(v_assignment.school_urn, v_term.days);
    if v_has > 0 or cardinality(v_open) < cardinality(v_term.days) or cardinality(v_term.days) = 0 then
      raise notice using errcode = 'IMNTE', message = format('%s: %s.', initcap(v_term.term), concat_ws(', ',
        case when v_has > 0 then format('%s of %s planned before', v_has, p_per_term) end,
        case when cardinality(v_term.days) = 0 then 'no working day left within the assignment' end,
        case when cardinality(v_open) < cardinality(v_term.days) then format('the school is open on %s of %s working days', cardinality(v_open), cardinality(v_term.days)) end));
    end if;
    if cardinality(v_open) > 0 then
      return query
      select v_term.term, v.visit_id, v.school_urn, v_partner.name, v.starts_at, v.ends_at, v.status, v.half_days, v.version
      from visits.plan_term(v_assignment, v_term.term, v_open, p_per_term - v_has, coalesce(p_time, '09:30'), coalesce(lower(p_purpose), 'core'),
        coalesce(lower(p_mode), 'in_person'), coalesce(p_half_days, 1), coalesce(lower(p_funding), 'core'), nullif(btrim(p_funding_ref), ''),
        p_fee_pence) v;
    end if;
  end loop;
end $$;
comment on function visits.plan_visits is 'visits.plan_visits plans an assignment''s visits for the terms of an academic year, so many a term with those that are planned already, spread over its working days, where the partner is free and the school open: all or none (VIS-1). A dry run shows the dates.';
grant execute on function visits.plan_visits to persona_la_admin, persona_officer, persona_partner;
