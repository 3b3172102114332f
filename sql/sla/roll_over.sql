-- Roll-over: each subscription without notice goes on into the next year, at its price (SLA-5); and the list of what was given back.

create function sla.next_period(p_subscription sla.subscription, out starts_on date, out ends_on date, out counting text)
language plpgsql stable as $$
declare
  v_school record;
begin
  starts_on := p_subscription.ends_on + 1;
  perform register.require_open_school('school_urn', p_subscription.school_urn, sla.selling_area(p_subscription.package_id, p_subscription.school_urn,
    starts_on), starts_on);
  v_school := sla.school_on(p_subscription.school_urn, starts_on);
  ends_on := (sla.year_of(sla.policy_on(starts_on), v_school.is_maintained, starts_on)).year_ends;
  -- Between two calendars lies a part of a year, of whole months: 5/12 or 7/12.
  counting := case when sla.whole_months(starts_on, ends_on) then 'months' else 'days' end;
end $$;
comment on function sla.next_period is 'sla.next_period is the year that follows a subscription, to the end of the school''s year, which is a part of one where the calendar has changed, billed in twelfths (SLA-4).';

create function sla.next_year(p_subscription sla.subscription) returns sla.subscription
language plpgsql volatile as $$
declare
  v_next constant record := sla.next_period(p_subscription);
begin
  return sla.insert_subscription(p_subscription.package_id, p_subscription.school_urn, v_next.starts_on, v_next.ends_on, null, null, v_next.counting,
    p_subscription.subscription_id, p_subscription.price_id, p_subscription.frozen_to);
end $$;
comment on function sla.next_year is 'sla.next_year orders the next year of a subscription, at the frozen price where it is frozen (SLA-2).';

create function sla.standing(p_subscription sla.subscription, p_on date) returns text
language plpgsql stable as $$
begin
  return case
    when p_subscription.notice_given_on is not null then 'notice_given'
    when exists (select from sla.subscription n where n.authority_id = p_subscription.authority_id and n.school_urn = p_subscription.school_urn
      and n.service_id = p_subscription.service_id and n.starts_on > p_subscription.ends_on and n.ends_on >= n.starts_on) then 'ordered'
    when sla.notice_by(sla.policy_of(p_subscription.policy_number), p_subscription.ends_on) >= p_on then 'notice_open'
    else 'due' end;
end $$;
comment on function sla.standing is 'sla.standing is what a roll-over on a day would find: notice_given; ordered already; notice_open, while notice may still be given; or due.';

create function sla.rolling(p_on date, p_ends_by date) returns setof sla.subscription
language sql stable as $$
  select s.* from sla.subscription s
  where s.authority_id = (select auth.authority_id()) and s.ends_on = s.ordered_to and s.ends_on >= s.starts_on and s.ends_on <= p_ends_by
    and s.ends_on >= p_on - 366 and s.starts_on <= p_on
    and not exists (select from sla.subscription n where n.authority_id = s.authority_id and n.continues = s.subscription_id and n.ends_on >= n.starts_on)
  order by s.ends_on, s.school_urn, s.subscription_id
$$;
comment on function sla.rolling is 'sla.rolling lists the subscriptions that have begun, end by a day as ordered and that nothing continues: those that a roll-over looks at, a year back.';
grant execute on function sla.next_period, sla.next_year, sla.standing, sla.rolling to improve_exec;

create function sla.roll_one(p_subscription sla.subscription, out made sla.subscription, out outcome text, out why text)
language plpgsql volatile as $$
begin
  outcome := 'rolled_over';
  made := sla.next_year(p_subscription);
  why := case when p_subscription.frozen_to >= made.starts_on then format('Frozen price %s.', made.price_id) end;
exception
  -- What one school's subscription meets does not stop the others': its own rows alone are undone.
  when sqlstate 'IM005' or sqlstate 'IM009' or exclusion_violation then
    made := null;
    outcome := 'refused';
    why := sqlerrm;
end $$;
comment on function sla.roll_one is 'sla.roll_one rolls one subscription over, or tells why it cannot be.';
grant execute on function sla.roll_one to improve_exec;

create function sla.roll_over(p_ends_by date)
returns table (subscription_id text, school_urn integer, school text, service text, package text, ended_on date, outcome text, new_subscription_id text,
  starts_on date, ends_on date, net_before_pence bigint, net_pence bigint, change_pence bigint, gross_pence bigint, why text)
language plpgsql volatile cost 10000 as $$
#variable_conflict use_column
declare
  v_today constant date := base.today();
  v_was sla.subscription;
  v_standing text;
  v_rolled record;
  v_counts integer[] := '{0,0,0,0,0}';
begin
  for v_was in select r.* from sla.rolling(v_today, coalesce(p_ends_by, 'infinity')) r loop
    v_standing := sla.standing(v_was, v_today);
    if v_standing = 'due' then
      v_was := sla.hold_subscription(v_was.subscription_id, v_was.version);
      v_rolled := sla.roll_one(v_was);
    else
      select null::sla.subscription as made, v_standing as outcome, case v_standing
        when 'notice_given' then format('Notice was given on %s.', sla.day(v_was.notice_given_on))
        when 'ordered' then 'The school has ordered the service for later.'
        else format('Notice may be given until %s.', sla.day(sla.notice_by(sla.policy_of(v_was.policy_number), v_was.ends_on))) end as why into v_rolled;
    end if;
    v_counts[array_position(array['rolled_over', 'notice_given', 'ordered', 'notice_open', 'refused'], v_rolled.outcome)] :=
      v_counts[array_position(array['rolled_over', 'notice_given', 'ordered', 'notice_open', 'refused'], v_rolled.outcome)] + 1;
    return query
    select v_was.subscription_id, v_was.school_urn, school.name, v.name, k.name, v_was.ends_on, v_rolled.outcome, (v_rolled.made).subscription_id,
      (v_rolled.made).starts_on, (v_rolled.made).ends_on, v_was.net_pence, (v_rolled.made).net_pence, (v_rolled.made).net_pence - v_was.net_pence,
      (v_rolled.made).gross_pence, v_rolled.why
    from sla.package k
    join sla.service v on v.authority_id = k.authority_id and v.service_id = k.service_id
    left join lateral register.establishment_on(v_was.school_urn, v_was.ends_on) school on true
    where k.authority_id = v_was.authority_id and k.package_id = v_was.package_id;
  end loop;
  raise notice using errcode = 'IMNTE', message = format('Rolled over: %s. Notice given: %s. Ordered already: %s. Notice still open: %s. Refused: %s.',
    v_counts[1], v_counts[2], v_counts[3], v_counts[4], v_counts[5]);
end $$;
comment on function sla.roll_over is 'sla.roll_over takes every subscription whose day for notice has passed, and that ends by a day, into the next year, unless notice was given (SLA-5); each is listed with what came of it, and what one meets does not stop the others.';
grant execute on function sla.roll_over to persona_la_admin, persona_officer;

create function sla.list_adjustments(p_school_urn integer, p_from date, p_to date, p_page_size integer, p_cursor text)
returns table (adjustment_id text, subscription_id text, school_urn integer, school text, service text, cause text, effective_on date, net_pence bigint,
  vat_percent numeric, vat_pence bigint, gross_pence bigint, reasons jsonb, credit_id text, row_cursor text)
language sql stable as $$
  select a.adjustment_id, a.subscription_id, s.school_urn, school.name, v.name, a.cause, a.effective_on, a.net_pence, a.vat_percent, a.vat_pence,
    a.gross_pence, a.reasons, a.credit_id, jsonb_build_array(a.effective_on, a.adjustment_id)::text
  from sla.adjustment a
  join sla.subscription s on s.authority_id = a.authority_id and s.subscription_id = a.subscription_id
  join sla.service v on v.authority_id = s.authority_id and v.service_id = s.service_id
  left join lateral register.establishment_on(s.school_urn, s.starts_on) school on true
  where a.authority_id = (select auth.authority_id()) and (p_school_urn is null or s.school_urn = p_school_urn)
    and (p_from is null or a.effective_on >= p_from) and (p_to is null or a.effective_on <= p_to)
    and (p_cursor is null or (a.effective_on, a.adjustment_id) > ((p_cursor::jsonb ->> 0)::date, p_cursor::jsonb ->> 1))
  order by a.effective_on, a.adjustment_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function sla.list_adjustments is 'sla.list_adjustments lists what subscriptions gave back, with the arithmetic; a school sees its own.';
grant execute on function sla.list_adjustments to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;
