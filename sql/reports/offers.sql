-- Reports on offers: what is in each tier (OFF-1), and who moved when (OFF-2).

create function reports.offer_tiers(p_scheme_id text, p_as_of date)
returns table (authority text, as_of date, offer text, academic_year text, tier text, half_days integer, tier_pence bigint, up_to boolean, schools integer, base integer, percent numeric,
  total_half_days integer, awarded_pence bigint)
language plpgsql stable cost 10000 set jit = off as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
begin
  if p_scheme_id is not null then
    perform offers.scheme_of(p_scheme_id);
  end if;
  raise notice using errcode = 'IMNTE', message = 'base counts the authority''s open schools; a school is in the tier of its latest move by the day.';
  return query
  with scheme as (
    select s.* from offers.scheme s
    where s.authority_id = auth.authority_id() and case when p_scheme_id is null then v_on between s.starts_on and s.ends_on else s.scheme_id = p_scheme_id end
  ), open_school as (
    select count(*)::integer as n from register.schools_on(v_on, null) s where s.authority_id = auth.authority_id() and s.is_open
  ), placed as (
    select a.scheme_id, m.to_nth, (select coalesce(sum(x.half_days), 0) from offers.move x where x.authority_id = a.authority_id and x.award_id = a.award_id
        and x.superseded_at is null and x.effective_on <= v_on) as half_days,
      (select coalesce(sum(e.pence), 0) from offers.entry e where e.authority_id = a.authority_id and e.award_id = a.award_id and e.effective_on <= v_on
        and e.kind in ('awarded', 'adjusted', 'carried_in', 'carried_out')) as pence
    from offers.award a
    join lateral (
      select x.to_nth from offers.move x where x.authority_id = a.authority_id and x.award_id = a.award_id and x.superseded_at is null and x.effective_on <= v_on
      order by x.effective_on desc limit 1
    ) m on true
    where a.authority_id = auth.authority_id()
  ), line as (
    select s.scheme_id, s.name as offer, s.academic_year, 1 as part, t.rank, t.nth, t.name as tier, t.half_days, t.pence, t.up_to
    from scheme s join offers.tier t on t.authority_id = s.authority_id and t.scheme_id = s.scheme_id
    union all
    select s.scheme_id, s.name, s.academic_year, 2, null, null, 'Left', null, null, null from scheme s
    where exists (select from placed p where p.scheme_id = s.scheme_id and p.to_nth is null)
  ), filled as (
    select l.*, count(p.scheme_id)::integer as schools, coalesce(sum(p.half_days), 0)::integer as all_days, coalesce(sum(p.pence), 0)::bigint as all_pence
    from line l left join placed p on p.scheme_id = l.scheme_id and p.to_nth is not distinct from l.nth
    group by l.scheme_id, l.offer, l.academic_year, l.part, l.rank, l.nth, l.tier, l.half_days, l.pence, l.up_to
    union all
    select s.scheme_id, s.name, s.academic_year, 3, null, null, 'Total', null, null, null, (select count(*) filter (where p.to_nth is not null)::integer from placed p where p.scheme_id = s.scheme_id),
      (select coalesce(sum(p.half_days), 0)::integer from placed p where p.scheme_id = s.scheme_id), (select coalesce(sum(p.pence), 0)::bigint from placed p where p.scheme_id = s.scheme_id)
    from scheme s
  )
  select base.authority_code(auth.authority_id()), v_on, f.offer, calendar.year_text(f.academic_year), f.tier, f.half_days, f.pence, f.up_to, f.schools, o.n, reports.percent(f.schools, o.n),
    f.all_days, f.all_pence
  from filled f cross join open_school o
  order by f.academic_year desc, f.offer, f.part, f.rank, f.nth;
end $$;
comment on function reports.offer_tiers is 'reports.offer_tiers counts the schools in each tier of an offer on a day, with what each tier gives and what was awarded; the total counts the schools that are in one (OFF-1).';

create function reports.offer_moves(p_scheme_id text, p_from date, p_to date, p_known_at timestamptz)
returns table (authority text, offer text, effective_on date, school_urn integer, school text, from_tier text, to_tier text, cause text, inspection text, pence bigint, half_days integer,
  recorded_at timestamptz)
language plpgsql stable cost 10000 set jit = off as $$
#variable_conflict use_column
declare
  v_sum record;
begin
  if p_scheme_id is not null then
    perform offers.scheme_of(p_scheme_id);
  elsif p_to < p_from then
    perform errors.invalid('to', 'A period cannot end before it starts.', 'OFF-2', format('%s or later', p_from));
  end if;
  for authority, offer, effective_on, school_urn, school, from_tier, to_tier, cause, inspection, pence, half_days, recorded_at in
    select base.authority_code(auth.authority_id()), s.name, m.effective_on, a.school_urn, n.name, f.name, t.name, m.cause, m.inspection_number, m.pence, m.half_days, m.recorded_at
    from offers.move m
    join offers.award a on a.authority_id = m.authority_id and a.award_id = m.award_id
    join offers.scheme s on s.authority_id = m.authority_id and s.scheme_id = m.scheme_id
    left join offers.tier f on f.authority_id = m.authority_id and f.scheme_id = m.scheme_id and f.nth = m.from_nth
    left join offers.tier t on t.authority_id = m.authority_id and t.scheme_id = m.scheme_id and t.nth = m.to_nth
    left join lateral register.school_on(a.school_urn, m.effective_on) n on true
    where m.authority_id = auth.authority_id() and (p_scheme_id is null or m.scheme_id = p_scheme_id)
      and (p_from is null or m.effective_on >= p_from) and (p_to is null or m.effective_on <= p_to)
      and case when p_known_at is null then m.superseded_at is null
        else m.recorded_at <= p_known_at and (m.superseded_at is null or m.superseded_at > p_known_at) end
    order by m.effective_on, a.school_urn
  loop
    return next;
  end loop;
end $$;
comment on function reports.offer_moves is 'reports.offer_moves lists the schools that joined an offer, moved between its tiers or left it, with why and what it gave or took (OFF-2). With known_at, as it was computed then.';
grant execute on function reports.offer_tiers, reports.offer_moves to persona_la_admin, persona_officer, persona_finance, persona_reporter;
