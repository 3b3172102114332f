-- A maintained school becomes an academy (SLA-6): one call ends its year pro rata, opens the academy's, and carries what is ahead to the new URN.

create function sla.successor_on(p_school_urn integer, p_on date, p_new_urn integer) returns integer
language plpgsql stable as $$
declare
  v_urns constant integer[] := array(
    select e.successor_urn from register.lineage_edge e
    join lateral register.establishment_on(e.successor_urn, p_on) n on n.authority_id = auth.authority_id() and n.is_open
    where e.predecessor_urn = p_school_urn order by 1);
  v_lineage record;
begin
  if p_new_urn is null and cardinality(v_urns) <> 1 then
    perform errors.precondition(case cardinality(v_urns) when 0 then 'NO_SUCCESSOR' else 'SEVERAL_SUCCESSORS' end,
      format('The register links %s open schools of the authority that follow school %s on %s%s.', cardinality(v_urns), p_school_urn, sla.day(p_on),
        coalesce(': ' || nullif(array_to_string(v_urns, ', '), ''), '')), 'new_urn', 'SLA-6', case cardinality(v_urns) when 0
        then 'a school that the register links as its successor' else array_to_string(v_urns, ' or ') end,
      concat('improve school import-links brings the links of the register', case when p_on > base.today() then format('; improve conversion plan %s %s holds the conversion until its day', p_school_urn, p_on) end, '.'));
  elsif p_new_urn is not null then
    select o.school_id as old_id, n.school_id as new_id into v_lineage
    from register.establishment o left join register.establishment n on n.urn = p_new_urn where o.urn = p_school_urn;
    perform register.require_open_school('new_urn', p_new_urn, auth.authority_id(), p_on);
    if v_lineage.old_id is distinct from v_lineage.new_id or p_new_urn = p_school_urn then
      perform errors.precondition('OTHER_LINEAGE', format('URN %s is of another lineage than URN %s: no link joins them (schools %s and %s).', p_new_urn, p_school_urn,
        coalesce(v_lineage.new_id::text, 'none'), v_lineage.old_id), 'new_urn', 'SLA-6', coalesce(nullif(array_to_string(v_urns, ' or '), ''),
        'a URN that links join to the old one'), 'improve school import-links brings the links of the register.');
    end if;
  end if;
  return coalesce(p_new_urn, v_urns[1]);
end $$;
comment on function sla.successor_on is 'sla.successor_on is the URN under which a school goes on: the one successor that the register links and that is open, or the one that is told, if links join the two.';

create function sla.require_conversion(p_school_urn integer, p_on date, p_new_urn integer) returns integer
language plpgsql stable as $$
declare
  v_was constant record := sla.school_on(p_school_urn, p_on - 1);
  v_new constant integer := case when v_was.status = 'maintained' then sla.successor_on(p_school_urn, p_on, p_new_urn) end;
  v_is constant record := sla.school_on(v_new, p_on);
begin
  if v_was.name is null or v_was.status = 'out_of_area' then
    perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), p_on - 1);
  elsif v_was.status <> 'maintained' then
    perform errors.precondition('NOT_MAINTAINED', format('%s (%s) is %s on %s: %s.', v_was.name, p_school_urn, v_was.status, sla.day(p_on - 1),
      v_was.school_type), 'school_urn', 'SLA-6', 'a maintained school');
  elsif v_is.status <> 'academy' then
    perform errors.precondition('NOT_AN_ACADEMY', format('%s (%s) is %s on %s: %s.', v_is.name, v_new, v_is.status, sla.day(p_on), v_is.school_type),
      'new_urn', 'SLA-6', 'an academy or a free school');
  end if;
  return v_new;
end $$;
comment on function sla.require_conversion is 'sla.require_conversion refuses unless a school is maintained on the day before and goes on as an academy, and tells under which URN.';

create function sla.close_for(p_subscription sla.subscription, p_on date) returns sla.adjustment
language plpgsql volatile as $$
declare
  v_unused record;
  v_back sla.adjustment;
begin
  v_unused := sla.unused_time(p_subscription, p_on - 1, sla.conversion_counting(p_subscription, p_on));
  v_back := sla.adjust(p_subscription, 'conversion', p_on - 1, sla.lessened(v_unused.pence, v_unused.line, 0, 0));
  update sla.subscription s
  set ends_on = p_on - 1, end_reason = 'The school became an academy.', version = s.version + 1
  where s.authority_id = p_subscription.authority_id and s.subscription_id = p_subscription.subscription_id;
  return v_back;
end $$;
comment on function sla.close_for is 'sla.close_for ends a subscription on the day before a conversion, pro rata, whatever the terms give back of other early ends.';

create function sla.conversion_counting(p_subscription sla.subscription, p_on date) returns text
language plpgsql immutable as $$
begin
  return case when extract(day from p_on) = 1 and sla.whole_months(p_subscription.starts_on, p_subscription.ordered_to) then 'months' else 'days' end;
end $$;
comment on function sla.conversion_counting is 'sla.conversion_counting is how a conversion divides a year: by months, exact twelfths, where it is on the first of one.';

create function sla.reopen_for(p_subscription sla.subscription, p_new_urn integer, p_on date) returns sla.subscription
language plpgsql volatile as $$
declare
  v_starts_on constant date := greatest(p_on, p_subscription.starts_on);
  v_year constant record := sla.year_of(sla.policy_on(v_starts_on), false, v_starts_on);
  -- Under notice it ends when it would have ended.
  v_ends_on constant date := case when p_subscription.notice_given_on is null then v_year.year_ends else least(v_year.year_ends, p_subscription.ends_on) end;
  v_made sla.subscription;
begin
  v_made := sla.insert_subscription(p_subscription.package_id, p_new_urn, v_starts_on, v_ends_on, null, null,
    case when sla.whole_months(v_starts_on, v_ends_on) then 'months' else 'days' end, p_subscription.subscription_id, p_subscription.price_id,
    p_subscription.frozen_to);
  return case when p_subscription.notice_given_on is null then v_made
    else sla.note_notice(v_made.subscription_id, p_subscription.notice_given_on, p_subscription.notice_reason) end;
end $$;
comment on function sla.reopen_for is 'sla.reopen_for orders for the academy what the maintained school had: to the end of an academy''s year, or where notice was given to the end that it was given for.';

create function sla.carry_half_days(p_subscription sla.subscription, p_made sla.subscription, p_on date, out entitlement_id text, out earned integer,
  out used integer, out moved integer, out lapsed integer, out new_entitlement_id text)
language plpgsql volatile as $$
declare
  v_granted integer;
  v_counting constant text := sla.conversion_counting(p_subscription, p_on);
begin
  select e.entitlement_id, b.granted + b.moved into entitlement_id, v_granted
  from visits.entitlement e
  join visits.entitlement_balance b on b.authority_id = e.authority_id and b.entitlement_id = e.entitlement_id
  where e.authority_id = p_subscription.authority_id and e.source = 'sla' and e.reference = p_subscription.subscription_id;
  if entitlement_id is null then
    return;
  end if;
  perform visits.give_back_ahead(entitlement_id, p_on, format('Carried to URN %s.', p_made.school_urn));
  select b.drawn into used from visits.entitlement_balance b where b.authority_id = p_subscription.authority_id and b.entitlement_id = carry_half_days.entitlement_id;
  earned := (sla.part_of(v_granted, p_subscription.starts_on, p_subscription.ordered_to, p_subscription.starts_on, p_on - 1, v_counting)).pence;
  moved := greatest(0, earned - used);
  new_entitlement_id := visits.open_entitlement(p_made.school_urn, 'sla', p_made.subscription_id, p_made.starts_on, p_made.ends_on, p_made.half_days, null);
  if moved > 0 then
    perform visits.move_half_days(entitlement_id, new_entitlement_id, moved, format('Carried from URN %s.', p_subscription.school_urn));
  end if;
  lapsed := visits.close_entitlement(entitlement_id, p_on - 1, 'The school became an academy.');
end $$;
comment on function sla.carry_half_days is 'sla.carry_half_days divides a subscription''s half-days as its charge: those earned by the day of the conversion and not used move to the academy''s entitlement, the rest, which is not paid for either, lapses.';
create function sla.drop_half_days(p_subscription sla.subscription, p_on date) returns void
language plpgsql volatile as $$
begin
  perform visits.give_back_ahead(e.entitlement_id, p_on, 'Carried to the academy.'),
    visits.close_entitlement(e.entitlement_id, p_subscription.starts_on - 1, 'The school became an academy.')
  from visits.entitlement e
  where e.authority_id = p_subscription.authority_id and e.source = 'sla' and e.reference = p_subscription.subscription_id;
  perform sla.close_units(p_subscription, p_subscription.starts_on - 1, 'The school became an academy.');
end $$;
comment on function sla.drop_half_days is 'sla.drop_half_days takes the half-days, credits and places back of a subscription that does not begin; the visits planned on them draw on the academy''s.';
create function sla.carry_units(p_subscription sla.subscription, p_made sla.subscription, p_on date)
returns table (allowance_id text, new_allowance_id text, unit text, granted integer, earned integer, taken integer, moved integer, lapsed integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_counting constant text := sla.conversion_counting(p_subscription, p_on);
begin
  for allowance_id, unit, granted, taken in
    select a.allowance_id, a.unit, b.granted + b.moved, b.used + b.reserved
    from sla.allowance a
    join sla.allowance_balance b on b.authority_id = a.authority_id and b.allowance_id = a.allowance_id
    where a.authority_id = p_subscription.authority_id and a.subscription_id = p_subscription.subscription_id order by a.unit
  loop
    earned := (sla.part_of(granted, p_subscription.starts_on, p_subscription.ordered_to, p_subscription.starts_on, p_on - 1, v_counting)).pence;
    new_allowance_id := (select n.allowance_id from sla.allowance n
      where n.authority_id = p_made.authority_id and n.subscription_id = p_made.subscription_id and n.unit = carry_units.unit);
    moved := case when new_allowance_id is null then 0 else greatest(0, earned - taken) end;
    if moved > 0 then
      perform sla.move_units(allowance_id, new_allowance_id, moved, format('Carried from URN %s.', p_subscription.school_urn));
    end if;
    lapsed := sla.close_allowance(allowance_id, p_on - 1, 'The school became an academy.');
    return next;
  end loop;
end $$;
comment on function sla.carry_units is 'sla.carry_units divides a subscription''s credits and places as its half-days: those earned and neither used nor reserved move to the academy''s, the rest lapses. What bookings ahead drew was given back before, and is drawn again.';
grant execute on function sla.carry_units, sla.drop_half_days, sla.successor_on, sla.require_conversion, sla.close_for, sla.conversion_counting, sla.reopen_for, sla.carry_half_days to improve_exec;
