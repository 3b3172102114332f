-- Retention by kind (GDP-1): what an authority has kept for longer than it keeps it goes, or loses its names; figures stay.

create function privacy.retain_delegates(p_authority integer, p_days integer) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_due jsonb;
  v_entry record;
begin
  select jsonb_object_agg(b.booking_id, jsonb_build_array('Erased ' || b.booking_id, privacy.pattern(array[b.delegate_name, b.delegate_email, b.cancel_reason] || array(
        select w from cpd.substitution x cross join unnest(array[x.was_name, x.was_email]) w where x.authority_id = b.authority_id and x.booking_id = b.booking_id))))
    into v_due
  from cpd.booking b
  join cpd.session s on s.authority_id = b.authority_id and s.session_id = b.session_id
  where b.authority_id = p_authority and b.delegate_name !~ '^Erased (p|bk)-' and s.ends_at < now() - make_interval(days => p_days);
  if v_due is null then
    return 0;
  end if;
  perform set_config('app.erasing', 'delegates of long ago', true);
  perform from audit.sealer for update;
  update cpd.booking b set delegate_name = v_due -> b.booking_id ->> 0, delegate_email = null, cancel_reason = null
  where b.authority_id = p_authority and v_due ? b.booking_id;
  update cpd.substitution x set was_name = v_due -> x.booking_id ->> 0, was_email = null where x.authority_id = p_authority and v_due ? x.booking_id;
  update cpd.evaluation e set comment = null where e.authority_id = p_authority and v_due ? e.booking_id and e.comment is not null;
  update cpd.step h set note = null where h.authority_id = p_authority and v_due ? h.booking_id and h.note is not null;
  update cpd.charge h set waive_note = null where h.authority_id = p_authority and v_due ? h.booking_id and h.waive_note is not null;
  for v_entry in
    select e as was, s.number, array_agg(d.value ->> 1) as patterns, array_agg(d.value ->> 0) as placeholders
    from audit.entry e
    cross join lateral (select distinct c #>> '{key,booking_id}' as booking_id from jsonb_array_elements(e.changes) c where c ->> 'table' = 'cpd.booking') k
    join jsonb_each(v_due) d on d.key = k.booking_id and d.value ->> 1 is not null
    left join audit.seal s on s.authority_id = e.authority_id and s.stream = 'audit' and s.row_id = e.request_id
    where e.authority_id = p_authority
    group by e, s.number
    order by s.number
  loop
    perform privacy.rewrite_entry(v_entry.was, v_entry.number, v_entry.patterns, v_entry.placeholders);
  end loop;
  return (select count(*) from jsonb_object_keys(v_due));
end $$;
comment on function privacy.retain_delegates is 'privacy.retain_delegates takes the names of the delegates of sessions that ended so many days ago out of their bookings and of the audit entries about these, each giving way to its booking''s reference. No tombstone: after a restore, retention runs again. It tells how many.';

create function privacy.retain(p_authority integer) returns table (kind text, rows integer)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_days jsonb;
  v_person uuid;
  v_count integer;
begin
  select jsonb_object_agg(l.kind, l.keep_days) into v_days from privacy.list_retention() l;

  return query values ('delegates', privacy.retain_delegates(p_authority, (v_days ->> 'delegates')::integer));

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

  -- What is still to come stays: a cancellation takes back the calendar entries that were sent.
  delete from notices.notice n
  where n.authority_id = p_authority and n.finished_at < now() - make_interval(days => (v_days ->> 'notices')::integer)
    and coalesce((n.event ->> 'ends_at')::timestamptz, '-infinity') < now();
  get diagnostics v_count = row_count;
  return query values ('notices', v_count);

  delete from rpc.request r where r.authority_id = p_authority and r.recorded_at < now() - make_interval(days => (v_days ->> 'requests')::integer);
  get diagnostics v_count = row_count;
  return query values ('requests', v_count);
end $$;
comment on function privacy.retain is 'privacy.retain does the work of run_retention: delegates of long past sessions and former users are erased, old imports, notices and answers kept for repeats are deleted.';
grant execute on function privacy.retain to improve_exec;
