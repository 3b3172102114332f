-- An order place by place: each at its own price, with what the school's places and credits pay for (SLA-7); alone, or as a part of a greater order such as a file.

create function cpd.write_order(p_terms record, p_school_urn integer, p_refs text[], p_delegates record, p_taken record, p_places jsonb, p_together boolean, p_order_id text,
  p_respond_by timestamptz, p_pass_until timestamptz) returns void
language plpgsql volatile as $$
begin
  insert into cpd.booking (authority_id, booking_id, session_id, ticket, school_urn, status, delegate_name, delegate_email, price_pence, booked_by,
    place_kind, vat_percent, vat_pence, reasons, order_id, together, respond_by, pass_until, terms_id, terms_number, reservation_id)
  select auth.authority_id(), d.ref, p_terms.session_id, p_taken.first_ticket + p.nth - 1, p_school_urn,
    case when p.nth > p_taken.placed then 'waiting' when p_respond_by is null then 'confirmed' else 'requested' end, d.name, d.email, p.price_pence, auth.person_id(),
    p.place_kind, p.vat_percent, p.vat_pence, p.reasons, coalesce(p_order_id, p_refs[1]), p_together, case when p.nth <= p_taken.placed then p_respond_by end, p_pass_until,
    p_terms.terms_id, p_terms.terms_number, case when p.units > 0 then d.ref end
  from jsonb_to_recordset(p_places) p (nth integer, price_pence bigint, place_kind text, vat_percent numeric, vat_pence bigint, reasons jsonb, units integer)
  join unnest(p_refs, p_delegates.names, p_delegates.emails) with ordinality d (ref, name, email, nth) on d.nth = p.nth;
end $$;
comment on function cpd.write_order is 'cpd.write_order writes the bookings of an order, each at its price of cpd.price_places, in the places that cpd.take_places gave.';
grant execute on function cpd.write_order to improve_exec;

create function cpd.book_order(p_terms record, p_school_urn integer, p_kind text, p_delegates record, p_code text, p_together boolean, p_order_id text, p_asked boolean)
returns table (booking_id text, delegate text, status text, waiting_position integer, price_pence bigint, version integer, vat_percent numeric, vat_pence bigint, gross_pence bigint,
  reasons jsonb, order_id text, respond_by timestamptz, unit text, units integer, units_left integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_wanted constant integer := cardinality(p_delegates.names);
  v_refs text[];
  v_gross bigint;
  v_respond_by timestamptz;
  v_pass_until timestamptz;
  v_taken record;
  v_places jsonb;
begin
  if p_terms.asks and p_asked is null then
    v_gross := cpd.sum_of(cpd.price_places(p_terms, p_school_urn, p_kind, p_code, cpd.places_of(p_terms.session_id, p_school_urn), v_wanted), 'gross_pence');
    v_respond_by := cpd.asked_by(p_terms, p_school_urn, v_gross);
  elsif p_asked then
    v_respond_by := cpd.answer_by(p_terms.approval_hours, p_terms.starts_at);
  end if;
  if p_together then
    v_pass_until := cpd.passed_until(p_terms);
  end if;
  for i in 1 .. v_wanted loop
    v_refs[i] := base.new_ref('bk');
  end loop;
  v_taken := cpd.take_places(p_terms.session_id, v_wanted, p_together, v_respond_by);
  if v_taken.first_ticket is null then
    perform cpd.refuse_places(p_terms.session_id, v_wanted, p_together);
  end if;
  if p_terms.school_cap is not null then
    perform cpd.require_within_cap(p_terms.session_id, p_school_urn, p_terms.school_cap, v_wanted);
  end if;
  v_places := cpd.draw_places(p_terms, p_school_urn, p_kind, p_code, v_refs, v_gross);
  perform cpd.write_order(p_terms, p_school_urn, v_refs, p_delegates, v_taken, v_places, p_together, p_order_id, v_respond_by, v_pass_until);
  if v_taken.placed > 0 and v_respond_by is null then
    perform cpd.charge_price(v_refs[:v_taken.placed]);
  end if;
  perform cpd.tell(v_refs || v_taken.changed);
  return query
  select b.booking_id, b.delegate_name, b.status, case when b.status = 'waiting' then (v_taken.last_position - v_wanted + 1 + b.ticket - v_taken.first_ticket)::integer end,
    b.price_pence, b.version, b.vat_percent, b.vat_pence, b.gross_pence, b.reasons, b.order_id, b.respond_by, p.unit, p.units, p.units_left
  from jsonb_to_recordset(v_places) p (nth integer, unit text, units integer, units_left integer)
  join cpd.booking b on b.authority_id = auth.authority_id() and b.booking_id = v_refs[p.nth]
  order by p.nth;
end $$;
comment on function cpd.book_order is 'cpd.book_order books checked delegates of a school on a session, place by place: the budget holder is asked by what the order comes to, or where it is a part of a greater one as told (p_asked).';
grant execute on function cpd.book_order to improve_exec;

create function cpd.book_part(p_session_id text, p_school_urn integer, p_delegates jsonb, p_code text, p_together boolean, p_order_id text, p_asked boolean)
returns table (booking_id text, delegate text, status text, waiting_position integer, gross_pence bigint, order_id text, respond_by timestamptz)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_terms constant record := cpd.terms_of(p_session_id);
  v_delegates constant record := cpd.read_delegates(p_delegates);
  v_kind text;
begin
  perform people.require_acts_for('school_urn', p_school_urn);
  v_kind := cpd.bookable_kind(p_school_urn, coalesce(v_terms.out_of_area, false));
  perform cpd.refuse_booked(p_session_id, p_school_urn, v_delegates.keys);
  if v_terms.session_id is null then
    perform cpd.refuse_session(p_session_id);
  elsif v_terms.prerequisites is not null or v_terms.requires_courses then
    perform cpd.require_prerequisites(v_terms, p_school_urn, v_delegates.names, v_delegates.keys, v_delegates.vouched);
  end if;
  return query
  select o.booking_id, o.delegate, o.status, o.waiting_position, o.gross_pence, o.order_id, o.respond_by
  from cpd.book_order(v_terms, p_school_urn, v_kind, v_delegates, p_code, p_together and cardinality(v_delegates.names) > 1, p_order_id, p_asked) o;
end $$;
comment on function cpd.book_part is 'cpd.book_part books delegates of a school on a session as a part of an order, with the checks of book_places; p_asked: whether the budget holder is asked about the whole.';

create function cpd.hold_all(p_session_ids text[], p_school_urns integer[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = any (p_session_ids) order by s.session_id for no key update;
  perform from sla.allowance a
  where a.authority_id = auth.authority_id() and a.school_urn = any (p_school_urns) and a.ends_on >= base.today()
  order by a.allowance_id for no key update;
end $$;
comment on function cpd.hold_all is 'cpd.hold_all holds the sessions of many rows, and what their schools have of places and credits, each in the order of their references, so that two files do not wait for each other.';

create function cpd.order_heads(p_booking_id text, p_version integer) returns table (booking_id text, version integer)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_booking cpd.booking;
begin
  select b.* into strict v_booking from cpd.booking b where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id;
  perform from cpd.session s
  where s.authority_id = v_booking.authority_id and s.session_id in (select o.session_id from cpd.booking o
    where o.authority_id = v_booking.authority_id and o.school_urn = v_booking.school_urn and o.order_id = v_booking.order_id and (o.booking_id = p_booking_id or o.status = 'requested'))
  order by s.session_id for no key update;
  return query values (p_booking_id, p_version);
  return query
  select distinct on (o.session_id) o.booking_id, o.version from cpd.booking o
  where o.authority_id = v_booking.authority_id and o.school_urn = v_booking.school_urn and o.order_id = v_booking.order_id and o.session_id <> v_booking.session_id
    and o.status = 'requested' and o.respond_by > now()
  order by o.session_id, o.ticket;
end $$;
comment on function cpd.order_heads is 'cpd.order_heads is a booking that is decided on and, of each other session of its order, the first that awaits the same answer; it holds their sessions.';
grant execute on function cpd.book_part, cpd.hold_all, cpd.order_heads to improve_exec;
