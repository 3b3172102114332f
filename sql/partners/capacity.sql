-- How many half-days a partner can give, and how many are taken (PAR-1, PAR-2).

create function partners.day(p_day date) returns text
language sql immutable as $$ select to_char(p_day, 'FMDD Mon YYYY') $$;
comment on function partners.day is 'partners.day writes a day as people in England read it: 1 Sep 2026.';

create function partners.capacity_on(p_partner partners.partner, p_day date) returns integer
language plpgsql stable as $$
begin
  return coalesce((
    select c.half_days from partners.capacity c
    where c.authority_id = p_partner.authority_id and c.partner_id = p_partner.partner_id and c.academic_year <= calendar.academic_year(p_day)
    order by c.academic_year desc limit 1), p_partner.capacity_half_days);
end $$;
comment on function partners.capacity_on is 'partners.capacity_on is how many half-days a year a partner can give in the academic year of a day.';

create function partners.holds(p_status text) returns boolean
language sql immutable as $$ select p_status = any (array['proposed', 'checked', 'live']) $$;
comment on function partners.holds is 'partners.holds tells whether an assignment of this status takes half-days of its partner: one on its way to be live does too.';

create function partners.fullest_day(p_partner_id text, p_starts_on date, p_ends_on date, out half_days_left integer, out capacity integer,
  out fullest_on date)
language plpgsql stable as $$
begin
  select partners.capacity_on(p, d.day) - load.half_days, partners.capacity_on(p, d.day), d.day into half_days_left, capacity, fullest_on
  from partners.partner p
  cross join lateral (
    -- What is left only falls on a day on which an assignment starts, or a capacity.
    select p_starts_on
    union
    select a.starts_on from partners.assignment a
    where a.authority_id = p.authority_id and a.partner_id = p.partner_id and partners.holds(a.status)
    union
    select calendar.academic_year_starts(c.academic_year) from partners.capacity c where c.authority_id = p.authority_id and c.partner_id = p.partner_id
  ) d (day)
  cross join lateral (
    select coalesce(sum(a.half_days), 0)::integer as half_days from partners.assignment a
    where a.authority_id = p.authority_id and a.partner_id = p.partner_id and partners.holds(a.status)
      and a.starts_on <= d.day and (a.ends_on is null or a.ends_on >= d.day)
  ) load
  where p.authority_id = auth.authority_id() and p.partner_id = p_partner_id
    and d.day >= p_starts_on and (p_ends_on is null or d.day <= p_ends_on)
  order by 1, d.day
  limit 1;
end $$;
comment on function partners.fullest_day is 'partners.fullest_day is the day of a period on which a partner has the fewest half-days a year left: how many of which capacity.';
grant execute on function partners.day, partners.capacity_on, partners.holds, partners.fullest_day to improve_exec;

create function partners.set_partner_capacity(p_partner_id text, p_academic_year integer, p_half_days integer, p_version integer)
returns table (partner_id text, partner text, academic_year integer, half_days integer, assigned integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_partner partners.partner;
  v_was partners.capacity;
  v_full record;
  v_row partners.capacity;
begin
  perform errors.required('partner_id', p_partner_id, 'a reference such as pt-7k2q9mx4td');
  perform errors.required('academic_year', p_academic_year, 'the year in which it begins: 2026 for 2026/27');
  perform errors.required('half_days', p_half_days, 'half-days a year');
  v_partner := partners.lock_partner(p_partner_id);
  select c.* into v_was from partners.capacity c
  where c.authority_id = auth.authority_id() and c.partner_id = p_partner_id and c.academic_year = p_academic_year;
  if v_was.version is not null and v_was.version is distinct from p_version then
    perform errors.stale('version', p_version, v_was.version);
  end if;
  insert into partners.capacity as c (authority_id, partner_id, academic_year, half_days)
  values (auth.authority_id(), p_partner_id, p_academic_year, p_half_days)
  on conflict (authority_id, partner_id, academic_year) do update set half_days = excluded.half_days, version = c.version + 1
  returning c.* into v_row;
  select f.* into v_full from partners.fullest_day(p_partner_id, calendar.academic_year_starts(p_academic_year), (
    select calendar.academic_year_starts(min(c.academic_year)) - 1 from partners.capacity c
    where c.authority_id = auth.authority_id() and c.partner_id = p_partner_id and c.academic_year > p_academic_year)) f;
  if v_full.half_days_left < 0 then
    perform errors.precondition('CAPACITY_TAKEN', format('Assignments take %s half-days a year of %s on %s.', v_full.capacity - v_full.half_days_left,
      v_partner.name, partners.day(v_full.fullest_on)), 'half_days', 'PAR-2', format('%s or more', v_full.capacity - v_full.half_days_left));
  end if;
  return query values (v_partner.partner_id, v_partner.name, v_row.academic_year, v_row.half_days, v_full.capacity - v_full.half_days_left,
    v_row.version);
end $$;
comment on function partners.set_partner_capacity is 'partners.set_partner_capacity says how many half-days a year a partner can give from an academic year on, until the next year it was said of; never fewer than assignments take (PAR-1, PAR-2).';
grant execute on function partners.set_partner_capacity to persona_la_admin, persona_officer;
