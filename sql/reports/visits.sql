-- Reports on visits: keeping in touch (VIS-5), and half-days delivered against those entitled to (VIS-2).

create function reports.visits_owed(p_as_of date, p_academic_year integer)
returns table (authority text, as_of date, academic_year text, phase_group text, base integer, done integer, planned integer, owed integer, autumn integer,
  autumn_done integer, late integer, percent numeric)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_year constant integer := visits.kit_year(p_academic_year, p_as_of);
  v_on constant date := visits.year_day(v_year, p_as_of);
  v_authority constant text := base.authority_code(auth.authority_id());
  v_had record;
begin
  select count(k.visit_id) as visits, count(distinct k.partner_id) as partners, sum(k.fee_pence) as fees, count(k.fee_pence) as with_fee into v_had
  from visits.kit(v_year, v_on) k;
  raise notice using errcode = 'IMNTE', message = case when v_had.visits = 0 then 'No visit is planned or done.'
    else format('Planned or done: %s visits by %s partners, %s each%s.', v_had.visits, v_had.partners, round(v_had.visits::numeric / v_had.partners, 1),
      case when v_had.with_fee > 0 then format('; fees of %s visits: £%s', v_had.with_fee, to_char(v_had.fees / 100.0, 'FM999,999,990.00')) else '' end) end;
  return query
  with school as materialized (select k.* from visits.kit(v_year, v_on) k),
  counted as (
    select s.phase_group, count(*)::integer as base, count(*) filter (where s.state = 'done')::integer as done,
      count(*) filter (where s.state = 'planned')::integer as planned, count(*) filter (where s.state = 'owed')::integer as owed,
      count(*) filter (where s.in_window)::integer as autumn, count(*) filter (where s.in_window and s.state = 'done')::integer as autumn_done,
      count(*) filter (where s.state <> 'done' and s.due_by < v_on)::integer as late
    from school s
    group by grouping sets ((s.phase_group), ())
  )
  select v_authority, v_on, calendar.year_text(v_year), coalesce(c.phase_group, 'Total'), c.base, c.done, c.planned, c.owed, c.autumn, c.autumn_done, c.late,
    reports.percent(c.done, c.base)
  from counted c
  order by c.phase_group is null, array_position(array['Primary', 'Secondary', 'Special'], c.phase_group), c.phase_group;
end $$;
comment on function reports.visits_owed is 'reports.visits_owed counts the keeping-in-touch visits owed, planned and done in an academic year, by phase group, with the schools that are owed one as the base; how many are due in autumn, for the Ofsted window, and how many are late. Remarked: visits by partner, and what they cost (VIS-5).';
grant execute on function reports.visits_owed to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function reports.delivered_against_entitled(p_as_of date, p_source text)
returns table (authority text, as_of date, school_urn integer, school text, source text, starts_on date, ends_on date, entitled integer, delivered integer,
  planned integer, kept integer, half_days_left integer, percent numeric)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
  v_until constant timestamptz := (v_on + 1)::timestamp at time zone 'Europe/London';
  v_authority constant text := base.authority_code(auth.authority_id());
begin
  if lower(p_source) not in ('sla', 'offer', 'consultancy', 'core') then
    perform errors.invalid('source', 'Half-days come from a source of the list.', 'VIS-2', 'sla, offer, consultancy or core');
  end if;
  return query
  with entry as (
    select n.entitlement_id, n.half_days, case when n.visit_id is null then 'granted'
      when v.status in ('done', 'noted', 'agreed') and v.starts_at < v_until then 'delivered'
      when v.cancelled_at < v_until then 'kept' else 'planned' end as became
    from visits.entitlement_entry n
    left join visits.visit v on v.authority_id = n.authority_id and v.visit_id = n.visit_id
    where n.authority_id = auth.authority_id() and n.entered_at < v_until
  ), balance as (
    select e.school_urn, e.source, e.starts_on, e.ends_on, e.entitlement_id,
      coalesce(sum(n.half_days) filter (where n.became = 'granted'), 0)::integer as entitled,
      coalesce(-sum(n.half_days) filter (where n.became = 'delivered'), 0)::integer as delivered,
      coalesce(-sum(n.half_days) filter (where n.became = 'planned'), 0)::integer as planned,
      coalesce(-sum(n.half_days) filter (where n.became = 'kept'), 0)::integer as kept, coalesce(sum(n.half_days), 0)::integer as left_
    from visits.entitlement e
    left join entry n on n.entitlement_id = e.entitlement_id
    where e.authority_id = auth.authority_id() and e.starts_on <= v_on and e.ends_on >= v_on and (p_source is null or e.source = lower(p_source))
    group by e.authority_id, e.entitlement_id
    union all
    select null, 'consultancy', a.starts_on, a.ends_on, a.agreement_id, c.entitled, c.delivered, c.planned, c.kept, c.entitled - c.delivered - c.planned - c.kept
    from consultancy.agreement a
    cross join lateral consultancy.balance_on(a.agreement_id, v_on) c
    where a.authority_id = auth.authority_id() and a.side = 'client' and a.status = 'accepted' and a.starts_on <= v_on and a.ends_on >= v_on
      and (p_source is null or lower(p_source) = 'consultancy')
  )
  select v_authority, v_on, b.school_urn, coalesce(school.name, (select a.title from consultancy.agreement a
      where a.authority_id = auth.authority_id() and a.agreement_id = b.entitlement_id)), b.source, b.starts_on, b.ends_on, b.entitled, b.delivered, b.planned, b.kept, b.left_,
    reports.percent(b.delivered, b.entitled)
  from (
    select * from balance
    union all
    select null, 'Total', null, null, null, sum(t.entitled)::integer, sum(t.delivered)::integer, sum(t.planned)::integer, sum(t.kept)::integer, sum(t.left_)::integer
    from balance t having count(*) > 0
  ) b
  left join lateral register.establishment_on(b.school_urn, v_on) school on true
  order by b.school_urn nulls last, b.source, b.starts_on, b.entitlement_id;
end $$;
comment on function reports.delivered_against_entitled is 'reports.delivered_against_entitled sets the half-days that visits delivered by a day against those that schools are entitled to on it: entitled = delivered + planned + kept (cancelled too late) + left (VIS-2). What an agreement of consultancy gives is for all the schools that it names, and stands in one row under its title (CON-2).';
grant execute on function reports.delivered_against_entitled to persona_la_admin, persona_officer, persona_finance, persona_reporter;
