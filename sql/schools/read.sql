-- Reading schools. The register is public: a call for an authority lists that authority's schools, one without lists all.

create function schools.list_schools(p_phase text, p_phase_group text, p_status text, p_name text, p_as_of date, p_known_at timestamptz,
  p_page_size integer, p_cursor text)
  returns table (urn integer, name text, authority text, phase text, phase_group text, type text, status text, is_open boolean, maintained boolean,
    trust text, town text, postcode text, row_cursor text)
language sql stable as $$
  select s.urn, s.name, base.authority_code(s.authority_id), s.phase, s.phase_group, s.type, s.status, s.is_open, s.is_maintained, s.trust, s.town,
    s.postcode, s.name || '|' || s.urn
  from register.schools_on(coalesce(p_as_of, base.today()), p_known_at) s
  where (auth.authority_id() = 0 or s.authority_id = auth.authority_id())
    and (p_phase is null or lower(s.phase) = lower(p_phase))
    and (p_phase_group is null or lower(s.phase_group) = lower(p_phase_group))
    and (lower(s.status) = lower(p_status) or p_status is null and s.is_open)
    and (p_name is null or position(lower(p_name) in lower(s.name)) > 0)
    and (p_cursor is null or (s.name, s.urn) > (regexp_replace(p_cursor, '\|\d+$', ''), substring(p_cursor from '\|(\d+)$')::integer))
  order by s.name, s.urn
  limit least(coalesce(p_page_size, 100), 1000)
$$;
comment on function schools.list_schools is 'schools.list_schools lists the open schools (or those of another status) of the authority, or of all, by name, as they were on a day.';

create function schools.require_known(p_urn integer) returns void
language plpgsql stable as $$
begin
  perform errors.required('urn', p_urn, 'the URN of a school, six digits');
  if not exists (select from register.establishment e where e.urn = p_urn) then
    perform errors.not_found('urn', format('The register has never heard of URN %s.', p_urn), 'a URN of the register',
      'Did you mean ' || register.nearest_schools(p_urn, auth.authority_id(), base.today()) || '?');
  end if;
end $$;
comment on function schools.require_known is 'schools.require_known refuses a URN that the register has not heard of, with the nearest of the authority.';

create function schools.get_school(p_urn integer, p_as_of date, p_known_at timestamptz)
  returns table (urn integer, school_id integer, name text, authority text, authority_name text, establishment_number text, phase text,
    phase_group text, type text, type_group text, status text, is_open boolean, maintained boolean, low_age integer, high_age integer, open_date date,
    close_date date, trust text, ukprn text, street text, town text, postcode text, website text, number_on_roll integer, counted_on date,
    valid_from date, valid_to date, recorded_at timestamptz)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_on date := coalesce(p_as_of, base.today());
begin
  return query
    select s.urn, s.school_id, s.name, base.authority_code(s.authority_id), a.name, s.establishment_number, s.phase, s.phase_group, s.type, s.type_group,
      s.status, s.is_open, s.is_maintained, s.low_age, s.high_age, s.open_date, s.close_date, s.trust, s.ukprn, s.street, s.town, s.postcode, s.website,
      r.number_on_roll, r.counted_on, s.valid_from, s.valid_to, s.recorded_at
    from register.schools_on(v_on, p_known_at) s
    join register.authority a on a.authority_id = s.authority_id
    left join lateral (
      select c.number_on_roll, c.counted_on from register.roll_count c
      where c.urn = s.urn and c.superseded_at is null and c.counted_on <= v_on
      order by c.counted_on desc, c.recorded_at desc limit 1
    ) r on true
    where s.urn = p_urn;
  if not found then
    perform schools.require_known(p_urn);
    perform errors.not_found('as_of', format('The register has nothing on URN %s for %s.', p_urn, to_char(v_on, 'FMDD Mon YYYY')),
      'a day of its history', 'See improve school history ' || p_urn);
  end if;
end $$;
comment on function schools.get_school is 'schools.get_school gives all that the register holds of a school on a day, as we knew it at a moment (C-5).';

create function schools.list_school_history(p_urn integer)
  returns table (urn integer, name text, authority text, status text, phase text, type text, trust text, relation text, valid_from date, valid_to date,
    recorded_at timestamptz, superseded_at timestamptz)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform schools.require_known(p_urn);
  return query
    select e.urn, coalesce(v.name, (select min(k.linked_name) from register.link k where k.linked_urn = e.urn and k.superseded_at is null)),
      base.authority_code(v.authority_id), v.status, v.phase, v.type, v.trust,
      case when e.urn = p_urn then 'self'
        when exists (select from register.lineage_edge g where g.predecessor_urn = e.urn and g.successor_urn = p_urn) then 'predecessor'
        when exists (select from register.lineage_edge g where g.successor_urn = e.urn and g.predecessor_urn = p_urn) then 'successor'
        else 'same lineage' end,
      v.valid_from, v.valid_to, v.recorded_at, v.superseded_at
    from register.establishment me
    join register.establishment e on e.school_id = me.school_id
    left join register.establishment_version v on v.urn = e.urn
    where me.urn = p_urn
    order by v.valid_from nulls first, e.urn, v.recorded_at;
end $$;
comment on function schools.list_school_history is 'schools.list_school_history lists what was true of a school and of the URNs of its lineage, with when we knew it; what was superseded is there too (SCH-1).';

create function schools.list_school_groups(p_urn integer, p_as_of date)
  returns table (urn integer, group_uid integer, group_id text, name text, type text, status text, joined_on date, left_on date)
language sql stable as $$
  select m.urn, g.group_uid, g.group_id, g.name, g.type, g.status, m.joined_on, m.left_on
  from register.group_membership m
  join register.group_ g on g.group_uid = m.group_uid and g.superseded_at is null
  where m.superseded_at is null and m.urn = p_urn
    and (p_as_of is null or coalesce(m.joined_on, '-infinity') <= p_as_of and coalesce(m.left_on, g.closed_on, 'infinity') >= p_as_of)
  order by m.joined_on nulls first, g.name
$$;
comment on function schools.list_school_groups is 'schools.list_school_groups lists the trusts, federations and other groups of a school, several at once (SCH-5).';

create function schools.list_inspections(p_urn integer)
  returns table (inspection_number text, urn integer, kind text, event text, framework text, starts_on date, ends_on date, published_on date,
    overall text, concern text, outcome text, effective_action boolean, grades jsonb)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform schools.require_known(p_urn);
  return query
    with family as (
      select e.urn from register.establishment me join register.establishment e on e.school_id = me.school_id where me.urn = p_urn
    ),
    counted as (
      select i.inspection_id from register.inspection i where i.urn in (select f.urn from family f)
      union
      select i.inspection_id from register.inspection_attribution a
      join register.inspection i on i.inspection_number = a.inspection_number
      where a.urn in (select f.urn from family f)
    )
    select i.inspection_number, i.urn, i.kind, i.event, i.framework, i.starts_on, i.ends_on, i.published_on,
      (select g.grade from register.inspection_grade g where g.inspection_id = i.inspection_id and g.area = 'Overall effectiveness'),
      i.concern, i.outcome, i.effective_action,
      coalesce((select jsonb_agg(jsonb_build_object('area', g.area, 'scale', g.scale, 'grade', g.grade) order by g.area)
        from register.inspection_grade g where g.inspection_id = i.inspection_id), '[]')
    from register.inspection i
    join counted c using (inspection_id)
    where i.superseded_at is null
    order by i.starts_on desc, i.inspection_number;
end $$;
comment on function schools.list_inspections is 'schools.list_inspections lists the inspections of a school of its lineage, the latest first, with their grades by area; also of a URN that the register holds no version of (SCH-6, SCH-7).';

grant execute on function schools.require_known to improve_exec;
grant execute on function schools.list_schools, schools.get_school, schools.list_school_history, schools.list_school_groups, schools.list_inspections
  to persona_person;
