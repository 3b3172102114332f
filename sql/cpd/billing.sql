-- The money of bookings (MON-1, MON-3), in the transaction of what causes it: a place is charged when it is confirmed and credited when it is given up;
-- what its terms charge for that is a charge of its own. What is free, or paid for by a package, is not charged. Run by the owner, with the session's row held.

create function cpd.billed_as(p_booking cpd.booking) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select format('%s on %s, booking %s', c.title, to_char(s.starts_at at time zone 'Europe/London', 'FMDD Mon YYYY'), p_booking.booking_id)
    from cpd.session s join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
    where s.authority_id = p_booking.authority_id and s.session_id = p_booking.session_id);
end $$;
comment on function cpd.billed_as is 'cpd.billed_as is what an invoice says of a booking: course, day and reference; who comes is not on it.';

create function cpd.price_cause(p_booking_id text, p_nth integer) returns text
language plpgsql immutable as $$
begin
  return p_booking_id || case when p_nth > 1 then '.' || p_nth else '' end;
end $$;
comment on function cpd.price_cause is 'cpd.price_cause is the cause of the nth time that the price of a booking is charged: again only after it was credited.';

create function cpd.charge_price(p_booking_ids text[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_booking cpd.booking;
  v_nth integer;
begin
  for v_booking in
    select b.* from cpd.booking b
    where b.authority_id = auth.authority_id() and b.booking_id = any (p_booking_ids) and b.status = 'confirmed' and b.price_pence > 0
    order by b.ticket
  loop
    v_nth := 1;
    while money.is_charged('cpd.booking', cpd.price_cause(v_booking.booking_id, v_nth)) loop
      v_nth := v_nth + 1;
    end loop;
    perform money.charge_school(v_booking.school_urn, 'cpd.booking', cpd.price_cause(v_booking.booking_id, v_nth), cpd.billed_as(v_booking), base.today(),
      v_booking.price_pence, v_booking.vat_percent, v_booking.vat_pence, v_booking.reasons);
  end loop;
end $$;
comment on function cpd.charge_price is 'cpd.charge_price charges the price of bookings that have just been confirmed, each to its school; its caller knows that it is not charged now.';

create function cpd.credit_price(p_booking cpd.booking, p_reason text) returns bigint
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_nth integer := 1;
  v_credit text;
  v_credited bigint := 0;
begin
  while money.is_charged('cpd.booking', cpd.price_cause(p_booking.booking_id, v_nth)) loop
    v_credit := money.credit_cause('cpd.booking', cpd.price_cause(p_booking.booking_id, v_nth), null, base.today(), p_reason);
    if v_credit is not null then
      v_credited := v_credited - (money.see_charge(v_credit)).gross_pence;
    end if;
    v_nth := v_nth + 1;
  end loop;
  return v_credited;
end $$;
comment on function cpd.credit_price is 'cpd.credit_price credits what is left of the price of a booking, and tells how much that was, gross.';

create function cpd.charge_for(p_booking cpd.booking, p_session cpd.session, p_cause text, p_parts integer) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_cost record;
  v_ref constant text := base.new_ref('cc');
begin
  v_cost := cpd.cost_of(p_booking, p_session, p_cause, base.today(), p_parts);
  insert into cpd.charge (authority_id, charge_id, booking_id, cause, charged_on, notice_days, counted, net_pence, vat_percent, vat_pence, reasons, charged_by)
  values (p_booking.authority_id, v_ref, p_booking.booking_id, p_cause, base.today(), v_cost.notice_days, v_cost.counted, v_cost.net_pence, p_booking.vat_percent,
    v_cost.vat_pence, v_cost.reasons, auth.person_id());
  perform money.charge_school(p_booking.school_urn, 'cpd.' || p_cause, v_ref, format('%s: %s', initcap(p_cause), cpd.billed_as(p_booking)), base.today(), v_cost.net_pence,
    p_booking.vat_percent, v_cost.vat_pence, v_cost.reasons);
  return v_ref;
end $$;
comment on function cpd.charge_for is 'cpd.charge_for charges what a cancellation or an absence costs today; what it turned on is kept also when that is nothing, with its count.';
grant execute on function cpd.charge_price to improve_exec;

create function cpd.check_money() returns table (rule text, reference text, what text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select 'MON-3', c.charge_id, case when b.booking_id is null then format('charges a booking that there is not: %s', c.cause_ref)
    else format('charges %s, which is %s', c.cause_ref, b.status) end
  from money.charge c
  left join cpd.booking b on b.authority_id = c.authority_id and b.booking_id = split_part(c.cause_ref, '.', 1)
  where c.authority_id = auth.authority_id() and c.cause = 'cpd.booking' and c.credits is null and c.credited_net_pence < c.net_pence
    and (b.booking_id is null or b.status <> 'confirmed')
  union all
  select 'MON-3', c.cause_ref, format('is charged %s net, of which %s are credited; it is %s%s', c.net_pence, c.credited_net_pence, coalesce(h.net_pence::text, 'not there'),
    case when h.waived_at is not null then ', and waived' end)
  from money.charge c
  left join cpd.charge h on h.authority_id = c.authority_id and h.charge_id = c.cause_ref and 'cpd.' || h.cause = c.cause
  where c.authority_id = auth.authority_id() and c.cause in ('cpd.cancellation', 'cpd.absence', 'cpd.substitution') and c.credits is null
    and (h.net_pence is distinct from c.net_pence or h.waived_at is not null and c.credited_net_pence < c.net_pence)
  union all
  select 'SLA-7', b.booking_id, format('is %s, and %s of what it drew are reserved', b.status, n.open)
  from cpd.booking b
  cross join lateral (
    select coalesce(sum(e.reserved_units), 0) as open from sla.allowance_entry e where e.authority_id = b.authority_id and e.reservation_id = b.reservation_id
  ) n
  where b.authority_id = auth.authority_id() and b.reservation_id is not null
    and (n.open > 0 and (b.status = 'cancelled' or b.attended is not null) or n.open = 0 and (b.status = 'confirmed' or b.status <> 'cancelled' and exists (
      select from cpd.session s where s.authority_id = b.authority_id and s.session_id = b.session_id and s.ends_at > now())) and not exists (
      select from sla.allowance_entry e where e.authority_id = b.authority_id and e.reservation_id = b.reservation_id and e.kind = 'used'));
end $$;
comment on function cpd.check_money is 'cpd.check_money lists charges of training without their cause: the price of a place that nobody has, what was waived, what no terms charged. And bookings that hold places or credits when they are over, or hold none of what they drew (SLA-7). No row, when all is well (MON-3).';
grant execute on function cpd.check_money to improve_exec;
