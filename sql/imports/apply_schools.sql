-- Applying a file of establishments (SCH-3): each row is compared with what the register holds true on the effective date, and only what
-- differs is written, as new versions beside superseded ones.

create function imports.good_rows(p_file imports.file) returns table (line integer, urn integer, row_authority integer, facts jsonb)
language sql stable as $$
  select s.line, s.urn, s.row_authority, s.facts
  from imports.staged_row s
  where s.authority_id = p_file.authority_id and s.import_id = p_file.import_id and not s.is_bad
$$;
comment on function imports.good_rows is 'imports.good_rows gives the rows of an import that can be applied.';

create function imports.held_on(p_on date) returns setof register.establishment_version
language sql stable as $$
  select v.* from register.establishment_version v
  where v.superseded_at is null and v.valid_from <= p_on and (v.valid_to is null or v.valid_to > p_on)
$$;
comment on function imports.held_on is 'imports.held_on gives the versions that the register holds true on a day.';

create function imports.add_authorities(p_file imports.file) returns integer
language plpgsql volatile as $$
declare
  v_added integer;
begin
  if not register.is_operator() then
    if not exists (select from register.authority a where a.authority_id = p_file.authority_id) then
      perform errors.precondition('AUTHORITY_NOT_REGISTERED', format('The register has no authority %s yet.', base.authority_code(p_file.authority_id)),
        p_rule => 'SCH-3', p_hint => 'The instance''s operator creates it: improve authority create, or an import of the operator''s.');
    end if;
    return 0;
  end if;
  insert into auth.authority_scope (authority_id)
  select distinct r.row_authority from imports.good_rows(p_file) r where r.row_authority is not null
  on conflict do nothing;
  insert into register.authority (authority_id, name)
  select r.row_authority, coalesce(min(r.facts ->> 'la_name'), 'Authority ' || base.authority_code(r.row_authority))
  from imports.good_rows(p_file) r
  where r.row_authority is not null
  group by r.row_authority
  on conflict do nothing;
  get diagnostics v_added = row_count;
  return v_added;
end $$;
comment on function imports.add_authorities is 'imports.add_authorities creates the authorities named in an operator''s file, and tells how many; an administrator''s file cannot.';

create function imports.note_replaced_authorities(p_file imports.file) returns void
language sql volatile as $$
  with named as (select distinct r.row_authority from imports.good_rows(p_file) r),
  moves as (
    select v.authority_id as old, r.row_authority as new, count(*) as schools
    from imports.good_rows(p_file) r
    join imports.held_on(p_file.effective_on) v on v.urn = r.urn
    where v.authority_id not in (select n.row_authority from named n)
    group by 1, 2
  ),
  -- One school that changed sides is no replacement: most of the open schools must have gone.
  emptied as (
    select m.old from moves m
    group by m.old
    having 2 * sum(m.schools) > (select count(*) from imports.held_on(p_file.effective_on) v
      where v.authority_id = m.old and register.is_open(v.status, v.close_date, p_file.effective_on))
  )
  insert into register.authority_successor (authority_id, successor_id, effective_on)
  select m.old, m.new, p_file.effective_on from moves m join emptied using (old)
  on conflict do nothing
$$;
comment on function imports.note_replaced_authorities is 'imports.note_replaced_authorities finds the authorities that a complete file no longer names and most of whose schools it gives to others: Cumbria (909) by 942 and 943 (SCH-3).';

create function imports.vanished(p_file imports.file) returns setof register.establishment_version
language sql stable as $$
  with named as (select distinct s.row_authority from imports.good_rows(p_file) s),
  covered as (
    select n.row_authority as authority_id from named n
    union
    select a.authority_id from register.authority_successor a
    where a.successor_id in (select n.row_authority from named n) and a.authority_id not in (select n.row_authority from named n)
  )
  select v.*
  from imports.held_on(p_file.effective_on) v
  where p_file.is_complete and v.authority_id in (select c.authority_id from covered c)
    -- By its status: one whose announced close date has passed is open in our books until news of it comes, and this is the news.
    and register.is_open(v.status, null, p_file.effective_on)
    -- A row that was rejected still says that the school is there.
    and not exists (select from imports.staged_row s
      where s.authority_id = p_file.authority_id and s.import_id = p_file.import_id and s.urn = v.urn)
$$;
comment on function imports.vanished is 'imports.vanished gives the open establishments that a complete file leaves out, in the authorities it names and in those they replaced (SCH-3).';

create function imports.school_plan(p_file imports.file) returns table (verdict text, old register.establishment_version,
  new register.establishment_version, valid_to date)
language sql stable as $$
  with told as (
    select r.urn, r.row_authority, r.facts || case when r.facts ? 'type' and not r.facts ? 'type_group'
        then jsonb_build_object('type_group', t.type_group) else '{}' end as facts
    from imports.good_rows(p_file) r
    left join register.establishment_type t on t.type = r.facts ->> 'type'
  ),
  -- What the file does not carry stays as it was: the facts are laid over the version held true on that day.
  laid as (
    select v as old, v.urn is null as is_new, jsonb_populate_record(v, t.facts) as new, t.row_authority is distinct from v.authority_id as is_moved,
      case when v.urn is null then (select min(later.valid_from) from register.establishment_version later
        where later.urn = t.urn and later.superseded_at is null and later.valid_from > p_file.effective_on) else v.valid_to end as valid_to
    from told t
    left join imports.held_on(p_file.effective_on) v on v.urn = t.urn
  )
  select case when l.is_new then 'added' when l.is_moved then 'moved' when l.new is distinct from l.old then 'changed' else 'unchanged' end,
    l.old, l.new, l.valid_to
  from laid l
  union all
  select 'closed', v, jsonb_populate_record(v, jsonb_build_object('status', 'Closed', 'close_date', least(v.close_date, p_file.effective_on))), v.valid_to
  from imports.vanished(p_file) v
$$;
comment on function imports.school_plan is 'imports.school_plan compares a file''s establishments with the register on the effective date: added, moved, changed, unchanged, closed, each with the version held true and the one that would be.';

create function imports.write_school_plan(p_file imports.file) returns jsonb
language sql volatile as $$
  with plan as materialized (select * from imports.school_plan(p_file)),
  superseded as (
    update register.establishment_version v set superseded_at = greatest(now(), v.recorded_at)
    from plan p
    where v.version_id = (p.old).version_id and p.verdict <> 'unchanged'
  ),
  -- What was true before the effective date is said again, up to that date.
  ended as (
    insert into register.establishment_version overriding user value
    select n.*
    from plan p
    cross join lateral jsonb_populate_record(p.old, jsonb_build_object('valid_to', p_file.effective_on, 'recorded_at', now())) n
    where p.verdict not in ('unchanged', 'added') and n.valid_from < p_file.effective_on
  ),
  begun as (
    insert into register.establishment_version overriding user value
    select n.*
    from plan p
    cross join lateral jsonb_populate_record(p.new, jsonb_build_object('valid_from', p_file.effective_on, 'valid_to', p.valid_to,
      'recorded_at', now(), 'superseded_at', null)) n
    where p.verdict <> 'unchanged'
  ),
  -- Materialized: else each row would be made into JSON once a field.
  spelt as materialized (select to_jsonb(p.old) as old, to_jsonb(p.new) as new from plan p where p.verdict in ('changed', 'moved')),
  fields as (
    select f.key, count(*) as count
    from spelt s
    cross join lateral jsonb_each(s.new) f
    where f.value is distinct from s.old -> f.key
    group by f.key
  )
  select (select jsonb_object_agg(t.verdict, t.count) from (select p.verdict, count(*) from plan p group by p.verdict) t)
    || jsonb_build_object('changed_by_field', (select jsonb_agg(jsonb_build_object('field', f.key, 'count', f.count) order by f.count desc, f.key) from fields f))
$$;
comment on function imports.write_school_plan is 'imports.write_school_plan carries out imports.school_plan: versions that differ are superseded, and what is true from the effective date on is added. Gives how many of each.';

create function imports.write_rolls(p_file imports.file) returns void
language sql volatile as $$
  with told as (
    select r.urn, coalesce((r.facts ->> 'census_date')::date, p_file.effective_on) as counted_on,
      case p_file.kind when 'schools' then 'GIAS' else 'Ofsted' end as source,
      coalesce(r.facts ->> 'number_on_roll', r.facts ->> 'pupils')::integer as number_on_roll, (r.facts ->> 'fsm')::integer as fsm
    from imports.good_rows(p_file) r
    where (r.facts ->> 'number_on_roll' is not null or r.facts ->> 'pupils' is not null)
      and (register.is_operator() or register.is_own_urn(r.urn))
  ),
  superseded as (
    update register.roll_count c set superseded_at = greatest(now(), c.recorded_at)
    from told t
    where c.urn = t.urn and c.counted_on = t.counted_on and c.source = t.source and c.superseded_at is null
      and (c.number_on_roll, c.fsm) is distinct from (t.number_on_roll, coalesce(t.fsm, c.fsm))
    returning c.urn
  )
  insert into register.roll_count (urn, counted_on, source, number_on_roll, fsm)
  select t.urn, t.counted_on, t.source, t.number_on_roll, t.fsm
  from told t
  where t.urn in (select s.urn from superseded s) or not exists (select from register.roll_count c
    where c.urn = t.urn and c.counted_on = t.counted_on and c.source = t.source and c.superseded_at is null)
$$;
comment on function imports.write_rolls is 'imports.write_rolls records the numbers on roll that a file carries, with their count date (SCH-9).';

create function imports.reject_foreign(p_file imports.file) returns void
language sql volatile as $$
  select imports.reject(p_file, r.line, 'URN', r.urn::text, format('The register holds this school for authority %s; a move between authorities is the operator''s import.',
    base.authority_code(v.authority_id)))
  from imports.good_rows(p_file) r
  join imports.held_on(p_file.effective_on) v on v.urn = r.urn
  where v.authority_id <> p_file.authority_id
$$;
comment on function imports.reject_foreign is 'imports.reject_foreign rejects the rows of an administrator''s file whose schools the register holds for another authority.';

create function imports.apply_schools(p_file imports.file) returns jsonb
language plpgsql volatile as $$
declare
  v_authorities integer := imports.add_authorities(p_file);
  v_tally jsonb;
begin
  if not register.is_operator() then
    perform imports.reject_foreign(p_file);
  elsif p_file.is_complete then
    perform imports.note_replaced_authorities(p_file);
  end if;
  insert into register.establishment (urn, school_id) select r.urn, r.urn from imports.good_rows(p_file) r on conflict do nothing;
  v_tally := imports.write_school_plan(p_file);
  if p_file.fields @> array['number_on_roll'] then
    perform imports.write_rolls(p_file);
  end if;
  return v_tally || jsonb_build_object('authorities_added', v_authorities);
end $$;
comment on function imports.apply_schools is 'imports.apply_schools applies a file of establishments and gives what it did.';

grant execute on function imports.good_rows, imports.held_on, imports.add_authorities, imports.note_replaced_authorities, imports.vanished,
  imports.school_plan, imports.write_school_plan, imports.write_rolls, imports.reject_foreign, imports.apply_schools to improve_exec;
