-- Retention by kind (GDP-1): what an authority has kept for longer than it keeps it goes, or loses its names; figures stay.

create function privacy.retain(p_authority integer) returns table (kind text, rows integer)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_days jsonb;
  v_rows jsonb;
  v_person uuid;
  v_count integer;
begin
  select jsonb_object_agg(l.kind, l.keep_days) into v_days from privacy.list_retention() l;

  select coalesce(jsonb_agg(jsonb_build_object('table', 'cpd.booking', 'key', jsonb_build_object('authority_id', b.authority_id, 'booking_id', b.booking_id))), '[]')
    into v_rows
  from cpd.booking b
  join cpd.session s on s.authority_id = b.authority_id and s.session_id = b.session_id
  where b.authority_id = p_authority and b.delegate_name !~ '^Erased p-' and s.ends_at < now() - make_interval(days => (v_days ->> 'delegates')::integer);
  for v_count in 0 .. jsonb_array_length(v_rows) - 1 loop
    perform privacy.erase_in(p_authority, null, '{}', jsonb_build_array(v_rows -> v_count), 'Erased ' || base.new_ref('p'));
  end loop;
  return query values ('delegates', jsonb_array_length(v_rows));

  v_count := 0;
  for v_person in
    select m.person_id from auth.membership m where m.authority_id = p_authority
    group by m.person_id having max(coalesce(m.ends_on, 'infinity')) < current_date - (v_days ->> 'former_users')::integer
  loop
    perform privacy.erase_in(p_authority, v_person, '{}', '[]', 'Erased ' || base.new_ref('p'));
    v_count := v_count + 1;
  end loop;
  return query values ('former_users', v_count);

  delete from imports.problem p using imports.file f
  where f.authority_id = p_authority and f.opened_at < now() - make_interval(days => (v_days ->> 'imports')::integer)
    and p.authority_id = f.authority_id and p.import_id = f.import_id;
  delete from imports.staged_row r using imports.file f
  where f.authority_id = p_authority and f.opened_at < now() - make_interval(days => (v_days ->> 'imports')::integer)
    and r.authority_id = f.authority_id and r.import_id = f.import_id;
  delete from imports.file f where f.authority_id = p_authority and f.opened_at < now() - make_interval(days => (v_days ->> 'imports')::integer);
  get diagnostics v_count = row_count;
  return query values ('imports', v_count);

  delete from rpc.request r where r.authority_id = p_authority and r.recorded_at < now() - make_interval(days => (v_days ->> 'requests')::integer);
  get diagnostics v_count = row_count;
  return query values ('requests', v_count);
end $$;
comment on function privacy.retain is 'privacy.retain does the work of run_retention: delegates of long past sessions and former users are erased, old imports and answers kept for repeats are deleted.';
grant execute on function privacy.retain to improve_exec;
