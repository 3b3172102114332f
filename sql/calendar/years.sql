-- Academic and financial years, and terms (C-3). A year is named by the calendar year in which it begins.

create function calendar.academic_year(p_day date) returns integer
language sql immutable parallel safe as $$ select extract(year from p_day)::integer - (extract(month from p_day) < 9)::integer $$;
comment on function calendar.academic_year is 'calendar.academic_year is the academic year that a day is in, which begins on 1 September: 2025 is 2025/26.';

create function calendar.academic_year_starts(p_year integer) returns date
language sql immutable parallel safe as $$ select make_date(p_year, 9, 1) $$;
comment on function calendar.academic_year_starts is 'calendar.academic_year_starts is the first day of an academic year: 1 September.';

create function calendar.academic_year_ends(p_year integer) returns date
language sql immutable parallel safe as $$ select make_date(p_year + 1, 8, 31) $$;
comment on function calendar.academic_year_ends is 'calendar.academic_year_ends is the last day of an academic year: 31 August.';

create function calendar.financial_year(p_day date) returns integer
language sql immutable parallel safe as $$ select extract(year from p_day)::integer - (extract(month from p_day) < 4)::integer $$;
comment on function calendar.financial_year is 'calendar.financial_year is the financial year that a day is in, which begins on 1 April: 2025 is 2025/26.';

create function calendar.financial_year_starts(p_year integer) returns date
language sql immutable parallel safe as $$ select make_date(p_year, 4, 1) $$;
comment on function calendar.financial_year_starts is 'calendar.financial_year_starts is the first day of a financial year: 1 April.';

create function calendar.financial_year_ends(p_year integer) returns date
language sql immutable parallel safe as $$ select make_date(p_year + 1, 3, 31) $$;
comment on function calendar.financial_year_ends is 'calendar.financial_year_ends is the last day of a financial year: 31 March.';

create function calendar.year_text(p_year integer) returns text
language sql immutable parallel safe as $$ select p_year || '/' || lpad(((p_year + 1) % 100)::text, 2, '0') $$;
comment on function calendar.year_text is 'calendar.year_text writes a year as people do: 2025/26.';

create function calendar.day_text(p_day date) returns text
language sql stable parallel safe as $$ select to_char(p_day, 'FMDay FMDD FMMonth YYYY') $$;
comment on function calendar.day_text is 'calendar.day_text writes a day with its weekday: Monday 30 March 2026.';

create function calendar.term_of(p_half_term integer) returns text
language sql immutable parallel safe as $$ select (array['autumn', 'autumn', 'spring', 'spring', 'summer', 'summer'])[p_half_term] $$;
comment on function calendar.term_of is 'calendar.term_of is the term of a half-term: autumn has 1 and 2, spring 3 and 4, summer 5 and 6.';

create function calendar.term_on(p_day date)
returns table (academic_year integer, term text, half_term integer, starts_on date, ends_on date)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select h.academic_year, calendar.term_of(h.half_term), h.half_term, h.starts_on, h.ends_on
  from calendar.half_term h
  where h.authority_id = auth.authority_id() and h.superseded_at is null and h.starts_on <= p_day and h.ends_on >= p_day;
end $$;
comment on function calendar.term_on is 'calendar.term_on is the half-term, 1 to 6, that a day lies in, with its first and last day; no row for a day between half-terms, nor where the authority has set no terms for the year.';

create function calendar.require_terms(p_year integer) returns void
language plpgsql stable as $$
begin
  if not exists (select from calendar.half_term h
      where h.authority_id = auth.authority_id() and h.academic_year = p_year and h.superseded_at is null) then
    perform errors.precondition('NO_TERMS', format('The authority has set no terms for %s.', calendar.year_text(p_year)), null, 'C-3', null,
      format('An officer sets them: improve calendar set-terms %s.', p_year));
  end if;
end $$;
comment on function calendar.require_terms is 'calendar.require_terms refuses what needs an academic year''s terms where the authority has set none.';

grant execute on function calendar.academic_year, calendar.academic_year_starts, calendar.academic_year_ends, calendar.financial_year,
  calendar.financial_year_starts, calendar.financial_year_ends, calendar.year_text, calendar.day_text, calendar.term_of, calendar.term_on,
  calendar.require_terms to improve_exec;
