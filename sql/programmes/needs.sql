-- Needs analyses (NEE-1): who is strong this year, who over three years, who needs support; and who could support whom.

create function programmes.require_analysis(p_analysis_id text) returns programmes.analysis
language plpgsql stable as $$
declare
  v_analysis programmes.analysis;
begin
  perform errors.required('analysis_id', p_analysis_id, 'a reference such as na-7k2q9mx4td');
  select a.* into v_analysis from programmes.analysis a where a.authority_id = auth.authority_id() and a.analysis_id = p_analysis_id;
  if not found then
    perform errors.not_found('analysis_id', format('The authority has no analysis "%s".', left(p_analysis_id, 40)), 'a reference such as na-7k2q9mx4td',
      'improve analysis list shows them.');
  end if;
  return v_analysis;
end $$;
comment on function programmes.require_analysis is 'programmes.require_analysis finds a needs analysis, or refuses.';

create function programmes.standings(p_analysis programmes.analysis, p_year integer, p_number integer)
returns table (school_urn integer, this_year numeric, last_year numeric, year_before numeric, cohort integer, standing text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  with told as (
    select distinct on (o.school_urn, o.academic_year) o.school_urn, o.academic_year, o.value, o.cohort
    from programmes.outcome o
    where o.authority_id = p_analysis.authority_id and o.analysis_id = p_analysis.analysis_id and o.version_number <= p_number and o.academic_year between p_year - 2 and p_year
    order by o.school_urn, o.academic_year, o.version_number desc
  ), school as (
    select t.school_urn, max(t.value) filter (where t.academic_year = p_year) as v0, max(t.value) filter (where t.academic_year = p_year - 1) as v1,
      max(t.value) filter (where t.academic_year = p_year - 2) as v2, max(t.cohort) filter (where t.academic_year = p_year) as cohort
    from told t group by t.school_urn
  )
  select s.school_urn, s.v0, s.v1, s.v2, s.cohort,
    case when s.v0 is null then 'not told' when s.v0 >= p_analysis.strong_from and s.v1 >= p_analysis.strong_from and s.v2 >= p_analysis.strong_from then 'strong over three years'
      when s.v0 >= p_analysis.strong_from then 'strong this year' when s.v0 < p_analysis.support_below then 'in need of support' else 'neither' end
  from school s;
end $$;
comment on function programmes.standings is 'programmes.standings tells of each school in an analysis, by what was told up to a version, its outcomes of three years and how it stands: strong this year, strong over three years (each of which must be told), in need of support, or neither.';
grant execute on function programmes.require_analysis, programmes.standings to improve_exec;

create function programmes.add_analysis(p_title text, p_measure text, p_strong_from numeric, p_support_below numeric) returns table (analysis_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('title', btrim(p_title));
  perform errors.required('measure', btrim(p_measure));
  perform errors.required('strong_from', p_strong_from);
  perform errors.required('support_below', p_support_below);
  return query
  insert into programmes.analysis (authority_id, analysis_id, title, measure, strong_from, support_below)
  values (auth.authority_id(), base.new_ref('na'), btrim(p_title), btrim(p_measure), p_strong_from, p_support_below)
  returning analysis_id, version;
end $$;
comment on function programmes.add_analysis is 'programmes.add_analysis begins a needs analysis of a measure: from which outcome a school is strong, and below which it needs support.';
grant execute on function programmes.add_analysis to persona_la_admin, persona_officer;

create function programmes.add_analysis_version(p_analysis_id text, p_version integer, p_outcomes jsonb, p_source text) returns table (analysis_id text, number integer, outcomes integer, changed integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was programmes.analysis := programmes.require_analysis(p_analysis_id);
  v_row record;
  v_count integer := 0;
  v_changed integer := 0;
begin
  perform errors.required('version', p_version);
  select a.* into v_was from programmes.analysis a where a.authority_id = auth.authority_id() and a.analysis_id = p_analysis_id for no key update;
  if v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif coalesce(jsonb_array_length(p_outcomes), 0) = 0 then
    perform errors.required('outcomes', null::text, 'school_urn=122345,academic_year=2026,value=71.5,cohort=28');
  end if;
  insert into programmes.analysis_version (authority_id, analysis_id, number, source, recorded_by)
  values (auth.authority_id(), p_analysis_id, v_was.versions + 1, nullif(btrim(p_source), ''), auth.person_id());
  for v_row in select x.school_urn, x.academic_year, x.value, x.cohort from jsonb_to_recordset(p_outcomes) x (school_urn integer, academic_year integer, value numeric, cohort integer) loop
    perform errors.required('outcomes', v_row.school_urn, 'the URN of a school');
    perform errors.required('outcomes', v_row.academic_year, 'the year in which it begins');
    perform errors.required('outcomes', v_row.value, 'a value');
    perform register.require_open_school('outcomes', v_row.school_urn, auth.authority_id(), calendar.academic_year_starts(v_row.academic_year));
    v_changed := v_changed + exists (select from programmes.outcome o where o.authority_id = auth.authority_id() and o.analysis_id = p_analysis_id and o.school_urn = v_row.school_urn
      and o.academic_year = v_row.academic_year)::integer;
    insert into programmes.outcome (authority_id, analysis_id, version_number, school_urn, academic_year, value, cohort)
    values (auth.authority_id(), p_analysis_id, v_was.versions + 1, v_row.school_urn, v_row.academic_year, v_row.value, v_row.cohort);
    v_count := v_count + 1;
  end loop;
  update programmes.analysis a set versions = a.versions + 1, version = a.version + 1 where a.authority_id = auth.authority_id() and a.analysis_id = p_analysis_id;
  return query values (p_analysis_id, v_was.versions + 1, v_count, v_changed, v_was.version + 1);
end $$;
comment on function programmes.add_analysis_version is 'programmes.add_analysis_version adds a version to a needs analysis: outcomes that are told for the first time or anew; what is not told again stays as it was, and earlier versions can still be read.';
grant execute on function programmes.add_analysis_version to persona_la_admin, persona_officer;

create function programmes.list_analyses() returns table (analysis_id text, title text, measure text, strong_from double precision, support_below double precision, versions integer, schools integer,
  first_year text, last_year text, version integer)
language sql stable as $$
  select a.analysis_id, a.title, a.measure, a.strong_from::double precision, a.support_below::double precision, a.versions, o.schools::integer, calendar.year_text(o.first_year), calendar.year_text(o.last_year), a.version
  from programmes.analysis a
  cross join lateral (select count(distinct x.school_urn) as schools, min(x.academic_year) as first_year, max(x.academic_year) as last_year from programmes.outcome x
    where x.authority_id = a.authority_id and x.analysis_id = a.analysis_id) o
  where a.authority_id = (select auth.authority_id())
  order by a.title_key
$$;
comment on function programmes.list_analyses is 'programmes.list_analyses lists needs analyses with their versions, schools and years.';
grant execute on function programmes.list_analyses to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function programmes.list_needs(p_analysis_id text, p_academic_year integer, p_number integer, p_standing text)
returns table (school_urn integer, school text, phase_group text, this_year double precision, last_year double precision, year_before double precision, cohort integer, standing text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_analysis constant programmes.analysis := programmes.require_analysis(p_analysis_id);
  v_number constant integer := coalesce(p_number, v_analysis.versions);
  v_year constant integer := coalesce(p_academic_year, (select max(o.academic_year) from programmes.outcome o where o.authority_id = auth.authority_id() and o.analysis_id = p_analysis_id
    and o.version_number <= v_number));
  v_told record;
begin
  if v_number not between 1 and v_analysis.versions then
    perform errors.not_found('number', format('The analysis has no version %s.', v_number), case when v_analysis.versions > 0 then format('1 to %s', v_analysis.versions) else 'an analysis with a version' end);
  elsif p_standing is not null and lower(btrim(p_standing)) not in ('strong over three years', 'strong this year', 'in need of support', 'neither', 'not told') then
    perform errors.invalid('standing', 'That is no standing.', 'NEE-1', 'strong over three years, strong this year, in need of support, neither or not told');
  end if;
  select count(*) as base, count(*) filter (where s.standing like 'strong%') as strong, count(*) filter (where s.standing = 'strong over three years') as long_strong,
    count(*) filter (where s.standing = 'in need of support') as weak into v_told
  from programmes.standings(v_analysis, v_year, v_number) s where s.this_year is not null;
  raise notice using errcode = 'IMNTE', message = format('%s, %s, version %s of %s: of %s schools strong %s, over three years %s; in need of support %s.', v_analysis.measure, calendar.year_text(v_year), v_number,
    v_analysis.versions, v_told.base, v_told.strong, v_told.long_strong, v_told.weak);
  return query
  select s.school_urn, o.name, o.phase_group, s.this_year::double precision, s.last_year::double precision, s.year_before::double precision, s.cohort, s.standing
  from programmes.standings(v_analysis, v_year, v_number) s
  left join lateral register.establishment_on(s.school_urn, calendar.academic_year_ends(v_year)) o on true
  where p_standing is null or s.standing = lower(btrim(p_standing))
  order by array_position(array['in need of support', 'neither', 'strong this year', 'strong over three years', 'not told'], s.standing), s.this_year, s.school_urn;
end $$;
comment on function programmes.list_needs is 'programmes.list_needs lists how schools stand in a needs analysis, those in need of support first, by its latest version or an earlier one; remarked with how many of how many.';
grant execute on function programmes.list_needs to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function programmes.match_support(p_round_id text, p_analysis_id text, p_priority integer, p_most integer)
returns table (receiver_urn integer, receiver text, receiver_standing text, rank integer, giver_urn integer, giver text, giver_standing text, km double precision, led_by text)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_round constant funds.round := funds.require_round(p_round_id);
  v_analysis constant programmes.analysis := programmes.require_analysis(p_analysis_id);
  v_year constant integer := (select max(o.academic_year) from programmes.outcome o where o.authority_id = auth.authority_id() and o.analysis_id = p_analysis_id);
begin
  perform funds.require_priority(p_round_id, p_priority);
  raise notice using errcode = 'IMNTE', message = 'Receivers said that they want support; givers that they would give it, the strong ones first and then the near ones. Whoever is in need of support gives none.';
  return query
  with standing as materialized (select s.* from programmes.standings(v_analysis, v_year, v_analysis.versions) s),
  wants as (
    select distinct i.school_urn, 'receiver' = any (i.wants) as receives, 'giver' = any (i.wants) as gives, coalesce(s.standing, 'not told') as standing
    from funds.interest i left join standing s on s.school_urn = i.school_urn
    where i.authority_id = auth.authority_id() and i.round_id = v_round.round_id and i.withdrawn_at is null and i.school_urn is not null
      and (p_priority is null or coalesce(i.priority_number, p_priority) = p_priority)
  ), pair as (
    select r.school_urn as receiver, r.standing as receiver_standing, g.school_urn as giver, g.standing as giver_standing, d.km,
      row_number() over (partition by r.school_urn order by array_position(array['strong over three years', 'strong this year', 'neither', 'not told'], g.standing), d.km nulls last, g.school_urn)::integer as rank
    from wants r
    left join wants g on g.gives and g.school_urn <> r.school_urn and g.standing <> 'in need of support'
    cross join lateral (select partners.distance_km(r.school_urn, g.school_urn) as km) d
    where r.receives and r.standing not like 'strong%'
  )
  select p.receiver, rs.name, p.receiver_standing, case when p.giver is not null then p.rank end, p.giver, gs.name, p.giver_standing, p.km::double precision, funds.partner_leads(v_round.round_id, p_priority)
  from pair p
  left join lateral register.establishment_on(p.receiver, base.today()) rs on true
  left join lateral register.establishment_on(p.giver, base.today()) gs on true
  where p.rank <= greatest(1, least(coalesce(p_most, 3), 20))
  order by array_position(array['in need of support', 'neither', 'not told'], p.receiver_standing), rs.name, p.rank;
end $$;
comment on function programmes.match_support is 'programmes.match_support matches the schools of a round that want support with those that would give it, for a priority: receivers in need first; for each the strong givers, the near ones before the far ones, and which partner leads (FUN-1, NEE-1).';
grant execute on function programmes.match_support to persona_la_admin, persona_officer, persona_reporter;
