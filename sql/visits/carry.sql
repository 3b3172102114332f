-- What is ahead of a school whose URN ends goes on under the URN that follows it (SLA-6). Written as the owner; the partners are held first.

create function visits.ahead_of(p_school_urn integer, p_on date) returns setof visits.visit
language sql stable security definer set search_path = '' as $$
  select v.* from visits.visit v
  where v.authority_id = auth.authority_id() and v.school_urn = p_school_urn and v.status in ('planned', 'confirmed')
    and v.starts_at >= p_on::timestamp at time zone 'Europe/London'
  order by v.starts_at, v.visit_id
$$;
comment on function visits.ahead_of is 'visits.ahead_of lists the visits to a school from a day on that are planned or confirmed.';

create function visits.hold_partners_of(p_school_urn integer, p_on date) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform from partners.partner p
  where p.authority_id = auth.authority_id() and p.partner_id in (
    select v.partner_id from visits.ahead_of(p_school_urn, p_on) v
    union
    select a.partner_id from partners.assignment a
    where a.authority_id = auth.authority_id() and a.school_urn = p_school_urn and (a.ends_on is null or a.ends_on >= p_on)
      and a.status in ('proposed', 'checked', 'live'))
  order by p.partner_id
  for no key update;
end $$;
comment on function visits.hold_partners_of is 'visits.hold_partners_of holds everybody who has work ahead in a school, in the order of their references.';

create function visits.give_back_ahead(p_entitlement_id text, p_on date, p_reason text) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_visit visits.visit;
  v_half_days integer := 0;
begin
  perform visits.lock_entitlement(p_entitlement_id);
  for v_visit in
    select v.* from visits.entitlement e cross join lateral visits.ahead_of(e.school_urn, p_on) v
    where e.authority_id = auth.authority_id() and e.entitlement_id = p_entitlement_id and v.entitlement_id = p_entitlement_id
  loop
    perform visits.enter(p_entitlement_id, 'given_back', v_visit.half_days, v_visit.visit_id, p_reason);
    v_half_days := v_half_days + v_visit.half_days;
  end loop;
  return v_half_days;
end $$;
comment on function visits.give_back_ahead is 'visits.give_back_ahead gives an entitlement back what the visits from a day on drew, and tells how many half-days: they draw anew where they are carried to.';

create function visits.carry_entitlement(p_entitlement_id text, p_school_urn integer) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  update visits.entitlement e set school_urn = p_school_urn, version = e.version + 1
  where e.authority_id = auth.authority_id() and e.entitlement_id = p_entitlement_id;
end $$;
comment on function visits.carry_entitlement is 'visits.carry_entitlement gives an entitlement with its ledger to the URN that follows its school''s.';

create function visits.carry_visit(p_visit visits.visit, p_school_urn integer, p_assignment_id text, p_funding_ref text) returns visits.visit
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_entitlement text := p_visit.entitlement_id;
  v_visit visits.visit;
begin
  if not exists (select from visits.entitlement e where e.authority_id = auth.authority_id() and e.entitlement_id = v_entitlement
      and e.school_urn = p_school_urn) and v_entitlement is not null then
    v_entitlement := visits.draw_on(p_school_urn, p_visit.funding, p_funding_ref, visits.day_of(p_visit.starts_at), p_visit.half_days);
    if v_entitlement is not null then
      perform visits.enter(v_entitlement, 'drawn', -p_visit.half_days, p_visit.visit_id, format('Carried from URN %s.', p_visit.school_urn));
    end if;
  end if;
  update visits.visit v
  set school_urn = p_school_urn, assignment_id = p_assignment_id, funding_ref = p_funding_ref, entitlement_id = v_entitlement, version = v.version + 1
  where v.authority_id = auth.authority_id() and v.visit_id = p_visit.visit_id
  returning v.* into v_visit;
  perform events.note('visit.carried', v_visit.visit_id, v_visit.school_urn, v_visit.partner_id, p.person_id,
    jsonb_build_object('status', v_visit.status, 'starts_at', v_visit.starts_at, 'ends_at', v_visit.ends_at))
  from partners.partner p where p.authority_id = v_visit.authority_id and p.partner_id = v_visit.partner_id;
  return v_visit;
end $$;
comment on function visits.carry_visit is 'visits.carry_visit takes a visit to another URN of its school: time and partner stay, and it draws on what the school has there. Its caller holds the partner, and has given its half-days back.';
grant execute on function visits.ahead_of, visits.hold_partners_of, visits.give_back_ahead, visits.carry_entitlement, visits.carry_visit to improve_exec;
