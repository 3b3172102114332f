-- Early ends, and what they give back by the terms of the order: nothing, or what is unused less costs and a fee (SLA-5). Every sum is shown.

create function sla.unused_time(p_subscription sla.subscription, p_ends_on date, p_counting text, out pence bigint, out line text)
language plpgsql stable as $$
declare
  v_part constant record := sla.part_of(p_subscription.net_pence, p_subscription.starts_on, p_subscription.ordered_to, p_ends_on + 1,
    p_subscription.ordered_to, p_counting);
begin
  pence := v_part.pence;
  line := format('%s of %s %s unused: %s to %s, of %s net', v_part.counted, v_part.of_all, p_counting, sla.day(p_ends_on + 1),
    sla.day(p_subscription.ordered_to), sla.pounds(p_subscription.net_pence));
end $$;
comment on function sla.unused_time is 'sla.unused_time is the part of a subscription''s charge for the days or months after an earlier last day; what is used and what is unused add up to the charge.';

create function sla.unused_half_days(p_subscription sla.subscription, out pence bigint, out line text)
language plpgsql stable as $$
declare
  v_left constant integer := coalesce((select e.left_half_days from visits.entitlement e
    where e.authority_id = p_subscription.authority_id and e.source = 'sla' and e.reference = p_subscription.subscription_id), p_subscription.half_days);
begin
  pence := case when p_subscription.half_days > 0 then base.part_between(p_subscription.net_pence,
    greatest(0, p_subscription.half_days - v_left), p_subscription.half_days, p_subscription.half_days) else 0 end;
  line := format('%s of %s half-days unused, of %s net', v_left, p_subscription.half_days, sla.pounds(p_subscription.net_pence));
end $$;
comment on function sla.unused_half_days is 'sla.unused_half_days is the part of a subscription''s charge for the half-days of visits that nothing drew.';

create function sla.lessened(p_unused bigint, p_line text, p_costs bigint, p_fee bigint) returns jsonb
language plpgsql immutable as $$
declare
  v_costs constant bigint := least(p_costs, p_unused);
  v_fee constant bigint := least(p_fee, p_unused - v_costs);
begin
  return jsonb_build_array(jsonb_build_object('clause', 'unused', 'text', p_line, 'pence', -p_unused))
    || case when p_costs > 0 then jsonb_build_array(jsonb_build_object('clause', 'costs', 'text', format('Less costs of %s', sla.pounds(p_costs)), 'pence', v_costs)) else '[]' end
    || case when p_fee > 0 then jsonb_build_array(jsonb_build_object('clause', 'fee', 'text', format('Less a fee of %s%s', sla.pounds(p_fee),
      case when v_fee < p_fee then ', as far as there is something to give back' else '' end), 'pence', v_fee)) else '[]' end;
end $$;
comment on function sla.lessened is 'sla.lessened is the lines of what is given back: what is unused, less costs and a fee, and never less than nothing.';

create function sla.early_end_lines(p_subscription sla.subscription, p_ends_on date, p_costs_pence bigint) returns jsonb
language plpgsql stable as $$
declare
  v_policy constant sla.policy := sla.policy_of(p_subscription.policy_number);
  v_unused record;
begin
  if p_ends_on = p_subscription.ordered_to then
    return jsonb_build_array(jsonb_build_object('clause', 'unused', 'text', 'It ends on its last day as ordered', 'pence', 0));
  elsif v_policy.early_end = 'nothing' then
    return jsonb_build_array(jsonb_build_object('clause', 'unused', 'text', format('Nothing is given back: %s', sla.terms_text(v_policy)), 'pence', 0));
  elsif v_policy.early_end = 'unused_half_days' then
    v_unused := sla.unused_half_days(p_subscription);
  else
    if v_policy.pro_rata = 'months' and not sla.whole_months(p_ends_on + 1, p_ends_on) then
      perform errors.invalid('ends_on', format('The authority counts parts of a year by months: %s is not the last day of one.', sla.day(p_ends_on)), 'SLA-4',
        format('%s or %s', sla.day(date_trunc('month', p_ends_on)::date - 1), sla.day((date_trunc('month', p_ends_on) + interval '1 month')::date - 1)), 'NOT_WHOLE_MONTHS');
    end if;
    -- A part that was not ordered in whole months was counted by days.
    v_unused := sla.unused_time(p_subscription, p_ends_on, case when v_policy.pro_rata = 'months'
      and sla.whole_months(p_subscription.starts_on, p_subscription.ordered_to) then 'months' else 'days' end);
  end if;
  return sla.lessened(v_unused.pence, v_unused.line, coalesce(p_costs_pence, 0), v_policy.early_end_fee_pence);
end $$;
comment on function sla.early_end_lines is 'sla.early_end_lines is what a subscription gives back when it ends on an earlier day, line by line, by the terms of its order.';

create function sla.lines_sum(p_lines jsonb) returns bigint
language plpgsql immutable as $$
begin
  return (select coalesce(sum((l ->> 'pence')::bigint), 0) from jsonb_array_elements(p_lines) l);
end $$;
comment on function sla.lines_sum is 'sla.lines_sum adds up the pence of lines.';

create function sla.adjust(p_subscription sla.subscription, p_cause text, p_effective_on date, p_lines jsonb) returns sla.adjustment
language plpgsql volatile as $$
declare
  v_asked constant bigint := -sla.lines_sum(p_lines);
  -- What was credited by hand is not given back again; null where the subscription was billed elsewhere.
  v_left constant bigint := money.uncredited('sla.subscription', p_subscription.subscription_id);
  v_net constant bigint := -least(v_asked, coalesce(v_left, v_asked));
  v_credit money.charge;
  v_made sla.adjustment;
begin
  if v_net < 0 and v_left is not null then
    v_credit := sla.credit(p_subscription, -v_net, p_cause, p_effective_on);
  else
    v_credit.vat_pence := coalesce(round(p_subscription.vat_pence * v_net::numeric / nullif(p_subscription.net_pence, 0)), 0);
  end if;
  v_made.authority_id := p_subscription.authority_id;
  v_made.subscription_id := p_subscription.subscription_id;
  v_made.cause := p_cause;
  v_made.effective_on := p_effective_on;
  v_made.net_pence := v_net;
  v_made.vat_percent := p_subscription.vat_percent;
  v_made.vat_pence := v_credit.vat_pence;
  v_made.gross_pence := v_net + v_credit.vat_pence;
  v_made.reasons := p_lines || case when v_asked + v_net > 0 then jsonb_build_array(jsonb_build_object('clause', 'credited', 'text',
      format('Less what was credited before: %s of %s net are left', sla.pounds(v_left), sla.pounds(p_subscription.net_pence)), 'pence', v_asked + v_net)) else '[]' end
    || jsonb_build_array(jsonb_build_object('clause', 'vat', 'text', format('VAT at %s%%', trim_scale(p_subscription.vat_percent)), 'pence', v_made.vat_pence));
  v_made.credit_id := v_credit.charge_id;
  if v_net < 0 then
    if v_left is null then
      raise notice using errcode = 'IMNTE', message = format('Subscription %s was billed elsewhere: what it gives back is to be credited there.', v_made.subscription_id);
    end if;
    v_made.adjustment_id := base.new_ref('aj');
    v_made.recorded_by := auth.person_id();
    v_made.recorded_at := now();
    insert into sla.adjustment select (v_made).*;
  end if;
  return v_made;
end $$;
comment on function sla.adjust is 'sla.adjust records what a subscription gives back, credits its charge with it, and keeps the arithmetic; never more than is left of the charge. Where that is nothing it records nothing, and tells the arithmetic all the same.';

create function sla.close_units(p_subscription sla.subscription, p_ends_on date, p_reason text) returns integer
language plpgsql volatile as $$
declare
  v_lapsed integer;
begin
  select sum(sla.close_allowance(a.allowance_id, p_ends_on, p_reason)) into v_lapsed
  from sla.allowance a where a.authority_id = p_subscription.authority_id and a.subscription_id = p_subscription.subscription_id;
  return coalesce(v_lapsed, 0);
end $$;
comment on function sla.close_units is 'sla.close_units closes the credits and places of a subscription on an earlier day, and tells how many lapse; what is reserved stays so.';
grant execute on function sla.close_units to improve_exec;

create function sla.close_visits(p_subscription sla.subscription, p_ends_on date, p_reason text) returns integer
language plpgsql volatile as $$
declare
  v_entitlement text := (select e.entitlement_id from visits.entitlement e
    where e.authority_id = p_subscription.authority_id and e.source = 'sla' and e.reference = p_subscription.subscription_id);
  v_ahead record;
  v_booked constant record := cpd.drawn_after(p_subscription.subscription_id, p_ends_on);
begin
  if v_booked.bookings > 0 then
    perform errors.precondition('BOOKINGS_AHEAD', format('Bookings of sessions after %s that draw on it: %s: %s.', sla.day(p_ends_on), v_booked.bookings, v_booked.named),
      'ends_on', 'SLA-5', 'a last day after them, or none of them', 'improve booking cancel cancels a booking, and gives back what it drew.');
  end if;
  perform sla.close_units(p_subscription, p_ends_on, p_reason);
  if v_entitlement is null then
    return 0;
  end if;
  v_ahead := visits.drawn_after(v_entitlement, p_ends_on);
  if v_ahead.visits > 0 then
    perform errors.precondition('VISITS_AHEAD', format('Visits after %s that draw on it: %s, of %s half-days: %s.', sla.day(p_ends_on), v_ahead.visits,
      v_ahead.half_days, v_ahead.named), 'ends_on', 'SLA-5', 'a last day after them, or none of them', 'improve visit cancel cancels a visit, improve visit move moves it.');
  end if;
  return visits.close_entitlement(v_entitlement, p_ends_on, p_reason);
end $$;
comment on function sla.close_visits is 'sla.close_visits closes the half-days, credits and places of a subscription on an earlier day, and tells how many half-days lapse; refused while visits or bookings after it draw on them.';
grant execute on function sla.unused_time, sla.unused_half_days, sla.lessened, sla.early_end_lines, sla.lines_sum, sla.adjust, sla.close_visits to improve_exec;

create function sla.end_subscription(p_subscription_id text, p_version integer, p_reason text, p_ends_on date, p_costs_pence bigint)
returns table (subscription_id text, school_urn integer, starts_on date, ends_on date, status text, version integer, adjustment_id text,
  net_pence bigint, vat_pence bigint, gross_pence bigint, reasons jsonb, half_days_lapsed integer, credit_id text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ends_on constant date := coalesce(p_ends_on, base.today());
  v_was sla.subscription;
  v_back sla.adjustment;
  v_lapsed integer;
begin
  perform sla.require_subscription(p_subscription_id, p_version);
  perform errors.required('reason', btrim(p_reason));
  v_was := sla.hold_subscription(p_subscription_id, p_version);
  if v_was.ends_on < v_ends_on then
    perform errors.precondition('ALREADY_ENDED', format('The subscription ends on %s; ending it cannot make it longer.', sla.day(v_was.ends_on)),
      'ends_on', 'SLA-5', format('%s to %s', v_was.starts_on, v_was.ends_on));
  elsif v_ends_on < v_was.starts_on then
    perform errors.precondition('NOT_BEGUN', format('The subscription begins on %s.', sla.day(v_was.starts_on)), 'ends_on', 'SLA-5',
      format('%s or later', sla.day(v_was.starts_on)), 'improve subscription cancel takes back an order that has not begun.');
  elsif p_costs_pence < 0 or p_costs_pence > 100000000 then
    perform errors.invalid('costs_pence', 'Costs are nothing or some pence.', 'SLA-5', '0 to 100000000 pence');
  end if;
  perform sla.refuse_ended(v_was);
  v_back := sla.adjust(v_was, 'early_end', v_ends_on, sla.early_end_lines(v_was, v_ends_on, p_costs_pence));
  v_lapsed := sla.close_visits(v_was, v_ends_on, btrim(p_reason));
  return query
  update sla.subscription s
  set ends_on = v_ends_on, end_reason = btrim(p_reason), version = s.version + 1
  where s.authority_id = auth.authority_id() and s.subscription_id = p_subscription_id
  returning s.subscription_id, s.school_urn, s.starts_on, s.ends_on, sla.status(s, base.today()), s.version, v_back.adjustment_id, v_back.net_pence,
    v_back.vat_pence, v_back.gross_pence, v_back.reasons, v_lapsed, v_back.credit_id;
end $$;
comment on function sla.end_subscription is 'sla.end_subscription sets an earlier last day, with the reason, and credits what the terms of the order give back, with the arithmetic; half-days not drawn lapse (SLA-5).';
grant execute on function sla.end_subscription to persona_la_admin, persona_officer;

create function sla.refuse_ended(p_subscription sla.subscription) returns void
language plpgsql stable as $$
declare
  v_back sla.adjustment;
  v_next constant text := sla.continued_by(p_subscription.subscription_id);
begin
  select a.* into v_back from sla.adjustment a
  where a.authority_id = p_subscription.authority_id and a.subscription_id = p_subscription.subscription_id;
  if found then
    perform errors.precondition('ADJUSTED_ALREADY', format('%s was given back already, net, when it was to end on %s.', sla.pounds(-v_back.net_pence),
      sla.day(v_back.effective_on)), 'subscription_id', 'SLA-5', 'one that gave nothing back');
  elsif p_subscription.ends_on < p_subscription.starts_on then
    perform errors.precondition('CANCELLED', 'The order was cancelled before it began.', 'subscription_id', 'SLA-5', 'one that runs');
  elsif v_next is not null then
    perform errors.precondition('ROLLED_OVER', format('The subscription has rolled over into %s.', v_next), 'subscription_id', 'SLA-5',
      'one that nothing continues', format('improve subscription cancel %s takes that back, if it has not begun.', v_next));
  end if;
end $$;
comment on function sla.refuse_ended is 'sla.refuse_ended refuses an end of what gave back already, was cancelled, or goes on in another.';
grant execute on function sla.refuse_ended to improve_exec;

create function sla.cancel_subscription(p_subscription_id text, p_version integer, p_reason text)
returns table (subscription_id text, school_urn integer, starts_on date, status text, version integer, adjustment_id text, net_pence bigint,
  vat_pence bigint, gross_pence bigint, reasons jsonb, credit_id text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was sla.subscription;
  v_back sla.adjustment;
begin
  perform sla.require_subscription(p_subscription_id, p_version);
  perform errors.required('reason', btrim(p_reason));
  v_was := sla.hold_subscription(p_subscription_id, p_version);
  if v_was.ends_on >= v_was.starts_on and v_was.starts_on <= base.today() then
    perform errors.precondition('BEGUN', format('The subscription began on %s.', sla.day(v_was.starts_on)), 'subscription_id', 'SLA-5', 'one that is to begin',
      'improve subscription end ends it early.');
  end if;
  perform sla.refuse_ended(v_was);
  perform sla.close_visits(v_was, v_was.starts_on - 1, btrim(p_reason));
  v_back := sla.void_order(v_was, btrim(p_reason));
  return query
  select s.subscription_id, s.school_urn, s.starts_on, sla.status(s, base.today()), s.version, v_back.adjustment_id, v_back.net_pence, v_back.vat_pence,
    v_back.gross_pence, v_back.reasons, v_back.credit_id
  from sla.subscription s where s.authority_id = auth.authority_id() and s.subscription_id = p_subscription_id;
end $$;
comment on function sla.cancel_subscription is 'sla.cancel_subscription takes back an order that has not begun, and its whole charge (SLA-5).';
grant execute on function sla.cancel_subscription to persona_la_admin, persona_officer;

create function sla.void_order(p_subscription sla.subscription, p_reason text) returns sla.adjustment
language plpgsql volatile as $$
declare
  v_back sla.adjustment;
begin
  v_back := sla.adjust(p_subscription, 'cancelled', p_subscription.starts_on - 1, jsonb_build_array(jsonb_build_object('clause', 'unused', 'text',
    'The whole charge: it had not begun', 'pence', -p_subscription.net_pence)));
  update sla.subscription s set ends_on = s.starts_on - 1, end_reason = p_reason, version = s.version + 1
  where s.authority_id = p_subscription.authority_id and s.subscription_id = p_subscription.subscription_id;
  return v_back;
end $$;
comment on function sla.void_order is 'sla.void_order cancels a subscription before its first day: nothing of its charge remains, and its days are free for another.';
grant execute on function sla.void_order to improve_exec;
