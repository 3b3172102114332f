-- The clauses of a price: how they are read, what is wrong with them, which one fits a school, and what it comes to (SLA-2).

create function sla.read_clauses(p_clauses jsonb, p_flat_pence bigint, p_pupil_pence bigint, p_minimum_pence bigint, p_maximum_pence bigint)
returns setof sla.price_clause
language sql stable as $$
  select auth.authority_id(), null::text, c.nth::integer, nullif(btrim(c.said ->> 'phase_group'), ''), nullif(lower(btrim(c.said ->> 'status')), ''),
    nullif(btrim(c.said ->> 'school_type'), ''), nullif(lower(btrim(c.said ->> 'setting')), ''), coalesce(lower(btrim(c.said ->> 'counted')), 'pupil'),
    (c.said ->> 'band_from')::integer, (c.said ->> 'band_to')::integer, coalesce((c.said ->> 'flat_pence')::bigint, 0),
    coalesce((c.said ->> 'unit_pence')::bigint, 0), (c.said ->> 'minimum_pence')::bigint, (c.said ->> 'maximum_pence')::bigint,
    coalesce((c.said ->> 'whole_year')::boolean, false), coalesce((c.said ->> 'settles')::boolean, false)
  from jsonb_array_elements(case when coalesce(jsonb_array_length(p_clauses), 0) > 0 then p_clauses else jsonb_build_array(jsonb_build_object(
    'flat_pence', p_flat_pence, 'unit_pence', p_pupil_pence, 'minimum_pence', p_minimum_pence, 'maximum_pence', p_maximum_pence)) end)
    with ordinality c (said, nth)
  order by c.nth
$$;
comment on function sla.read_clauses is 'sla.read_clauses reads the clauses of a request: those listed, or else the one that its flat and pupil pence make.';

create function sla.applies_to(p_clause sla.price_clause) returns text
language plpgsql immutable as $$
begin
  return coalesce(nullif(concat_ws(', ', p_clause.phase_group, replace(p_clause.status, '_', ' '), p_clause.school_type, p_clause.setting,
    sla.span_text(p_clause.band_from, p_clause.band_to, p_clause.counted)), ''), 'all schools');
end $$;
comment on function sla.applies_to is 'sla.applies_to tells which schools a clause is for: Secondary, academy, 101 to 200 pupils.';

create function sla.span_text(p_from integer, p_to integer, p_counted text) returns text
language plpgsql immutable as $$
declare
  v_units constant text := case p_counted when 'pupil' then 'pupils' when 'ect' then 'ECTs' else p_counted end;
begin
  return case when p_from is null then null
    when p_to is null then format('%s %s or more', p_from, v_units)
    when p_to = p_from then format('%s %s', p_from, case p_from when 1 then p_counted else v_units end)
    else format('%s to %s %s', p_from, p_to, v_units) end;
end $$;
comment on function sla.span_text is 'sla.span_text tells a band: 101 to 200 pupils, 201 staff or more; null where there is none.';

create function sla.amount_text(p_clause sla.price_clause) returns text
language plpgsql immutable as $$
begin
  return concat_ws(', ', concat_ws(' and ',
      case when p_clause.flat_pence > 0 or p_clause.unit_pence = 0 then sla.pounds(p_clause.flat_pence) end,
      case when p_clause.unit_pence > 0 then format('%s a %s', sla.pounds(p_clause.unit_pence), case p_clause.counted when 'staff' then 'member of staff' when 'ect' then 'early-career teacher' else 'pupil' end) end),
    case when p_clause.whole_year then 'for a year or a part of one' end, case when p_clause.settles then 'settled when the year has ended' end,
    'at least ' || sla.pounds(p_clause.minimum_pence), 'at most ' || sla.pounds(p_clause.maximum_pence));
end $$;
comment on function sla.amount_text is 'sla.amount_text tells what a clause asks for a year: £466.14 and £1.14 a pupil, at least £750.00.';

create function sla.covers(p_one sla.price_clause, p_other sla.price_clause) returns boolean
language plpgsql immutable as $$
begin
  return (p_one.phase_group is null or p_one.phase_group = p_other.phase_group)
    and (p_one.status = p_other.status or p_one.status is null and p_other.status is distinct from 'out_of_area')
    and (p_one.school_type is null or p_one.school_type = p_other.school_type)
    and (p_one.setting is null or p_one.setting = p_other.setting);
end $$;
comment on function sla.covers is 'sla.covers tells whether every school that a clause may be for is one that another is for, bands aside.';

create function sla.clause_faults(p_clauses sla.price_clause[]) returns table (field text, description text, accepted text)
language sql stable as $$
  with clause as (
    select c.*, c::sla.price_clause as self, lag(c::sla.price_clause) over w as before, lead(c.nth) over w is null as is_last, count(*) over p as together,
      count(c.band_from) over p as banded, min(c.nth) over p as first_nth
    from unnest(p_clauses) c
    window w as (partition by c.phase_group, c.status, c.school_type, c.setting, c.counted order by c.band_from, c.nth),
      p as (partition by c.phase_group, c.status, c.school_type, c.setting, c.counted)
  )
  select format('clauses[%s].%s', c.nth, f.part), f.fault, f.accepted
  from clause c
  left join lateral (
    -- The first clause that fits a school leads to all with the same conditions: its bands.
    select e.nth from unnest(p_clauses) e where c.nth = c.first_nth and e.nth < c.nth and sla.covers(e, c.self) order by e.nth limit 1
  ) hides on true
  cross join lateral (values
    ('phase_group', c.phase_group is not null and not exists (select from register.phase_grouping g
        where g.authority_id = auth.authority_id() and g.phase_group = c.phase_group),
      format('The authority has no phase group "%s".', c.phase_group), (select string_agg(distinct g.phase_group, ', ' order by g.phase_group)
        from register.phase_grouping g where g.authority_id = auth.authority_id())),
    ('school_type', c.school_type is not null and not exists (select from register.establishment_type t where t.type = c.school_type),
      format('GIAS has no type "%s".', c.school_type), 'a type of establishment such as Voluntary controlled school'),
    ('band_from', c.banded > 0 and c.band_from is null and c.together > 1, format('Clause %s (%s) has no band, and others for the same schools have: they overlap.',
      c.nth, sla.applies_to(c.self)), 'a band for each of them'),
    ('band_from', c.banded = 0 and (c.before).nth is not null, format('Clauses %s and %s are both for %s.', (c.before).nth, c.nth, sla.applies_to(c.self)),
      'one clause for the same schools, or bands'),
    ('band_from', c.band_from > 0 and (c.before).nth is null and c.banded = c.together, format('The first band (%s) leaves a gap below it: %s.', sla.applies_to(c.self),
      sla.span_text(0, c.band_from - 1, c.counted)), 'a first band from 0'),
    ('band_from', (c.before).band_from is not null and (c.before).band_to + 1 < c.band_from, format('Bands %s and %s leave a gap between %s: %s.', (c.before).nth, c.nth,
      sla.bands((c.before), c.self), sla.span_text((c.before).band_to + 1, c.band_from - 1, c.counted)), ((c.before).band_to + 1)::text),
    ('band_from', (c.before).band_from is not null and c.band_from is not null and coalesce((c.before).band_to + 1 > c.band_from, true), format('Bands %s and %s overlap: %s.', (c.before).nth,
      c.nth, sla.bands((c.before), c.self)), coalesce(((c.before).band_to + 1)::text, 'an end of the band before it')),
    ('band_to', c.band_to is not null and c.is_last and c.banded = c.together, format('The last band (%s) leaves a gap above it: %s.', sla.applies_to(c.self),
      sla.span_text(c.band_to + 1, null, c.counted)), 'a last band without band_to'),
    ('status', hides.nth is not null, format('Clause %s (%s) is never used: clause %s comes first and is for all of its schools.', c.nth,
      sla.applies_to(c.self), hides.nth), format('clause %s before clause %s', c.nth, hides.nth))
  ) f (part, holds, fault, accepted)
  where f.holds
  order by c.nth
$$;
comment on function sla.clause_faults is 'sla.clause_faults tells everything that is wrong with the clauses of a price: phase groups and types that there are not, bands that leave a gap or overlap, each naming both, and clauses that are never used.';

create function sla.bands(p_one sla.price_clause, p_other sla.price_clause) returns text
language plpgsql immutable as $$
begin
  return format('%s, and %s', sla.applies_to(p_one), sla.applies_to(p_other));
end $$;
comment on function sla.bands is 'sla.bands names two bands.';

grant execute on function sla.read_clauses, sla.applies_to, sla.span_text, sla.amount_text, sla.covers, sla.clause_faults, sla.bands to improve_exec;

create function sla.fitting_clause(p_price_id text, p_phase_group text, p_status text, p_school_type text, p_setting text) returns sla.price_clause
language plpgsql stable as $$
declare
  v_clause sla.price_clause;
begin
  select c.* into v_clause from sla.price_clause c
  where c.authority_id = auth.authority_id() and c.price_id = p_price_id
    and (c.phase_group is null or c.phase_group = p_phase_group)
    and (c.status = p_status or c.status is null and p_status <> 'out_of_area')
    and (c.school_type is null or c.school_type = p_school_type)
    and (c.setting is null or c.setting = p_setting)
  order by c.nth limit 1;
  if not found then
    perform errors.precondition('NO_CLAUSE', format('The price has no clause for a school that is %s, %s, %s, %s.', coalesce(p_phase_group, 'in no phase group'),
        replace(p_status, '_', ' '), coalesce(p_school_type, 'of no type'), p_setting), 'school_urn', 'SLA-2',
      (select string_agg(sla.applies_to(c), '; ' order by c.nth) from sla.price_clause c where c.authority_id = auth.authority_id() and c.price_id = p_price_id),
      'improve price list shows the clauses.');
  end if;
  return v_clause;
end $$;
comment on function sla.fitting_clause is 'sla.fitting_clause is the first clause of a price that fits a school, bands aside; a refusal tells those there are. Another authority''s school needs a clause for out_of_area.';

create function sla.band_of(p_clause sla.price_clause, p_units integer) returns sla.price_clause
language plpgsql stable as $$
declare
  v_clause sla.price_clause;
begin
  select c.* into v_clause from sla.price_clause c
  where c.authority_id = p_clause.authority_id and c.price_id = p_clause.price_id and c.counted = p_clause.counted
    and (c.phase_group, c.status, c.school_type, c.setting) is not distinct from
      (p_clause.phase_group, p_clause.status, p_clause.school_type, p_clause.setting)
    and c.band_from <= p_units and (c.band_to is null or c.band_to >= p_units);
  return v_clause;
end $$;
comment on function sla.band_of is 'sla.band_of is the clause for the same schools in whose band a number lies: bands have neither gap nor overlap.';

create function sla.net_lines(p_clause sla.price_clause, p_units integer, p_counted_on date, p_counted_urn integer, p_school_urn integer)
returns table (nth integer, clause text, line text, pence bigint)
language sql immutable as $$
  with whole as (
    select p_clause.flat_pence + p_clause.unit_pence * coalesce(p_units, 0) as pence
  )
  select 2, 'flat', 'Flat charge', p_clause.flat_pence
  where p_clause.flat_pence > 0 or p_clause.unit_pence = 0
  union all
  select 3, 'per-' || p_clause.counted, format('%s %s, counted on %s%s, at %s', p_units, case p_clause.counted when 'pupil' then 'pupils on roll' when 'ect' then 'early-career teachers' else 'staff' end,
    sla.day(p_counted_on), case when p_counted_urn <> p_school_urn then format(' as URN %s', p_counted_urn) end, sla.pounds(p_clause.unit_pence)),
    p_clause.unit_pence * p_units
  where p_clause.unit_pence > 0
  union all
  select 4, 'minimum', format('Up to the minimum of %s', sla.pounds(p_clause.minimum_pence)), p_clause.minimum_pence - whole.pence
  from whole where whole.pence < p_clause.minimum_pence
  union all
  select 5, 'maximum', format('Down to the maximum of %s', sla.pounds(p_clause.maximum_pence)), p_clause.maximum_pence - whole.pence
  from whole where whole.pence > p_clause.maximum_pence
$$;
comment on function sla.net_lines is 'sla.net_lines takes a clause apart for a number of pupils or staff: lines whose pence add up to the net charge for a year.';
grant execute on function sla.fitting_clause, sla.band_of, sla.net_lines to improve_exec;
