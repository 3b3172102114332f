-- The steps of a conversion (SLA-6), each telling what it did; a dry run does them all and keeps none.

create function sla.convert_subscriptions(p_school_urn integer, p_new_urn integer, p_on date)
returns table (what text, reference text, outcome text, new_reference text, detail text, net_pence bigint, gross_pence bigint)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was sla.subscription;
  v_back sla.adjustment;
  v_made sla.subscription;
  v_days record;
begin
  for v_was in
    select s.* from sla.subscription s
    where s.authority_id = auth.authority_id() and s.school_urn = p_school_urn and s.ends_on >= p_on and s.ends_on >= s.starts_on
    order by s.starts_on desc, s.subscription_id -- what has not begun makes way for what is opened
    for no key update
  loop
    if v_was.ends_on <> v_was.ordered_to then
      return query values ('subscription', v_was.subscription_id, 'left', null, format('It ends early, on %s, as it was decided.', sla.day(v_was.ends_on)), null::bigint, null::bigint);
      continue;
    end if;
    if v_was.starts_on >= p_on then
      perform sla.drop_half_days(v_was, p_on);
      v_back := sla.void_order(v_was, 'The school becomes an academy before it begins.');
      return query values ('subscription', v_was.subscription_id, 'cancelled', v_back.adjustment_id, format('%s to %s had not begun: its whole charge is given back.',
        sla.day(v_was.starts_on), sla.day(v_was.ordered_to)), v_back.net_pence, v_back.gross_pence);
      continue when v_was.continues is not null; -- the academy's year rolls over by itself
    else
      v_back := sla.close_for(v_was, p_on);
      return query values ('subscription', v_was.subscription_id, 'ended', v_back.adjustment_id, format('On %s. %s.', sla.day(p_on - 1), v_back.reasons #>> '{0,text}'),
        v_back.net_pence, v_back.gross_pence);
    end if;
    v_made := sla.reopen_for(v_was, p_new_urn, p_on);
    return query values ('subscription', v_was.subscription_id, 'opened', v_made.subscription_id, format('%s to %s under URN %s.%s', sla.day(v_made.starts_on),
      sla.day(v_made.ends_on), p_new_urn, case when v_made.notice_given_on is not null then ' Notice stands.' else '' end), v_made.net_pence, v_made.gross_pence);
    return query
    select 'allowance', u.allowance_id, 'carried', u.new_allowance_id, format('Earned %s of %s, used or reserved %s: %s move, %s lapse.', u.earned,
      sla.units_text(u.granted, u.unit), u.taken, u.moved, u.lapsed), null::bigint, null::bigint
    from sla.carry_units(v_was, v_made, p_on) u;
    v_days := sla.carry_half_days(v_was, v_made, p_on);
    if v_days.entitlement_id is not null then
      return query values ('entitlement', v_days.entitlement_id, 'carried', v_days.new_entitlement_id, format('Earned %s of %s half-days, used %s: %s move, %s lapse; the academy has %s.',
        v_days.earned, v_was.half_days, v_days.used, v_days.moved, v_days.lapsed, v_made.half_days + v_days.moved), null::bigint, null::bigint);
    end if;
  end loop;
end $$;
comment on function sla.convert_subscriptions is 'sla.convert_subscriptions ends a school''s subscriptions pro rata, opens the academy''s, and divides the half-days of visits.';

create function sla.same_service(p_subscription_id text, p_school_urn integer) returns text
language sql stable as $$
  select n.subscription_id
  from sla.subscription o
  join sla.subscription n on n.authority_id = o.authority_id and n.service_id = o.service_id and n.school_urn = p_school_urn and n.ends_on >= n.starts_on
  where o.authority_id = (select auth.authority_id()) and o.subscription_id = p_subscription_id
  order by n.starts_on limit 1
$$;
comment on function sla.same_service is 'sla.same_service is the subscription of another URN to the service of a subscription; null where there is none.';

create function sla.carry_work(p_school_urn integer, p_new_urn integer, p_on date)
returns table (what text, reference text, outcome text, new_reference text, detail text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_reason constant text := format('The school became an academy, URN %s.', p_new_urn);
  v_taken record;
  v_old record;
  v_visit visits.visit;
  v_map jsonb := '{}';
  v_left text;
begin
  for v_old in
    select e.entitlement_id, e.source, e.left_half_days from visits.entitlement e
    where e.authority_id = auth.authority_id() and e.school_urn = p_school_urn and e.ends_on >= p_on and not exists (
      select from sla.subscription s where s.authority_id = e.authority_id and e.source = 'sla' and s.subscription_id = e.reference and s.ends_on < s.starts_on)
    order by e.ends_on, e.entitlement_id
  loop
    perform visits.carry_entitlement(v_old.entitlement_id, p_new_urn);
    return query values ('entitlement', v_old.entitlement_id, 'carried', v_old.entitlement_id, format('%s, %s half-days left.', v_old.source, v_old.left_half_days));
  end loop;
  for v_old in
    select a.allowance_id, a.unit, a.left_units from sla.allowance a
    where a.authority_id = auth.authority_id() and a.school_urn = p_school_urn and a.ends_on >= p_on and a.subscription_id is null order by a.ends_on, a.allowance_id
  loop
    perform sla.carry_allowance(v_old.allowance_id, p_new_urn);
    return query values ('allowance', v_old.allowance_id, 'carried', v_old.allowance_id, format('%s left.', sla.units_text(v_old.left_units, v_old.unit)));
  end loop;
  for v_old in select a as assignment, p.name from partners.ahead_of(p_school_urn, p_on) a
    join partners.partner p on p.authority_id = a.authority_id and p.partner_id = a.partner_id loop
    v_left := partners.leave_assignment(v_old.assignment, p_on, v_reason);
    v_taken := partners.take_up_assignment(v_old.assignment, p_new_urn, p_on, format('Carried from URN %s.', p_school_urn));
    v_map := v_map || jsonb_build_object((v_old.assignment).assignment_id, (v_taken.made).assignment_id);
    return query values ('assignment', (v_old.assignment).assignment_id, case when (v_taken.made).assignment_id is null then v_left else 'carried' end,
      (v_taken.made).assignment_id, format('%s, %s, %s half-days a year: %s', v_old.name, (v_old.assignment).role, (v_old.assignment).half_days,
        coalesce(v_taken.why, format('%s from %s.', (v_taken.made).status, sla.day((v_taken.made).starts_on)))));
  end loop;
  for v_visit in select v.* from visits.ahead_of(p_school_urn, p_on) v loop
    v_visit := visits.carry_visit(v_visit, p_new_urn, v_map ->> v_visit.assignment_id,
      coalesce(sla.same_service(v_visit.funding_ref, p_new_urn), v_visit.funding_ref));
    return query values ('visit', v_visit.visit_id, 'carried', v_visit.visit_id, format('%s, %s half-days, %s%s.', visits.clock(v_visit.starts_at), v_visit.half_days,
      v_visit.funding, coalesce(' from ' || v_visit.entitlement_id, '')));
  end loop;
  return query
  select 'booking', b.booking_id, case when b.why is null then 'carried' else 'left' end, b.booking_id, format('%s, %s, %s.%s', b.course, visits.clock(b.starts_at), b.status, ' ' || b.why)
  from cpd.carry_bookings(p_school_urn, p_new_urn, p_on) b;
end $$;
comment on function sla.carry_work is 'sla.carry_work takes a school''s other entitlements, assignments, visits ahead and bookings to its new URN, in that order: a visit draws on what has been carried.';
grant execute on function sla.convert_subscriptions, sla.same_service, sla.carry_work to improve_exec;

create function sla.convert_school(p_school_urn integer, p_converts_on date, p_new_urn integer)
returns table (step integer, what text, reference text, outcome text, new_reference text, detail text, net_pence bigint, gross_pence bigint)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_first constant date := base.today() - 366;
  v_last constant date := base.today() + 366;
  v_new integer;
  v_ahead jsonb;
begin
  perform errors.required('school_urn', p_school_urn, 'the URN of a school, six digits');
  perform errors.required('converts_on', p_converts_on, 'the first day as an academy');
  if p_converts_on not between v_first and v_last then
    perform errors.invalid('converts_on', 'A conversion is carried out within a year of its day.', 'SLA-6', format('%s to %s', v_first, v_last), 'DATE_OUT_OF_RANGE');
  end if;
  v_new := sla.require_conversion(p_school_urn, p_converts_on, p_new_urn);
  perform visits.hold_partners_of(p_school_urn, p_converts_on);
  step := 1;
  what := 'school';
  reference := p_school_urn;
  outcome := 'found';
  new_reference := v_new;
  detail := format('%s, from %s %s.', (sla.school_on(p_school_urn, p_converts_on - 1)).name, sla.day(p_converts_on), (sla.school_on(v_new, p_converts_on)).name);
  return next;
  v_ahead := cpd.free_ahead(p_school_urn, p_converts_on, v_new);
  for what, reference, outcome, new_reference, detail, net_pence, gross_pence in
    select c.* from sla.convert_subscriptions(p_school_urn, v_new, p_converts_on) c
  loop
    step := step + 1;
    return next;
  end loop;
  net_pence := null;
  gross_pence := null;
  for what, reference, outcome, new_reference, detail in select c.* from sla.carry_work(p_school_urn, v_new, p_converts_on) c loop
    step := step + 1;
    return next;
  end loop;
  for what, reference, outcome, new_reference, detail in select 'booking', d.booking_id, d.how, d.allowance_id, d.detail from cpd.draw_ahead(v_ahead) d loop
    step := step + 1;
    return next;
  end loop;
  if step = 1 then
    perform errors.precondition('NOTHING_AHEAD', format('School %s has 0 subscriptions, 0 entitlements, 0 assignments, 0 visits and 0 bookings on %s or later.', p_school_urn,
      sla.day(p_converts_on)), 'school_urn', 'SLA-6', 'a school that has some', format('What was carried before stands under URN %s.', v_new));
  end if;
  update sla.conversion c set status = 'done', ended_at = now(), version = c.version + 1
  where c.authority_id = auth.authority_id() and c.school_urn = p_school_urn and c.status = 'planned';
end $$;
comment on function sla.convert_school is 'sla.convert_school carries out a conversion to an academy on a day, all of it or nothing (SLA-6): subscriptions end pro rata and open for the academy''s year, and entitlements, assignments, visits ahead and bookings go on under the new URN; each step is told.';
grant execute on function sla.convert_school to persona_la_admin, persona_officer;
