-- Early-career teachers (SLA-2): what schools state, and what the end of the year makes of it.

create function sla.academic_year_text(p_year integer) returns text
language plpgsql immutable as $$
begin
  return format('%s/%s', p_year, lpad(((p_year + 1) % 100)::text, 2, '0'));
end $$;
comment on function sla.academic_year_text is 'sla.academic_year_text writes an academic year: 2026/27.';

create function sla.ects_stated(p_school_urn integer, p_year integer, out units integer, out counted_on date, out counted_urn integer)
language plpgsql stable as $$
begin
  select c.ects, (c.stated_at at time zone 'Europe/London')::date, c.school_urn into units, counted_on, counted_urn
  from register.establishment me
  join register.establishment e on e.school_id = me.school_id
  join sla.ect_count c on c.authority_id = auth.authority_id() and c.school_urn = e.urn
  where me.urn = p_school_urn and c.academic_year = p_year and c.superseded_at is null
  order by c.school_urn = p_school_urn desc, c.stated_at desc limit 1;
end $$;
comment on function sla.ects_stated is 'sla.ects_stated is the number of early-career teachers that a school, or the one it came from, has stated for an academic year; nulls for none.';

create function sla.ects_on(p_school_urn integer, p_on date, out units integer, out counted_on date, out counted_urn integer)
language plpgsql stable as $$
declare
  v_year constant integer := calendar.academic_year(p_on);
begin
  select s.units, s.counted_on, s.counted_urn into units, counted_on, counted_urn from sla.ects_stated(p_school_urn, v_year) s;
  if units is null then
    perform errors.precondition('ECTS_UNKNOWN', format('The price is by early-career teachers, and school %s has stated none for %s.', p_school_urn, sla.academic_year_text(v_year)),
      'school_urn', 'SLA-2', 'a number that the school states, 0 for none', format('improve ect-count state %s 2 --academic-year %s', p_school_urn, v_year));
  end if;
end $$;
comment on function sla.ects_on is 'sla.ects_on is the number of early-career teachers that a price uses: what the school has stated for the academic year of the first day.';
grant execute on function sla.academic_year_text, sla.ects_stated, sla.ects_on to improve_exec;

create function sla.state_ect_count(p_school_urn integer, p_ects integer, p_academic_year integer)
returns table (ect_count_id text, school_urn integer, academic_year integer, ects integer, was integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_year constant integer := coalesce(p_academic_year, calendar.academic_year(base.today()));
  v_was integer;
begin
  perform people.require_acts_for('school_urn', p_school_urn);
  perform errors.required('ects', p_ects, 'a number of early-career teachers, 0 for none');
  if (sla.school_on(p_school_urn, base.today())).name is null then
    perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), base.today());
  elsif abs(v_year - calendar.academic_year(base.today())) > 1 then
    perform errors.invalid('academic_year', format('Early-career teachers are stated for this academic year, the one before or the next, not for %s.', sla.academic_year_text(v_year)), 'SLA-2',
      format('%s to %s', calendar.academic_year(base.today()) - 1, calendar.academic_year(base.today()) + 1));
  end if;
  update sla.ect_count c set superseded_at = now()
  where c.authority_id = auth.authority_id() and c.school_urn = p_school_urn and c.academic_year = v_year and c.superseded_at is null
  returning c.ects into v_was;
  return query
  insert into sla.ect_count as c (authority_id, ect_count_id, school_urn, academic_year, ects, stated_by)
  values (auth.authority_id(), base.new_ref('ec'), p_school_urn, v_year, p_ects, auth.person_id())
  returning c.ect_count_id, c.school_urn, c.academic_year, c.ects, v_was;
end $$;
comment on function sla.state_ect_count is 'sla.state_ect_count states how many early-career teachers a school has in an academic year, this one unless told; again, it supersedes. What was ordered keeps its price until the year is settled (SLA-2).';
grant execute on function sla.state_ect_count to persona_la_admin, persona_officer, persona_booker;

create function sla.list_ect_counts(p_school_urn integer, p_academic_year integer, p_page_size integer, p_cursor text)
returns table (school_urn integer, school text, academic_year integer, ects integer, stated_on date, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select c.school_urn, (register.school_on(c.school_urn, base.today())).name, c.academic_year, c.ects, (c.stated_at at time zone 'Europe/London')::date,
    jsonb_build_array(c.academic_year, c.school_urn)::text
  from sla.ect_count c
  where c.authority_id = auth.authority_id() and c.superseded_at is null and (p_school_urn is null or c.school_urn = p_school_urn)
    and (p_academic_year is null or c.academic_year = p_academic_year)
    and (p_cursor is null or (c.academic_year, c.school_urn) > ((p_cursor::jsonb ->> 0)::integer, (p_cursor::jsonb ->> 1)::integer))
  order by c.academic_year, c.school_urn
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function sla.list_ect_counts is 'sla.list_ect_counts lists how many early-career teachers schools have stated; a school sees its own.';
grant execute on function sla.list_ect_counts to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function sla.ect_difference(p_subscription sla.subscription, p_clause sla.price_clause, p_stated integer, out net_pence bigint, out reasons jsonb)
language plpgsql stable as $$
declare
  v_year constant record := sla.year_of(sla.policy_of(p_subscription.policy_number), p_subscription.school_status = 'maintained', p_subscription.starts_on);
  v_was bigint;
  v_is bigint;
  v_counting constant text := case when sla.whole_months(p_subscription.starts_on, p_subscription.ends_on) then 'months' else 'days' end;
  v_part record;
begin
  select sum(l.pence) into v_was from sla.net_lines(p_clause, p_subscription.ects, p_subscription.starts_on, p_subscription.school_urn, p_subscription.school_urn) l;
  select sum(l.pence) into v_is from sla.net_lines(case when p_clause.band_from is null then p_clause else sla.band_of(p_clause, p_stated) end, p_stated, p_subscription.starts_on,
    p_subscription.school_urn, p_subscription.school_urn) l;
  net_pence := v_is - v_was;
  reasons := jsonb_build_array(jsonb_build_object('clause', 'ects', 'pence', net_pence, 'text', format('%s early-career teachers stated, %s charged for: %s a year, not %s', p_stated,
    p_subscription.ects, sla.pounds(v_is), sla.pounds(v_was))));
  if not p_clause.whole_year and (p_subscription.starts_on, p_subscription.ends_on) <> (v_year.year_starts, v_year.year_ends) then
    v_part := sla.part_of(abs(net_pence), v_year.year_starts, v_year.year_ends, p_subscription.starts_on, p_subscription.ends_on, v_counting);
    reasons := reasons || jsonb_build_object('clause', 'pro-rata', 'pence', sign(net_pence) * v_part.pence - net_pence, 'text', format('%s of %s %s', v_part.counted, v_part.of_all, v_counting));
    net_pence := sign(net_pence) * v_part.pence;
  end if;
end $$;
comment on function sla.ect_difference is 'sla.ect_difference is what the number of early-career teachers stated last makes of a subscription''s charge, net, with the reasons.';

create function sla.settle_one(p_subscription sla.subscription, p_stated integer, p_difference record) returns sla.ect_settlement
language plpgsql volatile as $$
declare
  v_left constant bigint := money.uncredited('sla.subscription', p_subscription.subscription_id);
  v_reasons jsonb := p_difference.reasons;
  v_made sla.ect_settlement;
begin
  v_made.net_pence := greatest(p_difference.net_pence, -coalesce(v_left, p_subscription.net_pence));
  v_made.vat_pence := sign(v_made.net_pence) * sla.vat_on(abs(v_made.net_pence), p_subscription.vat_percent);
  if v_made.net_pence <> p_difference.net_pence then
    v_reasons := v_reasons || jsonb_build_object('clause', 'credited', 'pence', v_made.net_pence - p_difference.net_pence, 'text', 'No more than is left of the charge');
  end if;
  if v_left is null and p_subscription.net_pence > 0 then
    raise notice using errcode = 'IMNTE', message = format('Subscription %s was billed elsewhere: the difference is to be charged or credited there.', p_subscription.subscription_id);
  elsif v_made.net_pence < 0 then
    v_made.charge_id := money.credit_cause('sla.subscription', p_subscription.subscription_id, -v_made.net_pence, base.today(), format('%s early-career teachers, not %s', p_stated, p_subscription.ects));
    v_made.vat_pence := (money.see_charge(v_made.charge_id)).vat_pence;
  elsif v_made.net_pence > 0 then
    v_made.charge_id := money.charge_school(p_subscription.school_urn, 'sla.ects', p_subscription.subscription_id, format('Early-career teachers, %s to %s: %s, not %s', sla.day(p_subscription.starts_on),
      sla.day(p_subscription.ends_on), p_stated, p_subscription.ects), base.today(), v_made.net_pence, p_subscription.vat_percent, v_made.vat_pence, v_reasons);
  end if;
  v_made.reasons := v_reasons || jsonb_build_object('clause', 'vat', 'pence', v_made.vat_pence, 'text', format('VAT at %s%%', trim_scale(p_subscription.vat_percent)));
  v_made.authority_id := p_subscription.authority_id;
  v_made.subscription_id := p_subscription.subscription_id;
  v_made.ects_ordered := p_subscription.ects;
  v_made.ects_stated := p_stated;
  v_made.settled_by := auth.person_id();
  v_made.settled_at := now();
  insert into sla.ect_settlement select (v_made).*;
  return v_made;
end $$;
comment on function sla.settle_one is 'sla.settle_one charges or credits the difference of a subscription, once; never more is given back than is left of its charge.';
grant execute on function sla.ect_difference, sla.settle_one to improve_exec;

create function sla.settle_ect_counts(p_ended_by date)
returns table (subscription_id text, school_urn integer, ended_on date, ects_ordered integer, ects_stated integer, net_pence bigint, vat_pence bigint, gross_pence bigint, charge_id text,
  reasons jsonb)
language plpgsql volatile cost 10000 as $$
#variable_conflict use_column
declare
  v_until constant date := coalesce(p_ended_by, base.today() - 1);
  v_one record;
  v_made sla.ect_settlement;
begin
  if v_until >= base.today() then
    perform errors.invalid('ended_by', 'A year that has not ended is not settled.', 'SLA-2', format('%s or earlier', base.today() - 1));
  end if;
  for v_one in
    select s as subscription, c::sla.price_clause as clause, e.units as stated
    from sla.subscription s
    join sla.price_clause c on c.authority_id = s.authority_id and c.price_id = s.price_id and c.nth = s.clause_nth and c.settles
    cross join lateral sla.ects_stated(s.school_urn, calendar.academic_year(s.starts_on)) e
    where s.authority_id = auth.authority_id() and s.ends_on <= v_until and s.ends_on >= s.starts_on and s.ects is not null and e.units is not null
      and not exists (select from sla.ect_settlement x where x.authority_id = s.authority_id and x.subscription_id = s.subscription_id)
    order by s.ends_on, s.school_urn, s.subscription_id
    for no key update of s
  loop
    v_made := sla.settle_one(v_one.subscription, v_one.stated, sla.ect_difference(v_one.subscription, v_one.clause, v_one.stated));
    return query values (v_made.subscription_id, (v_one.subscription).school_urn, (v_one.subscription).ends_on, v_made.ects_ordered, v_made.ects_stated, v_made.net_pence, v_made.vat_pence,
      v_made.net_pence + v_made.vat_pence, v_made.charge_id, v_made.reasons);
  end loop;
end $$;
comment on function sla.settle_ect_counts is 'sla.settle_ect_counts brings the charges of subscriptions that have ended to the early-career teachers that their schools stated last, where the price says so; each once (SLA-2).';
grant execute on function sla.settle_ect_counts to persona_la_admin, persona_officer;
