-- Offers of places to who waits: accepted, declined, over; and why somebody waits still (CPD-5).

create function cpd.changes(p_booking_ids text[], p_changes text[])
returns table (booking_id text, delegate text, school_urn integer, change text, status text)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform cpd.tell(p_booking_ids);
  -- A school learns that somebody was moved, and who only if the delegate is its own.
  return query
  select b.booking_id, coalesce(b.delegate_name, 'a delegate of another school'), b.school_urn, case c.change when 'confirmed' then 'promoted' else c.change end,
    coalesce(b.status, case when c.change in ('confirmed', 'offered', 'requested') then c.change else 'cancelled' end)
  from unnest(p_booking_ids, p_changes) with ordinality c (ref, change, nth)
  left join cpd.booking b on b.authority_id = auth.authority_id() and b.booking_id = c.ref
  order by c.nth;
end $$;
comment on function cpd.changes is 'cpd.changes tells the delegates of bookings that moved, and answers with what became of each, as far as the caller may see it.';
grant execute on function cpd.changes to improve_exec;

create function cpd.accept_held(p_booking_id text, p_version integer, p_holds_budget boolean) returns table (booking_id text, change text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_booking cpd.booking;
  v_session cpd.session;
  v_policy constant cpd.policy := cpd.policy_of();
  v_unit text[];
  v_ask boolean;
  v_by timestamptz;
begin
  v_booking := cpd.hold(p_booking_id, p_version);
  perform cpd.require_in(v_booking, '{offered}', 'accept');
  v_unit := cpd.unit_of(v_booking);
  select s.* into strict v_session from cpd.session s where s.authority_id = v_booking.authority_id and s.session_id = v_booking.session_id;
  v_ask := not p_holds_budget and cpd.approval_is_due(v_policy, (select sum(b.gross_pence)::bigint from cpd.booking b
    where b.authority_id = v_booking.authority_id and b.booking_id = any (v_unit)));
  if v_ask then
    v_by := cpd.answer_by(v_policy.approval_hours, v_session.starts_at);
  end if;
  update cpd.booking b
  set status = case when v_ask then 'requested' else 'confirmed' end, respond_by = v_by, promoted_at = now(), version = b.version + 1
  where b.authority_id = v_booking.authority_id and b.booking_id = any (v_unit);
  perform cpd.note_step(u, 'accepted', auth.person_id(), jsonb_build_object('until', v_by)) from unnest(v_unit) u;
  perform cpd.charge_price(v_unit);
  update cpd.session s
  set confirmed_count = s.confirmed_count + case when v_ask then 0 else cardinality(v_unit) end,
    held_count = s.held_count - case when v_ask then 0 else cardinality(v_unit) end, next_due_at = cpd.next_due(s.session_id)
  where s.authority_id = v_session.authority_id and s.session_id = v_session.session_id;
  return query select u, 'accepted' from unnest(v_unit) u;
  return query select x.* from cpd.settle(v_session.session_id) x;
end $$;
comment on function cpd.accept_held is 'cpd.accept_held confirms an offered booking, with the group it is one of, or passes it on to the budget holder; it tells which bookings moved.';
grant execute on function cpd.accept_held to improve_exec;

create function cpd.accept_offer(p_booking_id text, p_version integer) returns table (booking_id text, delegate text, school_urn integer, change text, status text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ids text[];
  v_changes text[];
begin
  perform errors.required('version', p_version);
  perform cpd.require_visible(p_booking_id);
  select array_agg(x.booking_id), array_agg(x.change) into v_ids, v_changes
  from cpd.booking b
  cross join lateral cpd.accept_held(p_booking_id, p_version, cpd.is_budget_holder(b.school_urn)) x
  where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id;
  return query select c.* from cpd.changes(v_ids, v_changes) c;
end $$;
comment on function cpd.accept_offer is 'cpd.accept_offer takes a place that is offered, for the whole group where it is offered to one; where the authority asks the budget holder, it is held until they answer (CPD-5).';
grant execute on function cpd.accept_offer to persona_la_admin, persona_officer, persona_booker;

create function cpd.decline_offer(p_booking_id text, p_version integer, p_reason text)
returns table (booking_id text, delegate text, school_urn integer, change text, status text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ids text[];
  v_changes text[];
begin
  perform errors.required('version', p_version);
  perform cpd.require_visible(p_booking_id);
  select array_agg(x.booking_id), array_agg(x.change) into v_ids, v_changes
  from cpd.release_places(p_booking_id, p_version, 'declined', nullif(btrim(p_reason), '')) x;
  return query select c.* from cpd.changes(v_ids, v_changes) c;
end $$;
comment on function cpd.decline_offer is 'cpd.decline_offer turns an offered place down, for the whole group where it is offered to one; it is offered to the next who fits (CPD-5).';
grant execute on function cpd.decline_offer to persona_la_admin, persona_officer, persona_booker;

create function cpd.unsettled(p_session_id text) returns setof text
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select s.session_id from cpd.session s
  where s.authority_id = auth.authority_id() and (p_session_id is null or s.session_id = p_session_id)
    and s.status = 'published' and s.ends_at > now() - interval '1 day'
    and (s.next_due_at <= now() or s.waiting_count > 0 and s.booking_closes_at > now() and s.capacity > s.confirmed_count + s.held_count)
  order by s.session_id;
end $$;
comment on function cpd.unsettled is 'cpd.unsettled lists the sessions that time has changed since anybody did.';
grant execute on function cpd.unsettled, cpd.settle to improve_exec;

create function cpd.settle_sessions(p_session_id text)
returns table (session_id text, booking_id text, delegate text, school_urn integer, change text, status text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_session text;
  v_ids text[];
  v_changes text[];
begin
  if p_session_id is not null and not exists (select from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = p_session_id) then
    perform cpd.refuse_session(p_session_id);
  end if;
  for v_session in select u from cpd.unsettled(p_session_id) u loop
    select array_agg(x.booking_id), array_agg(x.change) into v_ids, v_changes from cpd.settle(v_session) x;
    return query select v_session, c.* from cpd.changes(v_ids, v_changes) c;
  end loop;
end $$;
comment on function cpd.settle_sessions is 'cpd.settle_sessions ends offers and requests whose time is over and offers their places to the next who wait, on one session or all; any booking or cancellation of the session does the same for it. Run it from time to time so that who is next is told without delay (CPD-5).';
grant execute on function cpd.settle_sessions to persona_la_admin, persona_officer;

create function cpd.list_booking_steps(p_booking_id text) returns table (at timestamptz, kind text, who text, about text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform cpd.require_visible(p_booking_id);
  return query
  select h.at, h.kind, case when h.by_person is null then 'by itself' when h.by_person = auth.person_id() then 'you'
      else coalesce((select p.display_name from auth.person p where p.person_id = h.by_person), 'somebody else') end, h.about
  from (
    select b.booked_at as at, 'booked' as kind, b.booked_by as by_person, format('price %s net', sla.pounds(b.price_pence)) as about, 0 as nth
    from cpd.booking b where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id
    union all
    select s.at, s.kind, s.by_person, concat_ws('; ', 'until ' || cpd.clock((s.about ->> 'until')::timestamptz), s.note,
      case when s.kind = 'passed' then format('%s free, %s wanted: %s went to who came later', s.about ->> 'free', s.about ->> 'wanted', s.about ->> 'places')
        when s.kind in ('cancelled', 'session_cancelled', 'declined', 'refused', 'lapsed') then b.cancel_reason
        when s.kind = 'moved' then 'it was to be on ' || cpd.clock((s.about ->> 'was')::timestamptz) when s.kind = 'carried' then 'from session ' || (s.about ->> 'from') end), 1
    from cpd.step s
    join cpd.booking b on b.authority_id = s.authority_id and b.booking_id = s.booking_id
    where s.authority_id = auth.authority_id() and s.booking_id = p_booking_id
    union all
    select x.at, 'substituted', x.by_person, 'in place of ' || x.was_name, 1
    from cpd.substitution x where x.authority_id = auth.authority_id() and x.booking_id = p_booking_id
    union all
    select n.entered_at, 'units ' || n.kind, n.entered_by, concat_ws('; ', sla.units_text(greatest(abs(n.left_units), abs(n.reserved_units)), a.unit), 'of ' || n.allowance_id, n.reason), 1
    from sla.allowance_entry n
    join sla.allowance a on a.authority_id = n.authority_id and a.allowance_id = n.allowance_id
    join cpd.booking b on b.authority_id = n.authority_id and b.reservation_id = n.reservation_id
    where n.authority_id = auth.authority_id() and b.booking_id = p_booking_id
    union all
    select b.respond_by, 'lapsed', null, 'no answer came in time', 2
    from cpd.booking b where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id and b.respond_by <= now()
  ) h
  order by h.nth, h.at;
end $$;
comment on function cpd.list_booking_steps is 'cpd.list_booking_steps tells what became of a booking from its first day on: what was offered, until when, and who answered (CPD-5).';
grant execute on function cpd.list_booking_steps to persona_la_admin, persona_officer, persona_finance, persona_booker;
