-- Calls about CPD credits and places (SLA-7): grants, reservations by hand, and what the ledger says. Bookings reserve by sla.reserve_units.

create function sla.require_units(p_units integer) returns void
language plpgsql immutable as $$
begin
  perform errors.required('units', p_units, 'a number of credits or places');
  if p_units not between 1 and 1000000 then
    perform errors.invalid('units', format('%s is no number of credits or places.', p_units), 'SLA-7', '1 to 1000000');
  end if;
end $$;
comment on function sla.require_units is 'sla.require_units refuses a number that is none.';
grant execute on function sla.require_units to improve_exec;

create function sla.grant_allowance(p_school_urn integer, p_unit text, p_units integer, p_starts_on date, p_ends_on date, p_reason text)
returns table (allowance_id text, school_urn integer, unit text, starts_on date, ends_on date, units integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_starts_on constant date := coalesce(p_starts_on, base.today());
  v_school constant record := sla.school_on(p_school_urn, v_starts_on);
  v_ref text;
begin
  perform errors.required('unit', btrim(p_unit), 'credit or place');
  perform sla.require_units(p_units);
  perform register.require_open_school('school_urn', p_school_urn, coalesce(case when v_school.status = 'out_of_area' then v_school.authority_id end,
    auth.authority_id()), v_starts_on);
  v_ref := sla.open_allowance(p_school_urn, regexp_replace(lower(btrim(p_unit)), 's$', ''), null, v_starts_on, coalesce(p_ends_on,
    (sla.year_of(sla.policy_on(v_starts_on), v_school.is_maintained, v_starts_on)).year_ends), p_units, nullif(btrim(p_reason), ''));
  return query select a.allowance_id, a.school_urn, a.unit, a.starts_on, a.ends_on, a.left_units, a.version
  from sla.allowance a where a.authority_id = auth.authority_id() and a.allowance_id = v_ref;
end $$;
comment on function sla.grant_allowance is 'sla.grant_allowance gives a school credits or places over a period, to the end of its year unless told; those of a subscription are granted with the order (SLA-7).';
grant execute on function sla.grant_allowance to persona_la_admin, persona_officer;

create function sla.adjust_allowance(p_allowance_id text, p_version integer, p_units integer, p_reason text)
returns table (allowance_id text, school_urn integer, unit text, units_left integer, units_reserved integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was sla.allowance;
begin
  perform errors.required('allowance_id', p_allowance_id, 'a reference such as al-7k2q9mx4td');
  perform errors.required('version', p_version);
  perform errors.required('units', p_units, 'units to add; below zero to take away');
  perform errors.required('reason', btrim(p_reason));
  v_was := sla.lock_allowance(p_allowance_id);
  if v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif p_units = 0 or p_units > 1000000 then
    perform errors.invalid('units', 'An adjustment adds or takes away.', 'SLA-7', format('%s to 1000000, not 0', -v_was.left_units));
  elsif v_was.left_units + p_units < 0 then
    perform errors.precondition('ALLOWANCE_EXHAUSTED', format('Left: %s; %s more reserved, which stay.', sla.units_text(v_was.left_units, v_was.unit),
      v_was.reserved_units), 'units', 'SLA-7', format('%s or more', -v_was.left_units));
  end if;
  perform sla.enter_units(p_allowance_id, 'adjusted', p_units, 0, null, null, btrim(p_reason));
  return query select a.allowance_id, a.school_urn, a.unit, a.left_units, a.reserved_units, a.version
  from sla.allowance a where a.authority_id = auth.authority_id() and a.allowance_id = p_allowance_id;
end $$;
comment on function sla.adjust_allowance is 'sla.adjust_allowance adds to an allowance or takes away what is left, with the reason (SLA-7).';
grant execute on function sla.adjust_allowance to persona_la_admin, persona_officer;

create function sla.reserve_allowance(p_school_urn integer, p_unit text, p_units integer, p_on date, p_reason text)
returns table (reservation_id text, allowance_id text, school_urn integer, unit text, units integer, units_left integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_unit constant text := regexp_replace(lower(btrim(p_unit)), 's$', '');
  v_reservation constant text := base.new_ref('rv');
  v_allowance text;
begin
  perform errors.required('school_urn', p_school_urn, 'the URN of a school, six digits');
  perform errors.required('reason', btrim(p_reason), 'what they are for');
  perform sla.require_units(p_units);
  if v_unit is null or v_unit not in ('credit', 'place') then
    perform errors.invalid('unit', 'An allowance is of credits or of places.', 'SLA-7', 'credit or place', 'UNIT_UNKNOWN');
  end if;
  v_allowance := sla.reserve_units(p_school_urn, v_unit, coalesce(p_on, base.today()), p_units, v_reservation, btrim(p_reason));
  return query select v_reservation, a.allowance_id, a.school_urn, a.unit, p_units, a.left_units
  from sla.allowance a where a.authority_id = auth.authority_id() and a.allowance_id = v_allowance;
end $$;
comment on function sla.reserve_allowance is 'sla.reserve_allowance reserves credits or places for something that is no booking, such as a day of training in the school.';
grant execute on function sla.reserve_allowance to persona_la_admin, persona_officer;

create function sla.settle_allowance(p_reservation_id text, p_outcome text, p_reason text)
returns table (reservation_id text, allowance_id text, outcome text, units integer, units_left integer, units_reserved integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_kind constant text := lower(btrim(p_outcome));
  v_done record;
  v_settled record;
begin
  perform errors.required('reservation_id', p_reservation_id, 'a reference such as rv-7k2q9mx4td');
  if v_kind is null or v_kind not in ('used', 'released') then
    perform errors.invalid('outcome', 'What is reserved is used or released.', 'SLA-7', 'used or released');
  end if;
  select n.kind, n.entered_at, abs(n.reserved_units) as units into v_done from sla.allowance_entry n
  where n.authority_id = auth.authority_id() and n.reservation_id = p_reservation_id and n.kind in ('used', 'released');
  if found then
    perform errors.precondition('SETTLED', format('It was %s on %s: %s units.', v_done.kind, sla.day((v_done.entered_at at time zone 'Europe/London')::date), v_done.units),
      'reservation_id', 'SLA-7', 'one that is open');
  end if;
  -- A booking gives back with its place, and uses with the register: by hand it would keep a place that nothing pays for.
  if exists (select from cpd.booking b where b.authority_id = auth.authority_id() and b.reservation_id = p_reservation_id) then
    perform errors.precondition('OF_A_BOOKING', format('It is what booking %s drew.', split_part(p_reservation_id, '.', 1)), 'reservation_id', 'SLA-7', 'what was reserved by hand',
      format('improve booking cancel %s gives it back; the register uses it.', split_part(p_reservation_id, '.', 1)));
  end if;
  v_settled := sla.settle_units(p_reservation_id, v_kind, nullif(btrim(p_reason), ''));
  if v_settled.allowance_id is null then
    perform errors.not_found('reservation_id', format('Nothing is reserved under "%s".', left(p_reservation_id, 40)), 'a reference such as rv-7k2q9mx4td',
      'improve allowance entries shows what is reserved.');
  end if;
  return query select p_reservation_id, a.allowance_id, v_kind, v_settled.units, a.left_units, a.reserved_units
  from sla.allowance a where a.authority_id = auth.authority_id() and a.allowance_id = v_settled.allowance_id;
end $$;
comment on function sla.settle_allowance is 'sla.settle_allowance says that what was reserved is used, or releases it, once (SLA-7).';
grant execute on function sla.settle_allowance to persona_la_admin, persona_officer;

create function sla.list_allowances(p_school_urn integer, p_unit text, p_as_of date, p_include_ended boolean, p_page_size integer, p_cursor text)
returns table (allowance_id text, school_urn integer, school text, unit text, subscription_id text, starts_on date, ends_on date, granted integer, moved integer,
  reserved integer, used integer, lapsed integer, units_left integer, version integer, row_cursor text)
language sql stable as $$
  select a.allowance_id, a.school_urn, school.name, a.unit, a.subscription_id, a.starts_on, a.ends_on, b.granted, b.moved, b.reserved, b.used, b.lapsed,
    b.left_units, a.version, jsonb_build_array(a.school_urn, a.ends_on, a.allowance_id)::text
  from sla.allowance a
  cross join lateral (select x.* from sla.allowance_balance x where x.authority_id = a.authority_id and x.allowance_id = a.allowance_id) b
  left join lateral register.establishment_on(a.school_urn, greatest(a.starts_on, coalesce(p_as_of, base.today()))) school on true
  where a.authority_id = (select auth.authority_id())
    and (p_school_urn is null or a.school_urn = p_school_urn)
    and (p_unit is null or a.unit = regexp_replace(lower(p_unit), 's$', ''))
    and (coalesce(p_include_ended, false) or a.ends_on >= coalesce(p_as_of, base.today()))
    and (p_as_of is null or a.starts_on <= p_as_of)
    and (p_cursor is null
      or (a.school_urn, a.ends_on, a.allowance_id) > ((p_cursor::jsonb ->> 0)::integer, (p_cursor::jsonb ->> 1)::date, p_cursor::jsonb ->> 2))
  order by a.school_urn, a.ends_on, a.allowance_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function sla.list_allowances is 'sla.list_allowances lists credits and places that run or are to come, or those that run on a day, with what the ledger says of each; a school sees its own.';
grant execute on function sla.list_allowances to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function sla.list_allowance_entries(p_allowance_id text, p_page_size integer, p_cursor text)
returns table (entered_at timestamptz, kind text, left_change integer, reserved_change integer, units_left integer, units_reserved integer, reservation_id text,
  other_id text, reason text, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform errors.required('allowance_id', p_allowance_id, 'a reference such as al-7k2q9mx4td');
  if not exists (select from sla.allowance a where a.authority_id = auth.authority_id() and a.allowance_id = p_allowance_id) then
    perform errors.not_found('allowance_id', format('There is no allowance "%s".', left(p_allowance_id, 40)), 'a reference such as al-7k2q9mx4td',
      'improve allowance list shows them.');
  end if;
  return query
  select n.entered_at, n.kind, n.left_units, n.reserved_units, n.left_then::integer, n.reserved_then::integer, n.reservation_id, n.other_id, n.reason,
    jsonb_build_array(n.entered_at, n.entry_id)::text
  from (
    select r.*, sum(r.left_units) over w as left_then, sum(r.reserved_units) over w as reserved_then
    from sla.allowance_entry r
    where r.authority_id = auth.authority_id() and r.allowance_id = p_allowance_id
    window w as (order by r.entered_at, r.entry_id)
  ) n
  where p_cursor is null or (n.entered_at, n.entry_id) > ((p_cursor::jsonb ->> 0)::timestamptz, p_cursor::jsonb ->> 1)
  order by n.entered_at, n.entry_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function sla.list_allowance_entries is 'sla.list_allowance_entries lists the ledger of an allowance, with what was left and reserved after each entry (SLA-7).';
grant execute on function sla.list_allowance_entries to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;
