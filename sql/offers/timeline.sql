-- What the tiers of an offer should be, from scratch: each school's history by the day on which each inspection was news, and the moves that follow
-- (OFF-1, OFF-2). Nothing here depends on what was computed before.

create function offers.histories(p_scheme offers.scheme, p_on date)
returns table (school_id integer, urn integer, numbers text[], days date[], news date[], grades integer[])
language sql stable as $$
  with school as materialized (
    select s.urn, s.school_id from register.schools_on(p_on, null) s where s.authority_id = (select auth.authority_id()) and s.is_open
  ), counted as (
    select s.urn, i.inspection_id
    from school s
    join register.establishment e on e.school_id = s.school_id and (p_scheme.predecessors or e.urn = s.urn)
    join register.inspection i on i.urn = e.urn
    union
    select s.urn, i.inspection_id
    from school s
    join register.inspection_attribution a on a.urn = s.urn
    join register.inspection i on i.inspection_number = a.inspection_number
    where p_scheme.predecessors
  ), graded as (
    select c.urn, i.inspection_number, coalesce(i.starts_on, i.ends_on, i.published_on) as day, coalesce(i.published_on, i.ends_on, i.starts_on) as news, g.grade::integer as grade
    from counted c
    join register.inspection i using (inspection_id)
    join register.inspection_grade g on g.inspection_id = i.inspection_id and g.area = 'Overall effectiveness' and g.scale = '1-4'
    where i.superseded_at is null and i.kind = 'graded' and coalesce(i.published_on, i.ends_on, i.starts_on) <= p_on
  )
  select s.school_id, s.urn, coalesce(array_agg(g.inspection_number order by g.day, g.inspection_number) filter (where g.urn is not null), '{}'),
    coalesce(array_agg(g.day order by g.day, g.inspection_number) filter (where g.urn is not null), '{}'),
    coalesce(array_agg(g.news order by g.day, g.inspection_number) filter (where g.urn is not null), '{}'),
    coalesce(array_agg(g.grade order by g.day, g.inspection_number) filter (where g.urn is not null), '{}')
  from school s
  left join graded g on g.urn = s.urn
  group by s.school_id, s.urn
$$;
comment on function offers.histories is 'offers.histories gives each open school of the authority on a day with its graded inspections published by then, in the order of their first days: their numbers, first days, the days on which they were news, and overall grades. An inspection without an overall grade gives none.';

create function offers.tier_for(p_tiers jsonb, p_days date[], p_news date[], p_grades integer[], p_on date) returns integer
language plpgsql immutable as $$
declare
  v_days constant date[] := array(select p_days[i] from generate_subscripts(p_days, 1) i where p_news[i] <= p_on order by i);
  v_grades constant integer[] := array(select p_grades[i] from generate_subscripts(p_days, 1) i where p_news[i] <= p_on order by i);
  v_tier jsonb;
begin
  for v_tier in select t from jsonb_array_elements(p_tiers) t loop -- the highest rank first
    if offers.fits(v_tier -> 'rules', v_grades, v_days, p_on) then
      return (v_tier ->> 'nth')::integer;
    end if;
  end loop;
  return null;
end $$;
comment on function offers.tier_for is 'offers.tier_for is the tier of a history on a day, by what was published then: the highest that fits; null for none.';

create function offers.tiers_of(p_scheme_id text) returns jsonb
language plpgsql stable as $$
begin
  return (select jsonb_agg(jsonb_build_object('nth', t.nth, 'rank', t.rank, 'pence', t.pence, 'half_days', t.half_days, 'rules', offers.rules_of(t.scheme_id, t.nth))
      order by t.rank desc, t.nth)
    from offers.tier t where t.authority_id = auth.authority_id() and t.scheme_id = p_scheme_id);
end $$;
comment on function offers.tiers_of is 'offers.tiers_of is the tiers of an offer with their rules, the highest rank first.';

create function offers.gain(p_scheme offers.scheme, p_from jsonb, p_to jsonb, p_field text, p_has bigint) returns bigint
language plpgsql immutable as $$
declare
  v_to constant bigint := coalesce((p_to ->> p_field)::bigint, 0);
  v_up constant boolean := p_from is null or p_to is not null and (p_to ->> 'rank')::integer > (p_from ->> 'rank')::integer
    or (p_to ->> 'rank')::integer = (p_from ->> 'rank')::integer and v_to >= (p_from ->> p_field)::bigint;
begin
  return case
    when v_up and p_from is null and p_has = 0 then v_to
    when v_up then case p_scheme.top_up when 'difference' then greatest(0, v_to - p_has) when 'full' then v_to else 0 end
    when p_scheme.moving_down = 'take_back' then least(0, v_to - p_has)
    else 0 end;
end $$;
comment on function offers.gain is 'offers.gain is what a school that has so much gets or loses when it moves from a tier to another, by the offer''s settings (OFF-2); null is no tier. A school that joins gets the whole.';

create function offers.timeline(p_scheme offers.scheme, p_on date)
returns table (school_id integer, urn integer, moves jsonb)
language plpgsql stable as $$
declare
  v_tiers constant jsonb := offers.tiers_of(p_scheme.scheme_id);
  v_by_nth constant jsonb := (select jsonb_object_agg(t ->> 'nth', t) from jsonb_array_elements(v_tiers) t);
  v_years constant integer[] := array(select distinct (r ->> k)::integer from jsonb_array_elements(v_tiers) t, jsonb_array_elements(t -> 'rules') r,
    unnest(array['at_least', 'at_most']) k where r ->> 'test' = 'years_at_or_below' and r ->> k is not null);
  h record;
  d date;
  v_was integer;
  v_now integer;
  v_pence bigint;
  v_half_days bigint;
  v_gain bigint;
  v_days_gain bigint;
begin
  for h in select * from offers.histories(p_scheme, p_on) x order by x.urn loop
    v_was := null;
    v_pence := 0;
    v_half_days := 0;
    moves := '[]';
    for d in
      select p_scheme.starts_on where p_scheme.starts_on <= p_on
      union
      select x from unnest(h.news) x where x > p_scheme.starts_on and x <= p_on
      union
      select x.day from unnest(h.days) i, unnest(v_years) y, lateral (values ((i + make_interval(years => y))::date), ((i + make_interval(years => y))::date + 1)) x (day)
      where x.day > p_scheme.starts_on and x.day <= p_on
      order by 1
    loop
      v_now := offers.tier_for(v_tiers, h.days, h.news, h.grades, d);
      continue when v_now is not distinct from v_was;
      v_gain := offers.gain(p_scheme, v_by_nth -> v_was::text, v_by_nth -> v_now::text, 'pence', v_pence);
      v_days_gain := offers.gain(p_scheme, v_by_nth -> v_was::text, v_by_nth -> v_now::text, 'half_days', v_half_days);
      moves := moves || jsonb_build_object('on', d, 'from', v_was, 'to', v_now, 'cause', case when d = p_scheme.starts_on then 'start' when d = any (h.news) then 'news' else 'anniversary' end,
        'number', case when d > p_scheme.starts_on then h.numbers[array_position(h.news, d)] end, 'pence', v_gain, 'half_days', v_days_gain);
      v_pence := v_pence + v_gain;
      v_half_days := v_half_days + v_days_gain;
      v_was := v_now;
    end loop;
    school_id := h.school_id;
    urn := h.urn;
    return next;
  end loop;
end $$;
comment on function offers.timeline is 'offers.timeline gives each open school of the authority with the moves between tiers that it makes from an offer''s first day to a day, from scratch, by what is known of inspections now: at the start, on the day on which an inspection is news, and on anniversaries of one (OFF-2).';
grant execute on function offers.histories, offers.tier_for, offers.tiers_of, offers.gain, offers.timeline to improve_exec;
