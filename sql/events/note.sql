-- How an event comes to be, and how far each authority has come.

create function events.note(p_kind text, p_subject text, p_school_urn integer, p_partner_id text, p_person_id uuid, p_about jsonb) returns void
language plpgsql volatile as $$
declare
  v_event_id constant uuid := gen_random_uuid();
begin
  insert into events.event (authority_id, event_id, kind, subject, school_urn, partner_id, person_id, about)
  values (auth.authority_id(), v_event_id, p_kind, p_subject, p_school_urn, p_partner_id, p_person_id, jsonb_strip_nulls(p_about));
  insert into audit.pending (authority_id, stream, row_id) values (auth.authority_id(), 'event', v_event_id);
end $$;
comment on function events.note is 'events.note writes an event in the transaction of what happened; the sealer numbers it once that is committed.';
grant execute on function events.note to improve_exec;

create function events.newest() returns table (authority_id integer, number bigint)
language sql stable security definer set search_path = '' as $$
  select a.authority_id, last.number
  from auth.authority_scope a
  cross join lateral (
    select e.number from events.event e where e.authority_id = a.authority_id and e.number is not null order by e.number desc limit 1
  ) last
$$;
alter function events.newest owner to improve_sealer;
comment on function events.newest is 'events.newest is the number of each authority''s last event. The server asks while calls watch, and wakes those whose authority has come further; what they may see is row security''s matter.';
grant execute on function events.newest to improve_exec;
