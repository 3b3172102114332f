-- Applying Ofsted's management information (SCH-6, SCH-7): a row tells of up to four inspections of a school, some of its predecessors.

create function imports.framework_of(p_starts_on date, p_is_card boolean) returns text
language sql immutable parallel safe as $$
  select case when p_is_card then 'report card' when p_starts_on >= '2019-09-01' then 'EIF' when p_starts_on >= '2015-09-01' then 'CIF' else 'pre-2015' end
$$;
comment on function imports.framework_of is 'imports.framework_of names the framework an inspection was made under: report cards from November 2025, the education inspection framework from September 2019, the common one from September 2015.';

create function imports.told_inspections(p_file imports.file) returns table (line integer, school_urn integer, inspection_number text, urn integer,
  slot text, event text, starts_on date, ends_on date, published_on date, concern text, outcome text, facts jsonb)
language sql stable as $$
  select r.line, r.urn, coalesce(r.facts ->> (s.slot || '.number'), format('%s of %s', of.urn, of.starts_on)), of.urn, s.slot, r.facts ->> (s.slot || '.event'),
    of.starts_on, (r.facts ->> (s.slot || '.ends_on'))::date, (r.facts ->> (s.slot || '.published_on'))::date,
    r.facts ->> (s.slot || '.concern'), r.facts ->> (s.slot || '.outcome'), r.facts
  from imports.good_rows(p_file) r
  cross join (values ('latest'), ('oeif'), ('previous'), ('section8')) s (slot)
  cross join lateral (select coalesce((r.facts ->> (s.slot || '.urn'))::integer, r.urn) as urn, (r.facts ->> (s.slot || '.starts_on'))::date as starts_on) of
  where of.starts_on is not null
$$;
comment on function imports.told_inspections is 'imports.told_inspections gives every inspection that a row of an Ofsted file tells of: latest, latest under the former framework, previous, and section 8 (ungraded or monitoring).';

create function imports.distinct_inspections(p_file imports.file) returns table (inspection_number text, urn integer, kind text, event text, framework text,
  starts_on date, ends_on date, published_on date, concern text, outcome text, effective_action boolean, grades jsonb)
language sql stable as $$
  with told as (
    -- A section 8 visit that became a full inspection has the same number, and is the graded one.
    select distinct on (t.inspection_number) t.*
    from imports.told_inspections(p_file) t
    order by t.inspection_number, t.slot = 'section8', t.slot = 'previous', t.line
  ),
  graded as (
    select t.inspection_number, jsonb_object_agg(c.area, jsonb_build_object('scale', c.scale, 'grade', g.grade)) as grades, bool_or(c.scale = 'report card') as is_card
    from told t
    join imports.ofsted_grade_column c on c.slot = t.slot
    cross join lateral (select t.facts ->> (c.slot || '.' || c.field) as grade) g
    where case c.scale when '1-4' then g.grade in ('1', '2', '3', '4') when 'yes-no' then g.grade in ('Yes', 'No')
      else g.grade not in ('Not applicable', 'Not judged', '9', '0') end
    group by t.inspection_number
  )
  select t.inspection_number, t.urn,
    case when t.slot <> 'section8' then 'graded' when t.outcome is null or t.outcome ~* 'effective action|monitoring' then 'monitoring' else 'ungraded' end,
    t.event, imports.framework_of(t.starts_on, g.is_card), t.starts_on, t.ends_on, t.published_on, t.concern, t.outcome,
    case when t.outcome ~* 'not (taking|taken) effective action' then false when t.outcome ~* 'effective action' then true end, coalesce(g.grades, '{}')
  from told t
  left join graded g using (inspection_number)
$$;
comment on function imports.distinct_inspections is 'imports.distinct_inspections gives each inspection of an Ofsted file once, with its grades by area. 9 (not applicable), Not judged and blank are no grade (SCH-6).';

create function imports.held_grades() returns table (inspection_number text, inspection_id bigint, starts_on date, ends_on date, published_on date,
  concern text, outcome text, grades jsonb)
language sql stable as $$
  select i.inspection_number, i.inspection_id, i.starts_on, i.ends_on, i.published_on, i.concern, i.outcome,
    coalesce((select jsonb_object_agg(g.area, jsonb_build_object('scale', g.scale, 'grade', g.grade))
      from register.inspection_grade g where g.inspection_id = i.inspection_id), '{}')
  from register.inspection i
  where i.superseded_at is null
$$;
comment on function imports.held_grades is 'imports.held_grades gives the inspections that the register holds, with their grades, to compare a file with.';

create function imports.write_inspections(p_file imports.file) returns jsonb
language sql volatile as $$
  with told as materialized (
    select t.*, held.inspection_id, held.inspection_id is null as is_new, coalesce(held.grades, '{}') || t.grades as all_grades,
      (held.starts_on, held.ends_on, held.published_on, held.concern, held.outcome, held.grades) is distinct from (t.starts_on,
        coalesce(t.ends_on, held.ends_on), coalesce(t.published_on, held.published_on), coalesce(t.concern, held.concern),
        coalesce(t.outcome, held.outcome), held.grades || t.grades) as differs
    from imports.distinct_inspections(p_file) t
    left join imports.held_grades() held using (inspection_number)
  ),
  superseded as (
    update register.inspection i set superseded_at = greatest(now(), i.recorded_at) from told t where i.inspection_id = t.inspection_id and t.differs
    returning i.*
  ),
  written as (
    insert into register.inspection (inspection_number, urn, kind, event, framework, starts_on, ends_on, published_on, concern, outcome, effective_action)
    select t.inspection_number, t.urn, coalesce(s.kind, t.kind), coalesce(t.event, s.event), t.framework, t.starts_on, coalesce(t.ends_on, s.ends_on),
      coalesce(t.published_on, s.published_on), coalesce(t.concern, s.concern), coalesce(t.outcome, s.outcome), t.effective_action
    from told t
    left join superseded s using (inspection_id)
    where t.is_new or s.inspection_id is not null
    returning inspection_id, inspection_number
  ),
  graded as (
    insert into register.inspection_grade (inspection_id, area, scale, grade)
    select w.inspection_id, g.key, g.value ->> 'scale', g.value ->> 'grade'
    from written w
    join told t using (inspection_number)
    cross join lateral jsonb_each(t.all_grades) g
  )
  select jsonb_build_object('added', count(*) filter (where t.is_new), 'changed', count(*) filter (where not t.is_new and t.differs),
    'unchanged', count(*) filter (where not t.is_new and not t.differs))
  from told t
$$;
comment on function imports.write_inspections is 'imports.write_inspections adds the inspections of a file; one that the file tells otherwise than the register is superseded, keeping what the file leaves out.';

create function imports.date_file(p_file imports.file) returns date
language sql volatile as $$
  update imports.file f
  set effective_on = coalesce((select (date_trunc('month', max(t.published_on)) + interval '1 month - 1 day')::date from imports.told_inspections(p_file) t
    where t.published_on <= base.today()), f.effective_on)
  where f.authority_id = p_file.authority_id and f.import_id = p_file.import_id and not p_file.is_dated
  returning f.effective_on
$$;
comment on function imports.date_file is 'imports.date_file dates an Ofsted file that came without a date by what is in it: the end of the month of its newest publication, since the files are made at the end of each month.';

create function imports.write_listing(p_file imports.file, p_as_at date) returns integer
language sql volatile as $$
  insert into register.inspection_listing (as_at, urn, authority_id, name, phase, type)
  select p_as_at, r.urn, r.row_authority, r.facts ->> 'name', r.facts ->> 'phase', r.facts ->> 'type'
  from imports.good_rows(p_file) r
  where r.row_authority is not null
  on conflict do nothing;
  with attributed as (
    insert into register.inspection_attribution (urn, inspection_number)
    select distinct t.school_urn, t.inspection_number from imports.told_inspections(p_file) t where t.urn <> t.school_urn
    on conflict do nothing
    returning urn
  )
  select count(distinct a.urn)::integer from attributed a
$$;
comment on function imports.write_listing is 'imports.write_listing keeps which schools an Ofsted file lists, and which inspections of other URNs it counts for them; tells for how many schools that is new (SCH-7).';

create function imports.apply_inspections(p_file imports.file) returns jsonb
language plpgsql volatile as $$
declare
  v_as_at date := coalesce(imports.date_file(p_file), p_file.effective_on);
  v_tally jsonb;
  v_linked integer;
  v_unheld integer;
begin
  insert into register.establishment (urn, school_id)
  select t.urn, t.urn from (select r.urn from imports.good_rows(p_file) r union select t.urn from imports.told_inspections(p_file) t) t
  on conflict do nothing;
  v_tally := imports.write_inspections(p_file);
  v_linked := imports.write_listing(p_file, v_as_at);
  p_file.effective_on := v_as_at;
  if p_file.fields @> array['pupils'] then
    perform imports.write_rolls(p_file);
  end if;
  select count(*) into v_unheld from imports.good_rows(p_file) r
  where not exists (select from register.establishment_version v where v.urn = r.urn and v.superseded_at is null);
  if v_unheld > 0 then
    raise notice using errcode = 'IMNTE', message = format('%s schools of the file are not in the register: their inspections are kept, and no school is opened (SCH-7).', v_unheld);
  end if;
  raise notice using errcode = 'IMNTE', message = format('The file was taken as Ofsted''s list of schools on %s.', to_char(v_as_at, 'FMDD Mon YYYY'));
  return v_tally || jsonb_build_object('linked', v_linked);
end $$;
comment on function imports.apply_inspections is 'imports.apply_inspections applies an Ofsted file: added, changed and unchanged count inspections, linked the schools for which inspections of a predecessor newly count (SCH-7).';

grant execute on function imports.framework_of, imports.told_inspections, imports.distinct_inspections, imports.held_grades, imports.write_inspections,
  imports.date_file, imports.write_listing, imports.apply_inspections to improve_exec;
