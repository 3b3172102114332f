-- Bank holidays: everybody reads them; the operator records what is proclaimed (C-4).

create function calendar.list_bank_holidays(p_year integer, p_known_at date)
returns table (day date, weekday text, name text, proclaimed boolean)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_year constant integer := coalesce(p_year, extract(year from base.today()));
  v_moment constant timestamptz := calendar.known_moment(p_known_at);
  v_known constant record := calendar.known_years();
begin
  if v_year not between extract(year from v_known.first_day) and extract(year from v_known.last_day) then
    perform errors.invalid('year', format('The bank holidays of %s are not known.', v_year), 'C-4',
      format('%s to %s', extract(year from v_known.first_day), extract(year from v_known.last_day)));
  end if;
  return query
  select b.day, to_char(b.day, 'FMDay'), b.name, b.proclaimed
  from calendar.bank_holiday b
  where b.day between make_date(v_year, 1, 1) and make_date(v_year, 12, 31)
    and b.recorded_at < v_moment and (b.superseded_at is null or b.superseded_at >= v_moment)
  order by b.day;
end $$;
comment on function calendar.list_bank_holidays is 'calendar.list_bank_holidays lists England''s bank holidays of a year, this one unless given.';
grant execute on function calendar.list_bank_holidays to persona_person;

create function calendar.add_bank_holiday(p_day date, p_name text) returns table (day date, weekday text, name text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_known record;
  v_name text;
begin
  perform errors.required('day', p_day, 'the day on which it is kept');
  perform errors.required('name', btrim(p_name));
  v_known := calendar.known_years();
  if p_day not between v_known.first_day and v_known.last_day then
    perform errors.invalid('day', 'A bank holiday is added to the years that are known.', 'C-4', format('%s to %s', v_known.first_day, v_known.last_day));
  end if;
  select b.name into v_name from calendar.bank_holiday b where b.day = p_day and b.superseded_at is null;
  if found then
    perform errors.exists('BANK_HOLIDAY_EXISTS', format('%s is a bank holiday already: %s.', calendar.day_text(p_day), v_name), 'day', 'C-4');
  end if;
  return query
  insert into calendar.bank_holiday (day, name, proclaimed) values (p_day, btrim(p_name), true)
  returning day, to_char(day, 'FMDay'), name;
end $$;
comment on function calendar.add_bank_holiday is 'calendar.add_bank_holiday records a bank holiday that was proclaimed, for all authorities; it counts from now on (C-4).';
grant execute on function calendar.add_bank_holiday to persona_operator;

create function calendar.remove_bank_holiday(p_day date) returns table (day date, weekday text, name text)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('day', p_day, 'the day on which it was to be kept');
  return query
  update calendar.bank_holiday b set superseded_at = now()
  where b.day = p_day and b.superseded_at is null
  returning b.day, to_char(b.day, 'FMDay'), b.name;
  if not found then
    perform errors.not_found('day', format('%s is no bank holiday.', calendar.day_text(p_day)), 'a bank holiday',
      'improve calendar bank-holidays shows them.');
  end if;
end $$;
comment on function calendar.remove_bank_holiday is 'calendar.remove_bank_holiday records that a bank holiday is not kept on its day, such as one that is moved; what was counted before can still be told (C-4, C-5).';
grant execute on function calendar.remove_bank_holiday to persona_operator;
