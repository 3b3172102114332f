-- From one year to the next (SLA-7): what is left lapses when its period is over, or moves to the next by the terms. Half-days of visits, credits and
-- places alike.

create function sla.lapse_entitlements(p_ended_by date)
returns table (reference text, unit text, school_urn integer, ended_on date, lapsed integer)
language plpgsql volatile cost 10000 as $$
#variable_conflict use_column
declare
  v_until constant date := coalesce(p_ended_by, base.today() - 1);
  v_units integer := 0;
  v_count integer := 0;
begin
  if v_until >= base.today() then
    perform errors.invalid('ended_by', 'What has not ended does not lapse.', 'SLA-7', format('%s or earlier', base.today() - 1));
  end if;
  perform cpd.use_past_units(v_until);
  for reference, unit, school_urn, ended_on in
    select e.entitlement_id, 'half-day', e.school_urn, e.ends_on from visits.entitlement e
    where e.authority_id = auth.authority_id() and e.ends_on <= v_until and e.left_half_days > 0
    union all
    select a.allowance_id, a.unit, a.school_urn, a.ends_on from sla.allowance a
    where a.authority_id = auth.authority_id() and a.ends_on <= v_until and a.left_units > 0
    order by 3, 2, 1
  loop
    lapsed := case unit when 'half-day' then visits.lapse(reference, format('Not used by %s.', sla.day(ended_on)))
      else sla.close_allowance(reference, ended_on, format('Not used by %s.', sla.day(ended_on))) end;
    v_count := v_count + 1;
    v_units := v_units + lapsed;
    return next;
  end loop;
  raise notice using errcode = 'IMNTE', message = format('Lapsed: %s units of %s entitlements.', v_units, v_count);
end $$;
comment on function sla.lapse_entitlements is 'sla.lapse_entitlements lets everything lapse that is left of entitlements which ended by a day: half-days of visits, credits and places.';
grant execute on function sla.lapse_entitlements to persona_la_admin, persona_officer;

create function sla.entitlement_of(p_reference text, out reference text, out unit text, out school_urn integer, out starts_on date, out ends_on date, out left_ integer)
language plpgsql stable as $$
begin
  perform errors.required('reference', p_reference, 'a reference such as en-7k2q9mx4td or al-7k2q9mx4td');
  select x.* into reference, unit, school_urn, starts_on, ends_on, left_
  from (
    select e.entitlement_id, 'half-day', e.school_urn, e.starts_on, e.ends_on, e.left_half_days from visits.entitlement e
    where e.authority_id = auth.authority_id() and e.entitlement_id = p_reference
    union all
    select a.allowance_id, a.unit, a.school_urn, a.starts_on, a.ends_on, a.left_units from sla.allowance a
    where a.authority_id = auth.authority_id() and a.allowance_id = p_reference
  ) x;
  if not found then
    perform errors.not_found('reference', format('There is no entitlement or allowance "%s".', left(p_reference, 40)),
      'a reference such as en-7k2q9mx4td or al-7k2q9mx4td', 'improve entitlement list and improve allowance list show them.');
  end if;
end $$;
comment on function sla.entitlement_of is 'sla.entitlement_of finds an entitlement to half-days, credits or places by its reference.';
grant execute on function sla.entitlement_of to improve_exec;

create function sla.move_entitlement(p_reference text, p_to text, p_units integer, p_reason text)
returns table (reference text, moved_to text, unit text, units integer, left_units integer, left_there integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_from constant record := sla.entitlement_of(p_reference);
  v_to constant record := sla.entitlement_of(p_to);
  v_policy constant sla.policy := sla.policy_on(v_from.starts_on);
  v_by date;
begin
  perform sla.require_units(p_units);
  perform errors.required('reason', btrim(p_reason));
  if p_reference = p_to or v_from.unit <> v_to.unit or not exists (
      select from register.establishment f join register.establishment t on t.school_id = f.school_id where f.urn = v_from.school_urn and t.urn = v_to.school_urn) then
    perform errors.precondition('OTHER_ENTITLEMENT', format('%s is of %ss of school %s, %s of %ss of school %s.', p_reference, v_from.unit, v_from.school_urn, p_to, v_to.unit,
      v_to.school_urn), 'to', 'SLA-7', 'another entitlement of the same school, of the same unit');
  elsif v_policy.move_weeks is null then
    perform errors.precondition('NOTHING_MOVES', format('Nothing is moved to another year: %s.', sla.terms_text(v_policy)), 'reference', 'SLA-7',
      'terms with move_weeks', 'improve sla set-policy sets them.');
  end if;
  v_by := calendar.move_days(v_from.ends_on, -7 * v_policy.move_weeks, 'calendar', null);
  if base.today() > v_by then
    perform errors.precondition('MOVE_LATE', format('What is left on %s could be moved until %s, %s weeks before: %s days ago.', sla.day(v_from.ends_on), sla.day(v_by),
      v_policy.move_weeks, sla.days_in(v_by + 1, base.today())), 'reference', 'SLA-7', 'an entitlement that ends later');
  elsif p_units > v_from.left_ then
    perform errors.precondition('ENTITLEMENT_EXHAUSTED', format('Wanted: %s; left: %s.', sla.units_text(p_units, v_from.unit), v_from.left_), 'units', 'SLA-7',
      case when v_from.left_ > 0 then format('%s or fewer', v_from.left_) else 'an entitlement with something left' end);
  end if;
  if v_from.unit = 'half-day' then
    perform visits.move_half_days(p_reference, p_to, p_units, btrim(p_reason));
  else
    perform sla.move_units(p_reference, p_to, p_units, btrim(p_reason));
  end if;
  return query select p_reference, p_to, v_from.unit, p_units, v_from.left_ - p_units, v_to.left_ + p_units;
end $$;
comment on function sla.move_entitlement is 'sla.move_entitlement moves what is left of an entitlement to another of the same school, such as its next year''s, until so many weeks before its end as the terms say (SLA-7).';
grant execute on function sla.move_entitlement to persona_la_admin, persona_officer;
