-- The language of tiers (OFF-1): what a rule says of a history of overall grades, the oldest first. The same functions judge a school's history and,
-- over all histories there could be, whether rules contradict each other.

create function offers.run_from(p_grades integer[], p_grade integer) returns integer
language plpgsql immutable as $$
declare
  i integer := cardinality(p_grades);
begin
  while i > 0 and p_grades[i] >= p_grade loop
    i := i - 1;
  end loop;
  return case when i < cardinality(p_grades) then i + 1 end;
end $$;
comment on function offers.run_from is 'offers.run_from is the place in a history from which on every grade is as bad as this one or worse; null when the latest is better.';

create function offers.grades_fit(p_rule jsonb, p_grades integer[]) returns boolean
language plpgsql immutable as $$
declare
  v_grades constant integer[] := array(select jsonb_array_elements_text(p_rule -> 'grades')::integer);
  v_count integer := 0;
  i integer;
begin
  case p_rule ->> 'test'
    when 'latest_grade' then
      return p_grades[cardinality(p_grades)] = any (v_grades);
    when 'first_grade' then
      return p_grades[1] = any (v_grades);
    when 'never_above' then
      return (select min(g) from unnest(p_grades) g) >= v_grades[1];
    when 'years_at_or_below' then
      return offers.run_from(p_grades, v_grades[1]) is not null;
    when 'inspections' then
      v_count := cardinality(p_grades);
    else -- times_at_grade
      for i in reverse cardinality(p_grades) .. 1 loop
        if p_grades[i] = any (v_grades) then
          v_count := v_count + 1;
        else
          exit when (p_rule ->> 'in_row')::boolean;
        end if;
      end loop;
  end case;
  return v_count >= coalesce((p_rule ->> 'at_least')::integer, 0) and (p_rule ->> 'at_most' is null or v_count <= (p_rule ->> 'at_most')::integer);
end $$;
comment on function offers.grades_fit is 'offers.grades_fit tells whether a history of grades is as a rule says, but for how long: of years_at_or_below it tells whether there is a run at all.';

create function offers.fits(p_rules jsonb, p_grades integer[], p_days date[], p_on date) returns boolean
language plpgsql immutable as $$
declare
  v_rule jsonb;
  v_since date;
begin
  if cardinality(p_grades) = 0 then
    return false;
  end if;
  for v_rule in select r from jsonb_array_elements(p_rules) r loop
    if not offers.grades_fit(v_rule, p_grades) then
      return false;
    elsif v_rule ->> 'test' = 'years_at_or_below' then
      v_since := p_days[offers.run_from(p_grades, (v_rule #>> '{grades,0}')::integer)];
      if p_on < v_since + make_interval(years => coalesce((v_rule ->> 'at_least')::integer, 0))
          or p_on > v_since + make_interval(years => coalesce((v_rule ->> 'at_most')::integer, 1000)) then
        return false;
      end if;
    end if;
  end loop;
  return true;
end $$;
comment on function offers.fits is 'offers.fits tells whether a history of grades, with the first day of each inspection, is on a day as all rules of a tier say. Without a graded inspection it never is.';

create function offers.might_fit(p_rules jsonb, p_grades integer[]) returns boolean
language plpgsql immutable as $$
declare
  v_rule jsonb;
  v_run integer;
  v_runs integer[] := '{}';
  v_least numeric[] := '{}';
  v_most numeric[] := '{}';
begin
  for v_rule in select r from jsonb_array_elements(p_rules) r loop
    if offers.grades_fit(v_rule, p_grades) = coalesce((v_rule ->> 'negated')::boolean, false) and v_rule ->> 'test' <> 'years_at_or_below' then
      return false;
    end if;
    continue when v_rule ->> 'test' <> 'years_at_or_below';
    v_run := offers.run_from(p_grades, (v_rule #>> '{grades,0}')::integer);
    if v_run is null then
      if not coalesce((v_rule ->> 'negated')::boolean, false) then
        return false;
      end if;
      continue;
    end if;
    v_runs := v_runs || v_run;
    if (v_rule ->> 'negated')::boolean then -- of one bound: not at least n is less than n
      v_least := v_least || case when v_rule ->> 'at_most' is not null then (v_rule ->> 'at_most')::numeric + 0.01 else 0 end;
      v_most := v_most || case when v_rule ->> 'at_most' is not null then 1000 else (v_rule ->> 'at_least')::numeric - 0.01 end;
    else
      v_least := v_least || coalesce((v_rule ->> 'at_least')::numeric, 0);
      v_most := v_most || coalesce((v_rule ->> 'at_most')::numeric, 1000);
    end if;
  end loop;
  -- An earlier inspection is at least as long ago as a later one, and a run began when its first did.
  return not exists (select from generate_subscripts(v_runs, 1) a, generate_subscripts(v_runs, 1) b where v_runs[a] <= v_runs[b] and v_most[a] < v_least[b]);
end $$;
comment on function offers.might_fit is 'offers.might_fit tells whether a history of grades could be as all rules say, its inspections being as long ago as that takes. A rule may be negated.';

create function offers.satisfiable(p_rules jsonb) returns boolean
language plpgsql stable as $$
declare
  v_length integer;
  v_found boolean;
begin
  select least(8, greatest(2, max(w.wanted) filter (where r ->> 'test' = 'inspections'), 2 + coalesce(sum(w.wanted) filter (where r ->> 'test' = 'times_at_grade'), 0)))
    into v_length
  from jsonb_array_elements(p_rules) r
  cross join lateral (select case when (r ->> 'negated')::boolean then (r ->> 'at_most')::integer + 1 else (r ->> 'at_least')::integer end) w (wanted);
  for n in 1 .. v_length loop
    select exists (
      select from generate_series(0, (4 ^ n)::integer - 1) code
      cross join lateral (select array_agg(((code >> (2 * i)) & 3) + 1 order by i) as grades from generate_series(0, n - 1) i) h
      where offers.might_fit(p_rules, h.grades)) into v_found;
    exit when v_found;
  end loop;
  return v_found;
end $$;
comment on function offers.satisfiable is 'offers.satisfiable tells whether there could be a school whose history is as all rules say: it tries every history of grades up to the length that the rules ask for.';
grant execute on function offers.run_from, offers.grades_fit, offers.fits, offers.might_fit, offers.satisfiable to improve_exec;

create function offers.rule_text(p_rule jsonb) returns text
language plpgsql immutable as $$
declare
  v_words constant text[] := array['outstanding', 'good', 'requires improvement', 'inadequate'];
  v_grades constant text := (select string_agg(v_words[g::integer], ' or ' order by g::integer) from jsonb_array_elements_text(p_rule -> 'grades') g);
  v_bounds constant text := concat_ws(', ', 'at least ' || (p_rule ->> 'at_least'), 'at most ' || (p_rule ->> 'at_most'));
begin
  return case p_rule ->> 'test'
    when 'latest_grade' then format('latest grade %s', v_grades)
    when 'first_grade' then format('first grade %s', v_grades)
    when 'never_above' then format('never better than %s', v_grades)
    when 'years_at_or_below' then format('%s or worse without a break for %s years', v_grades, v_bounds)
    when 'inspections' then format('%s graded inspections', v_bounds)
    else format('%s %s times%s', v_grades, v_bounds, case when (p_rule ->> 'in_row')::boolean then ' in a row' else ' in all' end) end;
end $$;
comment on function offers.rule_text is 'offers.rule_text says a rule as people read it.';

create function offers.rule_faults(p_rule jsonb, p_field text) returns setof jsonb
language plpgsql immutable as $$
begin
  return query
  select jsonb_build_object('field', p_field || '.' || f.field, 'description', f.description, 'accepted', f.accepted)
  from (values
    ('test', (p_rule ->> 'test' in ('latest_grade', 'first_grade', 'times_at_grade', 'years_at_or_below', 'never_above', 'inspections')) is not true,
      format('"%s" is no test of a history.', left(p_rule ->> 'test', 40)), 'latest_grade, first_grade, times_at_grade, years_at_or_below, never_above or inspections'),
    ('grades', case when p_rule ->> 'test' in ('latest_grade', 'first_grade', 'times_at_grade') then jsonb_array_length(coalesce(p_rule -> 'grades', '[]')) = 0
        when p_rule ->> 'test' in ('years_at_or_below', 'never_above') then jsonb_array_length(coalesce(p_rule -> 'grades', '[]')) <> 1
        else p_rule ->> 'test' = 'inspections' and jsonb_array_length(coalesce(p_rule -> 'grades', '[]')) > 0 end,
      format('%s is about %s.', p_rule ->> 'test', case when p_rule ->> 'test' in ('years_at_or_below', 'never_above') then 'one grade' when p_rule ->> 'test' = 'inspections'
        then 'no grade' else 'one grade or several' end), '1 (outstanding) to 4 (inadequate)'),
    ('grades', exists (select from jsonb_array_elements_text(p_rule -> 'grades') g where g::integer not between 1 and 4), 'There is no such grade.', '1 (outstanding) to 4 (inadequate)'),
    ('at_least', p_rule ->> 'test' in ('latest_grade', 'first_grade', 'never_above') and num_nonnulls(p_rule ->> 'at_least', p_rule ->> 'at_most') > 0,
      format('%s counts nothing.', p_rule ->> 'test'), 'neither at_least nor at_most'),
    ('at_least', p_rule ->> 'test' in ('times_at_grade', 'years_at_or_below', 'inspections') and num_nonnulls(p_rule ->> 'at_least', p_rule ->> 'at_most') = 0,
      format('%s needs a number.', p_rule ->> 'test'), 'at_least, at_most or both'),
    ('at_least', (p_rule ->> 'at_least')::integer > (p_rule ->> 'at_most')::integer, format('At least %s and at most %s contradict each other.', p_rule ->> 'at_least',
      p_rule ->> 'at_most'), 'at_least up to at_most'),
    ('at_least', greatest((p_rule ->> 'at_least')::integer, (p_rule ->> 'at_most')::integer) > case p_rule ->> 'test' when 'years_at_or_below' then 50 else 6 end
        or least((p_rule ->> 'at_least')::integer, (p_rule ->> 'at_most')::integer) < 0,
      'That is out of range.', case p_rule ->> 'test' when 'years_at_or_below' then '0 to 50 years' else '0 to 6' end),
    ('in_row', (p_rule ->> 'in_row')::boolean and p_rule ->> 'test' <> 'times_at_grade', 'Only times_at_grade counts in a row.', 'times_at_grade')
  ) f (field, wrong, description, accepted)
  where f.wrong;
end $$;
comment on function offers.rule_faults is 'offers.rule_faults tells everything that is wrong with the form of a rule.';

create function offers.clash_of(p_rules jsonb) returns text
language plpgsql stable as $$
declare
  v_pair record;
begin
  select offers.rule_text(a.r) as one, offers.rule_text(b.r) as other into v_pair
  from jsonb_array_elements(p_rules) with ordinality a (r, n)
  join jsonb_array_elements(p_rules) with ordinality b (r, n) on b.n > a.n
  where not offers.satisfiable(jsonb_build_array(a.r, b.r))
  order by a.n, b.n limit 1;
  return coalesce(format('"%s" and "%s"', v_pair.one, v_pair.other), (select string_agg('"' || offers.rule_text(r) || '"', ', ') from jsonb_array_elements(p_rules) r));
end $$;
comment on function offers.clash_of is 'offers.clash_of names the first two rules that contradict each other, or all where it takes more than two.';

create function offers.tier_faults(p_tiers jsonb) returns setof jsonb
language plpgsql stable as $$
begin
  return query
  select f.fault from jsonb_array_elements(p_tiers) with ordinality t (tier, n)
  cross join lateral jsonb_array_elements(coalesce(t.tier -> 'rules', '[]')) with ordinality r (rule, m)
  cross join lateral offers.rule_faults(r.rule, format('tiers[%s].rules[%s]', t.n - 1, r.m - 1)) f (fault)
  union all
  select jsonb_build_object('field', format('tiers[%s].rules', t.n - 1), 'description', format('%s asks for nothing.', coalesce(t.tier ->> 'name', 'A tier')), 'accepted', '1 to 10 rules')
  from jsonb_array_elements(p_tiers) with ordinality t (tier, n) where coalesce(jsonb_array_length(t.tier -> 'rules'), 0) not between 1 and 10;
  if found then
    return;
  end if;
  return query
  select jsonb_build_object('field', format('tiers[%s].rules', t.n - 1), 'description',
    format('%s can have no school: %s contradict each other.', t.tier ->> 'name', offers.clash_of(t.tier -> 'rules')), 'accepted', 'rules that hold together')
  from jsonb_array_elements(p_tiers) with ordinality t (tier, n) where not offers.satisfiable(t.tier -> 'rules');
  if found then
    return;
  end if;
  return query
  select jsonb_build_object('field', format('tiers[%s].rank', b.n - 1), 'description',
    format('A school can fit both %s and %s, and neither goes before the other.', a.tier ->> 'name', b.tier ->> 'name'), 'accepted', 'another rank for one of them')
  from jsonb_array_elements(p_tiers) with ordinality a (tier, n)
  join jsonb_array_elements(p_tiers) with ordinality b (tier, n) on b.n > a.n
  where offers.rank_of(a.tier, a.n) = offers.rank_of(b.tier, b.n) and offers.satisfiable(a.tier -> 'rules' || (b.tier -> 'rules'));
  return query
  select jsonb_build_object('field', format('tiers[%s].rules', low.n - 1), 'description',
    format('%s can have no school: every one that fits it fits %s, which goes before.', low.tier ->> 'name', high.tier ->> 'name'), 'accepted', 'rules that leave it some, or another rank')
  from jsonb_array_elements(p_tiers) with ordinality low (tier, n)
  join jsonb_array_elements(p_tiers) with ordinality high (tier, n) on offers.rank_of(high.tier, high.n) > offers.rank_of(low.tier, low.n)
  where not exists (
    select from jsonb_array_elements(high.tier -> 'rules') r
    where r ->> 'test' = 'years_at_or_below' and num_nonnulls(r ->> 'at_least', r ->> 'at_most') = 2 or offers.satisfiable(low.tier -> 'rules' || jsonb_build_array(r || '{"negated":true}')));
end $$;
comment on function offers.tier_faults is 'offers.tier_faults tells what is wrong with the tiers of an offer: rules of bad form, tiers that can have no school because their rules contradict each other or another tier takes all, and tiers of one rank that can have one school in common; each with what it clashes with.';

create function offers.rank_of(p_tier jsonb, p_nth bigint) returns integer
language plpgsql immutable as $$
begin
  return coalesce((p_tier ->> 'rank')::integer, p_nth::integer);
end $$;
comment on function offers.rank_of is 'offers.rank_of is the rank of a tier of a request: its place in the list unless given.';
grant execute on function offers.rule_text, offers.rule_faults, offers.clash_of, offers.tier_faults, offers.rank_of to improve_exec;
