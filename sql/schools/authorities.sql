-- Authorities, and how each groups its schools' phases (C-1, C-7).

create function schools.list_authorities(p_as_of date) returns table (code text, name text, schools integer, replaced_by text, replaced_on date)
language sql stable as $$
  select base.authority_code(a.authority_id), a.name,
    (select count(*)::integer from register.establishment_version v
     where v.authority_id = a.authority_id and v.superseded_at is null and v.valid_from <= d.day and (v.valid_to is null or v.valid_to > d.day)
       and register.is_open(v.status, v.close_date, d.day)),
    s.successors, s.effective_on
  from register.authority a
  cross join (select coalesce(p_as_of, base.today()) as day) d
  left join lateral (
    select string_agg(base.authority_code(x.successor_id), ', ' order by x.successor_id) as successors, min(x.effective_on) as effective_on
    from register.authority_successor x where x.authority_id = a.authority_id
  ) s on true
  order by a.authority_id
$$;
comment on function schools.list_authorities is 'schools.list_authorities lists the authorities of the register, with the number of their open schools on a day and those that replaced them.';

create function schools.create_authority(p_code text, p_name text) returns table (code text, name text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_id integer;
begin
  perform errors.required('code', p_code, 'three digits, such as 929');
  perform errors.required('name', p_name);
  if p_code !~ '^[0-9]{3}$' or p_code = '000' then
    perform errors.invalid('code', format('"%s" is not an authority''s code.', left(p_code, 20)), 'C-1', 'three digits, 001 to 999');
  end if;
  v_id := p_code::integer;
  if exists (select from register.authority a where a.authority_id = v_id) then
    perform errors.exists('AUTHORITY_EXISTS', format('There is an authority %s already: %s.', p_code,
      (select a.name from register.authority a where a.authority_id = v_id)), 'code', 'C-1');
  end if;
  insert into auth.authority_scope (authority_id) values (v_id) on conflict do nothing;
  insert into register.authority (authority_id, name) values (v_id, btrim(p_name));
  return query select p_code, btrim(p_name);
end $$;
comment on function schools.create_authority is 'schools.create_authority adds an authority to the register, so that it can have users. Its phase groups are the common ones until it sets its own (C-7).';

create function schools.list_phase_groups() returns table (phase text, phase_group text, own boolean)
language sql stable as $$
  select d.phase, coalesce(g.phase_group, d.phase_group),
    exists (select from schools.phase_group o where o.authority_id = auth.authority_id())
  from register.default_phase_group d
  left join register.phase_grouping g on g.authority_id = auth.authority_id() and g.phase = d.phase
  order by 2, 1
$$;
comment on function schools.list_phase_groups is 'schools.list_phase_groups lists under which group the authority reports each phase (C-7).';

create function schools.set_phase_groups(p_groups jsonb) returns table (phase text, phase_group text, own boolean)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_wrong text;
begin
  select string_agg(coalesce(g.phase, '(none)'), ', ') into v_wrong
  from jsonb_to_recordset(coalesce(p_groups, '[]')) as g (phase text, phase_group text)
  where coalesce(g.phase_group, '') = '' or not exists (select from register.default_phase_group d where lower(d.phase) = lower(g.phase));
  if v_wrong is not null then
    perform errors.invalid('groups', format('These phases are unknown or have no group: %s.', v_wrong), 'C-7',
      (select string_agg(d.phase, ', ' order by d.phase) from register.default_phase_group d));
  elsif exists (select from jsonb_to_recordset(p_groups) as g (phase text) group by lower(g.phase) having count(*) > 1) then
    perform errors.invalid('groups', 'A phase is there twice.', 'C-7', 'each phase once');
  end if;
  delete from schools.phase_group g where g.authority_id = auth.authority_id();
  insert into schools.phase_group (authority_id, phase, phase_group)
  select auth.authority_id(), d.phase, g.phase_group
  from jsonb_to_recordset(coalesce(p_groups, '[]')) as g (phase text, phase_group text)
  join register.default_phase_group d on lower(d.phase) = lower(g.phase);
  return query select l.phase, l.phase_group, l.own from schools.list_phase_groups() l;
end $$;
comment on function schools.set_phase_groups is 'schools.set_phase_groups sets all of an authority''s phase groups at once; phases left out fall under Other, and none at all brings back the common grouping (C-7).';

grant execute on function schools.list_authorities, schools.list_phase_groups to persona_person;
grant execute on function schools.create_authority to persona_operator;
grant execute on function schools.set_phase_groups to persona_la_admin;
-- set_phase_groups calls it for its answer, as whoever calls.
grant execute on function schools.list_phase_groups to improve_exec;
