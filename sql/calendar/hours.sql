-- What an authority counts by, dated, and the clock in working hours, such as that of an offered place (CPD-5).

create function calendar.office_hours(p_day date, out opens_at timestamptz, out closes_at timestamptz)
language plpgsql stable as $$
declare
  v_policy calendar.policy;
begin
  select p.* into v_policy from calendar.policy p
  where p.authority_id = auth.authority_id() and p.superseded_at is null and p.valid_from <= p_day and (p.valid_to is null or p.valid_to > p_day);
  opens_at := (p_day + coalesce(v_policy.opens_at, '9:00')) at time zone 'Europe/London';
  closes_at := (p_day + coalesce(v_policy.closes_at, '17:00')) at time zone 'Europe/London';
end $$;
comment on function calendar.office_hours is 'calendar.office_hours is when working hours begin and end on a day, by the authority''s policy: 9:00 to 17:00 in England unless it has one.';

create function calendar.add_working_hours(p_from timestamptz, p_hours numeric) returns timestamptz
language plpgsql stable as $$
declare
  v_known constant record := calendar.known_years();
  v_left interval := p_hours * interval '1 hour';
  v_first date := (p_from at time zone 'Europe/London')::date;
  v_day date;
  v_office record;
  v_begins timestamptz;
begin
  if p_from is null or p_hours is null then
    return null;
  elsif v_first not between v_known.first_day and v_known.last_day then
    perform calendar.refuse_unknown(v_first);
  elsif p_hours not between 0 and 10000 then
    perform calendar.refuse_unknown(null);
  end if;
  while v_first <= v_known.last_day loop
    for v_day in
      select d.day from calendar.days(v_first, least(v_known.last_day, v_first + 30), 'working', null) d where d.counts
    loop
      v_office := calendar.office_hours(v_day);
      v_begins := greatest(p_from, v_office.opens_at);
      if v_office.closes_at - v_begins >= v_left then
        return v_begins + v_left;
      elsif v_begins < v_office.closes_at then
        v_left := v_left - (v_office.closes_at - v_begins);
      end if;
    end loop;
    v_first := v_first + 31;
  end loop;
  perform calendar.refuse_unknown(null);
end $$;
comment on function calendar.add_working_hours is 'calendar.add_working_hours is the moment that is so many working hours after another: office hours of working days, by the authority''s policy.';
grant execute on function calendar.office_hours, calendar.add_working_hours to improve_exec;

create function calendar.read_time(p_field text, p_text text, p_otherwise time) returns time
language plpgsql stable as $$
begin
  if p_text !~ '^[0-9]{1,2}:[0-9]{2}$' then
    perform errors.invalid(p_field, format('"%s" is no time of day.', left(p_text, 20)), 'C-4', 'hours and minutes, such as 8:30');
  end if;
  return coalesce(p_text::time, p_otherwise);
exception when datetime_field_overflow or invalid_datetime_format then
  perform errors.invalid(p_field, format('"%s" is no time of day.', left(p_text, 20)), 'C-4', 'hours and minutes, such as 8:30');
end $$;
comment on function calendar.read_time is 'calendar.read_time reads a time of day of a field, or refuses it; absent, it is the other one.';
grant execute on function calendar.read_time to improve_exec;

create function calendar.set_counting_policy(p_opens_at text, p_closes_at text, p_counts_bank_holidays boolean, p_valid_from date, p_valid_to date)
returns table (policy_id text, valid_from date, valid_to date)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_from constant date := coalesce(p_valid_from, base.today());
  v_opens_at constant time := calendar.read_time('opens_at', p_opens_at, '9:00');
  v_closes_at constant time := calendar.read_time('closes_at', p_closes_at, '17:00');
  v_known record;
  v_gone calendar.policy[];
begin
  v_known := calendar.known_years();
  if v_from not between v_known.first_day and v_known.last_day then
    perform errors.invalid('valid_from', 'Working days are not counted so far away.', 'C-4', format('%s to %s', v_known.first_day, v_known.last_day));
  elsif p_valid_to <= v_from then
    perform errors.invalid('valid_to', 'A policy must hold for at least one day.', 'C-4', 'a day after valid_from');
  end if;
  with gone as (
    update calendar.policy p set superseded_at = now()
    where p.authority_id = auth.authority_id() and p.superseded_at is null
      and (p.valid_to is null or p.valid_to > v_from) and (p_valid_to is null or p.valid_from < p_valid_to)
    returning p.*
  )
  select array_agg(gone::calendar.policy) into v_gone from gone;
  insert into calendar.policy (authority_id, policy_id, valid_from, valid_to, opens_at, closes_at, counts_bank_holidays)
  select g.authority_id, base.new_ref('po'), kept.valid_from, kept.valid_to, g.opens_at, g.closes_at, g.counts_bank_holidays
  from unnest(v_gone) g
  cross join lateral (values (g.valid_from, v_from), (p_valid_to, g.valid_to)) kept (valid_from, valid_to)
  where kept.valid_from < kept.valid_to or kept.valid_from is not null and kept.valid_to is null;
  return query
  insert into calendar.policy (authority_id, policy_id, valid_from, valid_to, opens_at, closes_at, counts_bank_holidays)
  values (auth.authority_id(), base.new_ref('po'), v_from, p_valid_to, v_opens_at, v_closes_at, coalesce(p_counts_bank_holidays, false))
  returning policy_id, valid_from, valid_to;
end $$;
comment on function calendar.set_counting_policy is 'calendar.set_counting_policy says from a day on what the authority counts as a working day, and its office hours; what was said of other days stays, and what was said of these is superseded (C-4, C-5).';
grant execute on function calendar.set_counting_policy to persona_la_admin, persona_officer;

create function calendar.list_counting_policies(p_known_at date)
returns table (policy_id text, valid_from date, valid_to date, opens_at text, closes_at text, counts_bank_holidays boolean)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_moment constant timestamptz := calendar.known_moment(p_known_at);
begin
  return query
  select p.policy_id, p.valid_from, p.valid_to, to_char(p.opens_at, 'FMHH24:MI'), to_char(p.closes_at, 'FMHH24:MI'), p.counts_bank_holidays
  from calendar.policy p
  where p.authority_id = auth.authority_id() and p.recorded_at < v_moment and (p.superseded_at is null or p.superseded_at >= v_moment)
  order by p.valid_from;
end $$;
comment on function calendar.list_counting_policies is 'calendar.list_counting_policies lists what the authority counts by, from its first day on; days without a policy count from 9:00 to 17:00, and bank holidays do not count.';
grant execute on function calendar.list_counting_policies to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner,
  persona_booker;
