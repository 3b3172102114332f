-- What a school's places and credits pay for (SLA-7, CPD-2). A booking draws when it is made, on what covers the day on which the session begins; what it
-- drew goes back with the place, as its terms say, and is used when it is marked who came. Lock order: the session's row, its bookings, then allowances.

create function cpd.may_draw(p_terms record, p_school_urn integer) returns boolean
language plpgsql stable as $$
begin
  return exists (
    select from sla.allowance a
    join cpd.course c on c.authority_id = a.authority_id and c.course_id = p_terms.course_id
    where a.authority_id = auth.authority_id() and a.school_urn = p_school_urn and a.left_units + a.reserved_units > 0
      and case a.unit when 'place' then c.takes_places else c.credits is not null end
      and a.starts_on <= (p_terms.starts_at at time zone 'Europe/London')::date and a.ends_on >= (p_terms.starts_at at time zone 'Europe/London')::date);
end $$;
comment on function cpd.may_draw is 'cpd.may_draw tells whether a school may have places or credits left that a course takes, on the day of a session of cpd.terms_of: what is reserved may come back when the session is settled.';

create function cpd.units_for(p_course_id text, p_school_urn integer, p_on date)
returns table (allowance_id text, unit text, left_units integer, cost integer, source text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select a.allowance_id, a.unit, a.left_units, case a.unit when 'place' then 1 else c.credits end,
    case when a.subscription_id is null then 'granted by the authority' else format('%s, subscription %s', k.name, a.subscription_id) end
  from sla.allowance a
  join cpd.course c on c.authority_id = a.authority_id and c.course_id = p_course_id
  left join sla.subscription s on s.authority_id = a.authority_id and s.subscription_id = a.subscription_id
  left join sla.package k on k.authority_id = s.authority_id and k.package_id = s.package_id
  where a.authority_id = auth.authority_id() and a.school_urn = p_school_urn and a.left_units > 0 and a.starts_on <= p_on and a.ends_on >= p_on
    and case a.unit when 'place' then c.takes_places else c.credits is not null end
  order by a.unit = 'place' desc, a.ends_on, a.allowance_id;
end $$;
comment on function cpd.units_for is 'cpd.units_for lists what a school has left on a day that a course takes, in the order in which it is drawn: places before credits, and what ends first first.';

create function cpd.paid_by_units(p_price record, p_units record, p_drawn integer) returns jsonb
language plpgsql stable as $$
declare
  v_off constant bigint := case when p_drawn = p_units.cost then p_price.net_pence else base.part_between(p_price.net_pence, 0, p_drawn, p_units.cost) end;
  v_net constant bigint := p_price.net_pence - v_off;
  v_vat constant bigint := sla.vat_on(v_net, p_price.vat_percent);
  v_line constant jsonb := jsonb_build_object('clause', 'units', 'pence', -v_off, 'text', format('%s of %s (%s); left then: %s', case when p_drawn = p_units.cost
    then sla.units_text(p_drawn, p_units.unit) else format('%s of the %s that it costs,', p_drawn, sla.units_text(p_units.cost, p_units.unit)) end,
    p_units.allowance_id, p_units.source, p_units.left_units - p_drawn));
begin
  return jsonb_build_object('price_pence', v_net, 'vat_percent', p_price.vat_percent, 'vat_pence', v_vat, 'gross_pence', v_net + v_vat,
    'place_kind', case when v_net > 0 then 'paid' else 'package' end, 'allowance_id', p_units.allowance_id, 'unit', p_units.unit, 'units', p_drawn,
    'units_left', p_units.left_units - p_drawn, 'reasons', (select jsonb_agg(r order by nth) from jsonb_array_elements(p_price.reasons) with ordinality x (r, nth)
        where r ->> 'clause' not in ('vat', 'policy')) || v_line
      || case when v_vat > 0 then jsonb_build_array(jsonb_build_object('clause', 'vat', 'pence', v_vat, 'text', format('VAT at %s%%', trim_scale(p_price.vat_percent)))) else '[]' end
      || (select jsonb_agg(r) from jsonb_array_elements(p_price.reasons) r where r ->> 'clause' = 'policy'));
end $$;
comment on function cpd.paid_by_units is 'cpd.paid_by_units is a place of which places or credits pay the whole price, or where fewer are left than it costs their exact part of it (C-2).';
grant execute on function cpd.may_draw, cpd.units_for, cpd.paid_by_units to improve_exec;

create function cpd.price_places(p_terms record, p_school_urn integer, p_kind text, p_code text, p_has integer, p_wanted integer) returns jsonb
language plpgsql stable as $$
declare
  v_price record;
  v_pool jsonb := '[]';
  v_units record;
  v_drawn integer;
  v_places jsonb := '[]';
begin
  if cpd.may_draw(p_terms, p_school_urn) then
    select coalesce(jsonb_agg(u), '[]') into v_pool from cpd.units_for(p_terms.course_id, p_school_urn, (p_terms.starts_at at time zone 'Europe/London')::date) u;
  end if;
  for v_nth in 1 .. p_wanted loop
    -- The first that pays the whole of it; where none does, the credits of which most are left.
    select u.*, p.nth into v_units from jsonb_array_elements(v_pool) with ordinality p (one, nth)
    cross join lateral jsonb_to_record(p.one) u (allowance_id text, unit text, left_units integer, cost integer, source text)
    where u.left_units > 0 order by u.left_units >= u.cost desc, case when u.left_units < u.cost then -u.left_units end, p.nth limit 1;
    v_drawn := least(v_units.left_units, v_units.cost);
    -- What is paid for whole takes no discount code.
    v_price := cpd.price_place(p_terms, p_school_urn, p_kind, case when v_drawn = v_units.cost then null else p_code end, p_has + v_nth > 1);
    if v_drawn = v_units.cost and v_price.net_pence = 0 then
      v_drawn := null;
      v_price := cpd.price_place(p_terms, p_school_urn, p_kind, p_code, p_has + v_nth > 1);
    elsif v_price.net_pence = 0 then
      v_drawn := null;
    end if;
    v_places := v_places || (jsonb_build_object('nth', v_nth, 'code_id', v_price.code_id) || case when v_drawn is not null then cpd.paid_by_units(v_price, v_units, v_drawn)
      else to_jsonb(v_price) || jsonb_build_object('price_pence', v_price.net_pence, 'gross_pence', v_price.net_pence + v_price.vat_pence) end);
    if v_drawn is not null then
      v_pool := jsonb_set(v_pool, array[(v_units.nth - 1)::text, 'left_units'], to_jsonb(v_units.left_units - v_drawn));
    end if;
  end loop;
  return v_places;
end $$;
comment on function cpd.price_places is 'cpd.price_places prices so many more places of a school on a session, one by one, with what its places and credits pay: of money first what is free under a subscription or discounted, then what units pay, and last a discount code on what is left.';

create function cpd.sum_of(p_places jsonb, p_what text) returns bigint
language plpgsql immutable as $$
begin
  return (select coalesce(sum((p ->> p_what)::bigint), 0) from jsonb_array_elements(p_places) p);
end $$;
comment on function cpd.sum_of is 'cpd.sum_of adds up one figure of the places of cpd.price_places.';
grant execute on function cpd.price_places, cpd.sum_of to improve_exec;

create function cpd.draw_places(p_terms record, p_school_urn integer, p_kind text, p_code text, p_refs text[], p_most_gross bigint) returns jsonb
language plpgsql volatile as $$
declare
  v_place record;
  v_places jsonb;
begin
  perform sla.hold_allowances(p_school_urn, (p_terms.starts_at at time zone 'Europe/London')::date);
  v_places := cpd.price_places(p_terms, p_school_urn, p_kind, p_code, cpd.places_of(p_terms.session_id, p_school_urn), cardinality(p_refs));
  if cpd.sum_of(v_places, 'gross_pence') > p_most_gross then
    perform errors.refuse(10, 'UNITS_TAKEN', 'Another booking of the school has just used credits or places that this one counted on.', 'school_urn', 'SLA-7', null, 'Try again.');
  end if;
  for v_place in select * from jsonb_to_recordset(v_places) p (nth integer, allowance_id text, units integer, code_id text) loop
    if v_place.units > 0 then
      perform sla.enter_units(v_place.allowance_id, 'reserved', -v_place.units, v_place.units, p_refs[v_place.nth], null, null);
    end if;
    if v_place.code_id is not null then
      perform cpd.use_code(v_place.code_id, 1);
    end if;
  end loop;
  return v_places;
end $$;
comment on function cpd.draw_places is 'cpd.draw_places reserves what the places and credits of a school pay of an order, under the references of its bookings, and counts the codes that it uses; it gives the places with their prices. Where the order''s price turned on less than it comes to now, it refuses. Its caller holds the session''s row.';
grant execute on function cpd.draw_places to improve_exec;

create function cpd.free_units(p_booking_ids text[], p_reason text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform sla.settle_part(d.reservation_id, 0, p_reason)
  from (
    select b.reservation_id from cpd.booking b
    join sla.allowance_entry n on n.authority_id = b.authority_id and n.reservation_id = b.reservation_id and n.kind = 'reserved'
    where b.authority_id = auth.authority_id() and b.booking_id = any (p_booking_ids) and b.reservation_id is not null
    order by n.allowance_id, b.booking_id
  ) d;
end $$;
comment on function cpd.free_units is 'cpd.free_units gives back what bookings drew and have not used, allowance by allowance.';

create function cpd.kept_units(p_booking cpd.booking, p_session cpd.session, p_given_on date, out unit text, out units integer, out kept integer)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_band record;
begin
  select a.unit, n.reserved_units into unit, units from sla.allowance_entry n
  join sla.allowance a on a.authority_id = n.authority_id and a.allowance_id = n.allowance_id
  where n.authority_id = p_booking.authority_id and n.reservation_id = p_booking.reservation_id and n.kind = 'reserved';
  kept := 0;
  if units > 0 and p_booking.status = 'confirmed' and p_booking.terms_id is not null and p_booking.moved_at is null then
    v_band := cpd.band_for(p_booking, false, p_given_on, (p_session.starts_at at time zone 'Europe/London')::date);
    kept := case when (v_band.band).charge = 'percent' then round(units * (v_band.band).percent / 100) else 0 end;
  end if;
end $$;
comment on function cpd.kept_units is 'cpd.kept_units is what a booking drew, and how much of it stays used when it is cancelled on a day: the per cent that the terms charge of the price, half a unit and more as a whole one; nothing where they charge an amount (CPD-6).';

create function cpd.units_lines(p_booking cpd.booking, p_session cpd.session, p_given_on date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_units record;
begin
  if p_booking.reservation_id is null then
    return '[]';
  end if;
  v_units := cpd.kept_units(p_booking, p_session, p_given_on);
  return jsonb_build_array(jsonb_build_object('clause', 'units', 'pence', 0, 'text', format('Of %s that it drew %s back and %s used up',
    sla.units_text(v_units.units, v_units.unit), format(case when v_units.units - v_units.kept = 1 then '%s goes' else '%s go' end, v_units.units - v_units.kept),
    format(case when v_units.kept = 1 then '%s is' else '%s are' end, v_units.kept))));
end $$;
comment on function cpd.units_lines is 'cpd.units_lines tells, beside what a cancellation costs, what becomes of the places or credits that the booking drew; no line where it drew none.';

create function cpd.end_units(p_unit text[], p_was cpd.booking, p_session cpd.session, p_reason text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if p_was.status = 'confirmed' and p_was.reservation_id is not null then
    perform sla.settle_part(p_was.reservation_id, (cpd.kept_units(p_was, p_session, base.today())).kept, p_reason);
  else
    perform cpd.free_units(p_unit, p_reason);
  end if;
end $$;
comment on function cpd.end_units is 'cpd.end_units gives back what bookings drew that are given up, less what the terms keep of a confirmed one.';

create function cpd.undo_units(p_session_id text, p_reason text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform cpd.free_units(array(select b.booking_id from cpd.booking b where b.authority_id = auth.authority_id() and b.session_id = p_session_id and b.reservation_id is not null), p_reason);
  perform sla.return_units(d.reservation_id, p_reason)
  from (
    select b.reservation_id from cpd.booking b
    join sla.allowance_entry n on n.authority_id = b.authority_id and n.reservation_id = b.reservation_id and n.kind = 'used'
    where b.authority_id = auth.authority_id() and b.session_id = p_session_id and b.reservation_id is not null
    order by n.allowance_id, b.booking_id
  ) d;
end $$;
comment on function cpd.undo_units is 'cpd.undo_units gives back all that was drawn for a session which does not take place, what stayed used of late cancellations too (CPD-8).';

create function cpd.return_units(p_booking_id text, p_reason text) returns integer
language plpgsql volatile security definer set search_path = '' as $$
begin
  return coalesce((select sla.return_units(b.reservation_id, p_reason) from cpd.booking b
    where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id and b.reservation_id is not null), 0);
end $$;
comment on function cpd.return_units is 'cpd.return_units gives back what stayed used of a booking that was cancelled late, and tells how much that was.';

create function cpd.use_past_units(p_until date) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform sla.settle_part(d.reservation_id, case when d.status <> 'confirmed' then 0 end, case when d.status <> 'confirmed' then 'No place came of it.' end)
  from (
    select b.reservation_id, b.status from sla.allowance a
    join sla.allowance_entry n on n.authority_id = a.authority_id and n.allowance_id = a.allowance_id and n.kind = 'reserved'
    join cpd.booking b on b.authority_id = n.authority_id and b.reservation_id = n.reservation_id
    join cpd.session s on s.authority_id = b.authority_id and s.session_id = b.session_id and s.status = 'published'
    where a.authority_id = auth.authority_id() and a.reserved_units > 0 and s.ends_at < ((p_until + 1)::timestamp at time zone 'Europe/London')
      and not exists (select from sla.allowance_entry o where o.authority_id = n.authority_id and o.reservation_id = n.reservation_id and o.kind in ('used', 'released'))
    order by a.allowance_id, b.booking_id
  ) d;
end $$;
comment on function cpd.use_past_units is 'cpd.use_past_units uses what bookings drew for sessions that were over by a day and whose register nobody marked, and gives back what those drew who never had a place.';
grant execute on function cpd.return_units, cpd.use_past_units to improve_exec;
