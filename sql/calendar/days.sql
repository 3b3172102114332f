-- Working days (C-4): one count, which every clock uses.

-- One plan serves every period: planning it anew for each takes longer than the count.
create function calendar.days(p_first date, p_last date, p_counting text, p_known_at timestamptz)
returns table (day date, counts boolean, reason text)
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  v_known_at constant timestamptz := coalesce(p_known_at, 'infinity');
begin
  return query
  select d.day, w.reason is null, w.reason
  from (select p_first + n as day from generate_series(0, p_last - p_first) n) d
  left join calendar.bank_holiday b on p_counting = 'working' and b.day = d.day and b.day between p_first and p_last
    and b.recorded_at < v_known_at and (b.superseded_at is null or b.superseded_at >= v_known_at)
  left join calendar.policy p on b.day is not null and p.authority_id = (select auth.authority_id()) and p.valid_from <= d.day
    and (p.valid_to is null or p.valid_to > d.day)
    and p.recorded_at < v_known_at and (p.superseded_at is null or p.superseded_at >= v_known_at)
  left join calendar.closure c on p_counting = 'working' and c.authority_id = (select auth.authority_id())
    and c.starts_on <= d.day and c.ends_on >= d.day and c.starts_on <= p_last and c.ends_on >= p_first
    and c.recorded_at < v_known_at and (c.superseded_at is null or c.superseded_at >= v_known_at)
  cross join lateral (
    select case
      when p_counting = 'calendar' then null
      when extract(isodow from d.day) > 5 then to_char(d.day, 'FMDay')
      when not coalesce(p.counts_bank_holidays, false) then coalesce(b.name, c.name)
      else c.name end as reason
  ) w
  order by d.day;
end $$;
comment on function calendar.days is 'calendar.days tells of each day of a period whether it counts, and if not, why: the weekday, the bank holiday or the closure. Counting: working (neither weekend, bank holiday nor closure of the call''s authority, by its policy of that day), weekday (Monday to Friday, whatever happens) or calendar (every day). As known before a moment; null for now.';

create function calendar.known_years(out first_day date, out last_day date)
language plpgsql stable as $$
begin
  select date_trunc('year', min(b.day))::date, (date_trunc('year', max(b.day)) + interval '1 year')::date - 1 into first_day, last_day
  from calendar.bank_holiday b where b.superseded_at is null;
end $$;
comment on function calendar.known_years is 'calendar.known_years is the first and the last day of the years whose bank holidays are known: outside them a count would be wrong.';

create function calendar.refuse_unknown(p_day date) returns void
language plpgsql stable as $$
declare
  v_known record := calendar.known_years();
begin
  perform errors.precondition('CALENDAR_ENDS', format('Days are counted from %s to %s, for which England''s bank holidays are known: %s lies outside.',
    calendar.day_text(v_known.first_day), calendar.day_text(v_known.last_day), coalesce(calendar.day_text(p_day), 'the last day')), null, 'C-4',
    format('days from %s to %s', v_known.first_day, v_known.last_day));
end $$;
comment on function calendar.refuse_unknown is 'calendar.refuse_unknown refuses a count that leaves the years whose bank holidays are known. Never returns.';

create function calendar.move_days(p_from date, p_days integer, p_counting text, p_known_at timestamptz) returns date
language plpgsql stable as $$
declare
  v_known constant record := calendar.known_years();
  v_wanted integer;
  v_window integer;
  v_first date;
  v_last date;
  v_day date;
begin
  if p_from not between v_known.first_day and v_known.last_day then
    perform calendar.refuse_unknown(p_from);
  elsif p_days not between -10000 and 10000 then
    perform calendar.refuse_unknown(null);
  elsif p_from is null or p_days is null or p_days = 0 then
    return case when p_days = 0 then p_from end;
  end if;
  v_wanted := abs(p_days);
  v_window := v_wanted * 3 / 2 + 7;
  loop
    v_first := greatest(v_known.first_day, case when p_days > 0 then p_from + 1 else p_from - v_window end);
    v_last := least(v_known.last_day, case when p_days > 0 then p_from + v_window else p_from - 1 end);
    select d.day into v_day
    from calendar.days(v_first, v_last, p_counting, p_known_at) d
    where d.counts
    order by abs(d.day - p_from)
    offset v_wanted - 1 limit 1;
    if found then
      return v_day;
    elsif p_days > 0 and v_last = v_known.last_day or p_days < 0 and v_first = v_known.first_day then
      perform calendar.refuse_unknown(null);
    end if;
    v_window := 2 * v_window; -- a long closure
  end loop;
end $$;
comment on function calendar.move_days is 'calendar.move_days is the day that is so many counted days after a day, which itself does not count; negative counts back, 0 is the day itself. Counting and known at as in calendar.days.';

create function calendar.is_working_day(p_day date) returns boolean
language plpgsql stable as $$
declare
  v_known constant record := calendar.known_years();
begin
  if p_day not between v_known.first_day and v_known.last_day then
    perform calendar.refuse_unknown(p_day);
  end if;
  return (select d.counts from calendar.days(p_day, p_day, 'working', null) d);
end $$;
comment on function calendar.is_working_day is 'calendar.is_working_day tells whether a day is a working day of the call''s authority.';

create function calendar.add_working_days(p_from date, p_days integer) returns date
language plpgsql stable as $$
begin
  return calendar.move_days(p_from, p_days, 'working', null);
end $$;
comment on function calendar.add_working_days is 'calendar.add_working_days is the day that is so many working days after a day, which itself does not count; negative counts back, 0 is the day itself.';

create function calendar.count_working_days(p_from date, p_to date) returns integer
language plpgsql stable as $$
declare
  v_known constant record := calendar.known_years();
begin
  if least(p_from, p_to) < v_known.first_day or greatest(p_from, p_to) > v_known.last_day then
    perform calendar.refuse_unknown(case when p_to between v_known.first_day and v_known.last_day then p_from else p_to end);
  elsif p_to >= p_from then
    return (select count(*) from calendar.days(p_from + 1, p_to, 'working', null) d where d.counts);
  end if;
  return (select -count(*) from calendar.days(p_to, p_from - 1, 'working', null) d where d.counts);
end $$;
comment on function calendar.count_working_days is 'calendar.count_working_days counts the working days after a day, up to and including another; where that is earlier, those before the day, from it on, below zero. So it undoes calendar.add_working_days.';

grant execute on function calendar.days, calendar.known_years, calendar.refuse_unknown, calendar.move_days, calendar.is_working_day,
  calendar.add_working_days, calendar.count_working_days to improve_exec;
