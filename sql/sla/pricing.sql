-- What a subscription costs, and why (SLA-2, SLA-3): the one function that prices, for quotes, orders, roll-overs and what-ifs alike.

create function sla.vat_on(p_net_pence bigint, p_vat_percent numeric) returns bigint
language plpgsql immutable as $$
begin
  return round(p_net_pence * p_vat_percent / 100)::bigint;
end $$;
comment on function sla.vat_on is 'sla.vat_on is the VAT on a net charge, halves of a penny up (C-2).';

create function sla.priced_days(p_package_id text) returns text
language sql stable as $$
  select 'a first day from '
    || string_agg(sla.day(p.valid_from) || coalesce(' to ' || sla.day(p.valid_to - 1), ''), ', or from ' order by p.valid_from)
  from sla.price p
  where p.authority_id = (select auth.authority_id()) and p.package_id = p_package_id and p.superseded_at is null
$$;
comment on function sla.priced_days is 'sla.priced_days tells the days on which a package has a price; null when it never had one.';

create function sla.price_on(p_package_id text, p_on date) returns sla.price
language plpgsql stable as $$
declare
  v_price sla.price;
begin
  select p.* into v_price from sla.price p
  where p.authority_id = auth.authority_id() and p.package_id = p_package_id and p.superseded_at is null
    and p.valid_from <= p_on and (p.valid_to is null or p.valid_to > p_on);
  if not found then
    perform errors.precondition('NO_PRICE', format('The package has no price for a subscription that starts on %s.', sla.day(p_on)),
      'starts_on', 'SLA-2', sla.priced_days(p_package_id));
  end if;
  return v_price;
end $$;
comment on function sla.price_on is 'sla.price_on is the price of a package on a day, or a refusal that tells the days that have one.';

create function sla.content_on(p_package_id text, p_on date) returns sla.package_version
language plpgsql stable as $$
declare
  v_content sla.package_version;
begin
  select v.* into v_content from sla.package_version v
  where v.authority_id = auth.authority_id() and v.package_id = p_package_id and v.superseded_at is null
    and v.valid_from <= p_on and (v.valid_to is null or v.valid_to > p_on);
  if not found then
    perform errors.precondition('PACKAGE_NOT_OFFERED', format('The package is not offered on %s.', sla.day(p_on)), 'starts_on', 'SLA-1',
      'a day on which it is', 'improve package list --as-of shows what is offered on a day.');
  end if;
  return v_content;
end $$;
comment on function sla.content_on is 'sla.content_on is what a package holds on a day, or a refusal.';
grant execute on function sla.content_on to improve_exec;

create function sla.months_between(p_from date, p_to date) returns integer
language plpgsql immutable as $$
begin
  return (extract(year from p_to) * 12 + extract(month from p_to) - extract(year from p_from) * 12 - extract(month from p_from))::integer;
end $$;
comment on function sla.months_between is 'sla.months_between counts months from the first day of one month to the first day of another.';

create function sla.whole_months(p_starts_on date, p_ends_on date) returns boolean
language plpgsql immutable as $$
begin
  return extract(day from p_starts_on) = 1 and extract(day from p_ends_on + 1) = 1;
end $$;
comment on function sla.whole_months is 'sla.whole_months tells whether a period is of whole months.';

create function sla.days_in(p_starts_on date, p_ends_on date) returns integer
language plpgsql stable as $$
begin
  return (select count(*) from calendar.days(p_starts_on, p_ends_on, 'calendar', null) d where d.counts);
end $$;
comment on function sla.days_in is 'sla.days_in counts the days of a period, both ends included, by the calendar that every clock uses (C-4).';

create function sla.part_of(p_pence bigint, p_year_starts date, p_year_ends date, p_starts_on date, p_ends_on date, p_counting text,
  out pence bigint, out counted integer, out of_all integer)
language plpgsql stable as $$
declare
  v_before integer;
begin
  if p_counting = 'months' then
    v_before := sla.months_between(p_year_starts, p_starts_on);
    counted := sla.months_between(p_starts_on, p_ends_on + 1);
    of_all := sla.months_between(p_year_starts, p_year_ends + 1);
  else
    v_before := sla.days_in(p_year_starts, p_starts_on - 1);
    counted := sla.days_in(p_starts_on, p_ends_on);
    of_all := sla.days_in(p_year_starts, p_year_ends);
  end if;
  pence := base.part_between(p_pence, v_before, v_before + counted, of_all);
end $$;
comment on function sla.part_of is 'sla.part_of is what a part of a year costs of the whole, and the days or months counted: the parts of a year, however it is cut, add up to it (SLA-4, C-2).';

create function sla.counting_for(p_policy sla.policy, p_starts_on date, p_ends_on date) returns text
language plpgsql stable as $$
begin
  if p_policy.pro_rata = 'months' and not sla.whole_months(p_starts_on, p_ends_on) then
    perform errors.invalid(case when extract(day from p_starts_on) = 1 then 'ends_on' else 'starts_on' end,
      format('The authority counts parts of a year by months: %s to %s is not of whole months.', sla.day(p_starts_on), sla.day(p_ends_on)), 'SLA-4',
      format('from %s or %s, to the last day of a month', sla.day(date_trunc('month', p_starts_on)::date),
        sla.day((date_trunc('month', p_starts_on) + interval '1 month')::date)), 'NOT_WHOLE_MONTHS');
  end if;
  return p_policy.pro_rata;
end $$;
comment on function sla.counting_for is 'sla.counting_for is how the terms count a part of a year; by months, a part is of whole months.';

create function sla.count_for(p_clause sla.price_clause, p_school_urn integer, p_on date, p_roll_count text, p_roll integer, p_roll_counted_on date,
  out units integer, out counted_on date, out counted_urn integer)
language plpgsql stable as $$
begin
  if p_clause.counted = 'staff' then
    select s.units, s.counted_on, s.counted_urn into units, counted_on, counted_urn from sla.staff_on(p_school_urn, p_on) s;
  elsif p_clause.counted = 'ect' then
    select e.units, e.counted_on, e.counted_urn into units, counted_on, counted_urn from sla.ects_on(p_school_urn, p_on) e;
  else
    select r.units, r.counted_on, r.counted_urn into units, counted_on, counted_urn
    from sla.roll_on(p_school_urn, p_on, p_roll_count, p_roll, p_roll_counted_on) r;
  end if;
end $$;
comment on function sla.count_for is 'sla.count_for is the number of pupils, staff or early-career teachers that a clause asks for, with its day.';

create function sla.price_of(p_package_id text, p_school_urn integer, p_starts_on date, p_ends_on date, p_roll integer, p_roll_counted_on date,
  p_counting text, p_frozen_price_id text, p_frozen_to date)
returns table (price_id text, clause_nth integer, policy_number integer, school_status text, roll integer, roll_counted_on date, staff integer,
  staff_counted_on date, frozen_to date, year_net_pence bigint, net_pence bigint, vat_percent numeric, vat_pence bigint, gross_pence bigint, reasons jsonb,
  half_days integer, ects integer)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_content sla.package_version;
  v_policy constant sla.policy := sla.policy_on(p_starts_on);
  v_school constant record := sla.school_on(p_school_urn, p_starts_on);
  v_year constant record := sla.year_of(v_policy, v_school.is_maintained, p_starts_on);
  v_price sla.price;
  v_clause sla.price_clause;
  v_count record;
  v_part record;
  v_counting text;
  v_year_net bigint;
  v_net bigint;
  v_vat bigint;
  v_clauses integer;
  v_lines jsonb;
begin
  perform sla.require_roll_fields(p_roll, p_roll_counted_on);
  if p_frozen_price_id is not null and p_starts_on <= p_frozen_to then
    select p.* into v_price from sla.price p where p.authority_id = auth.authority_id() and p.price_id = p_frozen_price_id;
  else
    v_price := sla.price_on(p_package_id, p_starts_on);
  end if;
  v_content := sla.content_on(p_package_id, p_starts_on);
  v_clause := sla.fitting_clause(v_price.price_id, v_school.phase_group, v_school.status, v_school.school_type, v_school.setting);
  if v_clause.unit_pence > 0 or v_clause.band_from is not null then
    v_count := sla.count_for(v_clause, p_school_urn, p_starts_on, v_price.roll_count, p_roll, p_roll_counted_on);
    v_clause := case when v_clause.band_from is null then v_clause else sla.band_of(v_clause, v_count.units) end;
  else
    select null::integer as units, null::date as counted_on, null::integer as counted_urn into v_count;
  end if;
  select count(*) into v_clauses from sla.price_clause c where c.authority_id = auth.authority_id() and c.price_id = v_price.price_id;
  select sum(l.pence), jsonb_agg(jsonb_build_object('clause', l.clause, 'text', l.line, 'pence', l.pence) order by l.nth) into v_year_net, v_lines
  from (
    select 1 as nth, 'applies' as clause, format('Clause %s of %s: %s%s', v_clause.nth, v_clauses, sla.applies_to(v_clause), case
        when v_clause.band_from is not null then format('; %s counted on %s', v_count.units, sla.day(v_count.counted_on)) end) as line, 0::bigint as pence
    where v_clauses > 1
    union all
    select n.* from sla.net_lines(v_clause, v_count.units, v_count.counted_on, v_count.counted_urn, p_school_urn) n
  ) l;
  v_net := v_year_net;
  half_days := v_content.half_days;
  if (p_starts_on, p_ends_on) <> (v_year.year_starts, v_year.year_ends) then
    v_counting := coalesce(p_counting, sla.counting_for(v_policy, p_starts_on, p_ends_on));
    v_part := sla.part_of(v_year_net, v_year.year_starts, v_year.year_ends, p_starts_on, p_ends_on, v_counting);
    v_net := case when v_clause.whole_year then v_year_net else v_part.pence end;
    v_lines := v_lines || case when v_clause.whole_year then jsonb_build_object('clause', 'pro-rata', 'text', 'A part of a year costs as much as a whole one', 'pence', 0)
      else jsonb_build_object('clause', 'pro-rata', 'text', format('%s of %s %s: %s to %s, of the year from %s to %s', v_part.counted,
      v_part.of_all, v_counting, sla.day(p_starts_on), sla.day(p_ends_on), sla.day(v_year.year_starts), sla.day(v_year.year_ends)),
      'pence', v_part.pence - v_year_net) end;
    if v_content.half_days > 0 then
      half_days := (sla.part_of(v_content.half_days, v_year.year_starts, v_year.year_ends, p_starts_on, p_ends_on, v_counting)).pence;
      v_lines := v_lines || jsonb_build_object('clause', 'half-days', 'text', format('%s of %s half-days of visits', half_days, v_content.half_days), 'pence', 0);
    end if;
  end if;
  v_vat := sla.vat_on(v_net, v_price.vat_percent);
  v_lines := v_lines || jsonb_build_object('clause', 'vat', 'text', format('VAT at %s%%', trim_scale(v_price.vat_percent)), 'pence', v_vat);
  frozen_to := coalesce(case when p_starts_on <= p_frozen_to then p_frozen_to end, case when v_price.freeze_years > 0
    then (p_starts_on + make_interval(years => v_price.freeze_years))::date - 1 end);
  if frozen_to is not null then
    v_lines := v_lines || jsonb_build_object('clause', 'freeze', 'text', format('Frozen for years that begin by %s', sla.day(frozen_to)), 'pence', 0);
  end if;
  v_lines := v_lines || jsonb_build_object('clause', 'policy', 'text', format('Price %s, in force from %s; %s; for %s%s to %s', v_price.price_id,
    sla.day(v_price.valid_from), sla.terms_text(v_policy), case when v_counting is null then 'the whole of ' end, sla.day(p_starts_on),
    sla.day(p_ends_on)), 'pence', 0);
  return query
  select v_price.price_id, v_clause.nth, v_policy.number, v_school.status, case when v_clause.counted = 'pupil' then v_count.units end,
    case when v_clause.counted = 'pupil' then v_count.counted_on end, case when v_clause.counted = 'staff' then v_count.units end,
    case when v_clause.counted = 'staff' then v_count.counted_on end, frozen_to, v_year_net, v_net, v_price.vat_percent, v_vat, v_net + v_vat, v_lines,
    half_days, case when v_clause.counted = 'ect' then v_count.units end;
end $$;
comment on function sla.price_of is 'sla.price_of prices a package for a school and a period by the price and the terms in force on the first day, or by the price that is frozen, and says why, line by line (SLA-3): the clause, the count with its day, the days or months counted, the versions. The lines'' pence add up to the gross. A part of a year has that part of the package''s half-days.';

grant execute on function sla.vat_on, sla.priced_days, sla.price_on, sla.months_between, sla.whole_months, sla.days_in, sla.part_of, sla.counting_for,
  sla.count_for, sla.price_of to improve_exec;
