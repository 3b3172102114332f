-- A count of days, printed day by day (C-4).

create function calendar.require_words(p_direction text, p_counting text) returns void
language plpgsql stable as $$
begin
  if p_direction not in ('after', 'before') then
    perform errors.invalid('direction', format('"%s" is no direction.', left(p_direction, 40)), 'C-4', 'after or before');
  elsif p_counting not in ('working', 'weekday', 'calendar') then
    perform errors.invalid('counting', format('Days are not counted by "%s".', left(p_counting, 40)), 'C-4', 'working, weekday or calendar');
  end if;
end $$;
comment on function calendar.require_words is 'calendar.require_words refuses a direction or a way of counting that is none.';
grant execute on function calendar.require_words to improve_exec;

create function calendar.deadline(p_days integer, p_from date, p_at timestamptz, p_direction text, p_counting text, p_known_at date)
returns table (day date, weekday text, counts boolean, number integer, reason text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_from constant date := coalesce(p_from, (p_at at time zone 'Europe/London')::date, base.today());
  v_counting constant text := coalesce(p_counting, 'working');
  v_moment constant timestamptz := calendar.known_moment(p_known_at);
  v_back constant boolean := coalesce(p_direction, 'after') = 'before';
  v_end date;
begin
  perform errors.required('days', p_days, 'a number of days');
  perform calendar.require_words(p_direction, p_counting);
  if p_days not between 1 and 1000 then
    perform errors.invalid('days', format('%s days are not counted.', p_days), 'C-4', '1 to 1000, and --direction before to count back');
  elsif p_from is not null and p_at is not null then
    perform errors.invalid('at', 'A count starts from a day or from a moment, not both.', 'C-4', 'from or at');
  end if;
  v_end := calendar.move_days(v_from, case when v_back then -p_days else p_days end, v_counting, v_moment);
  raise notice using errcode = 'IMNTE', message = format('%s %s%s %s %s is %s.', p_days,
    case v_counting when 'working' then 'working day' when 'weekday' then 'weekday' else 'day' end, case when p_days > 1 then 's' end,
    case when v_back then 'before' else 'after' end, calendar.day_text(v_from), calendar.day_text(v_end));
  return query
  select d.day, to_char(d.day, 'FMDay'), d.counts, case when d.counts then (count(*) filter (where d.counts) over walk)::integer end, d.reason
  from calendar.days(least(v_from + 1, v_end), greatest(v_from - 1, v_end), v_counting, v_moment) d
  window walk as (order by abs(d.day - v_from))
  order by abs(d.day - v_from);
end $$;
comment on function calendar.deadline is 'calendar.deadline counts days from a day, which itself does not count, and tells of each whether it counts and why not; the last row is the deadline (C-4). Counting: working, weekday or calendar, as in calendar.days.';
grant execute on function calendar.deadline to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
