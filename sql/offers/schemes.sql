-- Calls that add offers and show them (OFF-1).

create function offers.scheme_of(p_scheme_id text) returns offers.scheme
language plpgsql stable as $$
declare
  v_scheme offers.scheme;
begin
  perform errors.required('scheme_id', p_scheme_id, 'a reference such as os-7k2q9mx4td');
  select s.* into v_scheme from offers.scheme s where s.authority_id = auth.authority_id() and s.scheme_id = p_scheme_id;
  if not found then
    perform errors.not_found('scheme_id', format('The authority has no offer "%s".', left(p_scheme_id, 40)), 'a reference such as os-7k2q9mx4td', 'improve offer-scheme list shows them.');
  end if;
  return v_scheme;
end $$;
comment on function offers.scheme_of is 'offers.scheme_of finds an offer of the authority by its reference.';

create function offers.rules_of(p_scheme_id text, p_nth integer) returns jsonb
language plpgsql stable as $$
begin
  return (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('test', r.test, 'grades', to_jsonb(r.grades), 'at_least', r.at_least, 'at_most', r.at_most,
      'in_row', r.in_row)) order by r.rule_nth)
    from offers.rule r where r.authority_id = auth.authority_id() and r.scheme_id = p_scheme_id and r.nth = p_nth);
end $$;
comment on function offers.rules_of is 'offers.rules_of is the rules of a tier, as the functions of rules.sql read them.';
grant execute on function offers.scheme_of, offers.rules_of to improve_exec;

create function offers.add_offer_scheme(p_name text, p_academic_year integer, p_tiers jsonb, p_starts_on date, p_ends_on date, p_predecessors boolean, p_moving_down text,
  p_top_up text, p_carry_over text, p_source text)
returns table (scheme_id text, name text, academic_year text, starts_on date, ends_on date, tiers integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_id constant text := base.new_ref('os');
  v_starts_on date;
  v_faults jsonb;
begin
  perform errors.required('name', btrim(p_name));
  perform errors.required('academic_year', p_academic_year, 'the calendar year in which it begins: 2026 for 2026/27');
  if p_academic_year not between 2000 and 2100 then
    perform errors.invalid('academic_year', 'An offer is for an academic year.', 'OFF-1', '2000 to 2100');
  elsif coalesce(jsonb_array_length(p_tiers), 0) not between 1 and 12 then
    perform errors.invalid('tiers', 'An offer has tiers.', 'OFF-1', '1 to 12, the lowest first', 'TIERS_WRONG');
  end if;
  v_starts_on := coalesce(p_starts_on, calendar.academic_year_starts(p_academic_year));
  select jsonb_agg(f) into v_faults from offers.tier_faults(p_tiers) f;
  if v_faults is not null then
    perform errors.refuse(3, 'TIERS_WRONG', case when jsonb_array_length(v_faults) = 1 then v_faults #>> '{0,description}'
      else format('The tiers have %s faults.', jsonb_array_length(v_faults)) end, p_rule => 'OFF-1', p_violations => v_faults);
  end if;
  insert into offers.scheme (authority_id, scheme_id, name, academic_year, starts_on, ends_on, predecessors, moving_down, top_up, carry_over, source, added_by)
  values (auth.authority_id(), v_id, btrim(p_name), p_academic_year, v_starts_on, coalesce(p_ends_on, calendar.academic_year_ends(p_academic_year)), coalesce(p_predecessors, true),
    coalesce(lower(btrim(p_moving_down)), 'keep'), coalesce(lower(btrim(p_top_up)), 'difference'), coalesce(lower(btrim(p_carry_over)), 'lapse'), nullif(btrim(p_source), ''),
    auth.person_id());
  insert into offers.tier (authority_id, scheme_id, nth, rank, name, half_days, pence, up_to, wording)
  select auth.authority_id(), v_id, t.n, offers.rank_of(t.tier, t.n), coalesce(btrim(t.tier ->> 'name'), ''), coalesce((t.tier ->> 'half_days')::integer, 0),
    coalesce((t.tier ->> 'pence')::bigint, 0), coalesce((t.tier ->> 'up_to')::boolean, false), nullif(btrim(t.tier ->> 'wording'), '')
  from jsonb_array_elements(p_tiers) with ordinality t (tier, n);
  insert into offers.rule (authority_id, scheme_id, nth, rule_nth, test, grades, at_least, at_most, in_row)
  select auth.authority_id(), v_id, t.n, r.m, r.rule ->> 'test', array(select g::integer from jsonb_array_elements_text(coalesce(r.rule -> 'grades', '[]')) g order by 1),
    (r.rule ->> 'at_least')::integer, (r.rule ->> 'at_most')::integer, coalesce((r.rule ->> 'in_row')::boolean, false)
  from jsonb_array_elements(p_tiers) with ordinality t (tier, n)
  cross join lateral jsonb_array_elements(t.tier -> 'rules') with ordinality r (rule, m);
  return query
  select s.scheme_id, s.name, calendar.year_text(s.academic_year), s.starts_on, s.ends_on, jsonb_array_length(p_tiers)
  from offers.scheme s where s.authority_id = auth.authority_id() and s.scheme_id = v_id;
end $$;
comment on function offers.add_offer_scheme is 'offers.add_offer_scheme adds an edition of an offer with its tiers and their rules. Rules that contradict each other, tiers that can have no school, and tiers of one rank with schools in common are refused, naming both (OFF-1). Predecessors'' inspections count, moving down keeps, moving up gets the difference and the rest lapses, unless told otherwise.';
grant execute on function offers.add_offer_scheme to persona_la_admin;

create function offers.list_offer_schemes()
returns table (scheme_id text, name text, academic_year text, starts_on date, ends_on date, tiers integer, schools integer, awarded_pence bigint, computed_to date)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select s.scheme_id, s.name, calendar.year_text(s.academic_year), s.starts_on, s.ends_on,
    (select count(*)::integer from offers.tier t where t.authority_id = s.authority_id and t.scheme_id = s.scheme_id),
    a.schools, a.awarded, s.computed_to
  from offers.scheme s
  cross join lateral (
    select count(*)::integer as schools, coalesce(sum(w.awarded_pence), 0)::bigint as awarded from offers.award w
    where w.authority_id = s.authority_id and w.scheme_id = s.scheme_id
  ) a
  where s.authority_id = auth.authority_id()
  order by s.academic_year desc, s.name_key;
end $$;
comment on function offers.list_offer_schemes is 'offers.list_offer_schemes lists the authority''s offers, the newest first; a school is told of its own award alone.';
grant execute on function offers.list_offer_schemes to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function offers.get_offer_scheme(p_scheme_id text)
returns table (scheme_id text, name text, academic_year text, starts_on date, ends_on date, predecessors boolean, moving_down text, top_up text, carry_over text, source text,
  computed_to date, tiers jsonb)
language plpgsql stable as $$
#variable_conflict use_column
declare
  s constant offers.scheme := offers.scheme_of(p_scheme_id);
begin
  return query
  select s.scheme_id, s.name, calendar.year_text(s.academic_year), s.starts_on, s.ends_on, s.predecessors, s.moving_down, s.top_up, s.carry_over, s.source, s.computed_to,
    (select jsonb_agg(jsonb_build_object('name', t.name, 'rank', t.rank, 'half_days', t.half_days, 'pence', t.pence, 'up_to', t.up_to, 'wording', t.wording,
        'rules', offers.rules_of(t.scheme_id, t.nth), 'meaning', (select string_agg(offers.rule_text(r), '; ') from jsonb_array_elements(offers.rules_of(t.scheme_id, t.nth)) r))
        order by t.rank, t.nth)
     from offers.tier t where t.authority_id = s.authority_id and t.scheme_id = s.scheme_id);
end $$;
comment on function offers.get_offer_scheme is 'offers.get_offer_scheme shows an offer with its settings, tiers and rules, and what the rules mean (OFF-1).';
grant execute on function offers.get_offer_scheme to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function offers.list_offer_ahead(p_scheme_id text, p_to date)
returns table (school_urn integer, school text, effective_on date, days_ahead integer, from_tier text, to_tier text, pence bigint, half_days integer)
language plpgsql stable cost 10000 set jit = off as $$
#variable_conflict use_column
declare
  v_scheme constant offers.scheme := offers.scheme_of(p_scheme_id);
  v_on constant date := base.today();
  v_to constant date := least(coalesce(p_to, v_scheme.ends_on), v_scheme.ends_on);
begin
  raise notice using errcode = 'IMNTE', message = format('To %s, if no inspection is published meanwhile.', to_char(v_to, 'FMDD Mon YYYY'));
  return query
  select t.urn, n.name, m.on_, m.on_ - v_on, f.name, x.name, (m.move ->> 'pence')::bigint, (m.move ->> 'half_days')::integer
  from offers.timeline(v_scheme, v_to) t
  cross join lateral (select y, (y ->> 'on')::date from jsonb_array_elements(t.moves) y) m (move, on_)
  left join lateral register.school_on(t.urn, v_on) n on true
  left join offers.tier f on f.authority_id = v_scheme.authority_id and f.scheme_id = p_scheme_id and f.nth = (m.move ->> 'from')::integer
  left join offers.tier x on x.authority_id = v_scheme.authority_id and x.scheme_id = p_scheme_id and x.nth = (m.move ->> 'to')::integer
  where m.on_ > v_on
  order by m.on_, t.urn;
end $$;
comment on function offers.list_offer_ahead is 'offers.list_offer_ahead lists the schools that years alone will move to another tier, up to a day or the offer''s end, with what that will give: those near ten years of requires improvement, say (OFF-2, REP-4).';
grant execute on function offers.list_offer_ahead to persona_la_admin, persona_officer, persona_finance, persona_reporter;
