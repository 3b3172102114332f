-- Calls about people's data: what is held, erasure, retention (GDP-1).

create policy administrators_read on privacy.tombstone for select to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_set on privacy.retention to improve_exec
  using (authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')))
  with check (authority_id = (select auth.authority_id()) and authority_id <> 0 and (select auth.has_persona('la_admin')));

create function privacy.subject(p_person text, out person_id uuid, out emails text[], out rows jsonb)
language plpgsql stable as $$
declare
  v_booking cpd.booking;
begin
  emails := '{}';
  rows := '[]';
  perform errors.required('person', btrim(p_person), 'an identity, an e-mail address, or a booking that names the person');
  if p_person ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then
    select p.person_id into person_id from auth.person p where p.person_id = p_person::uuid;
  elsif p_person ~ '@' then
    emails := array[lower(btrim(p_person))];
  else
    select b.* into v_booking from cpd.booking b where b.authority_id = auth.authority_id() and b.booking_id = p_person;
    -- Without an address, a delegate is the same where the same school wrote the same name.
    select coalesce(jsonb_agg(jsonb_build_object('table', 'cpd.booking', 'key', jsonb_build_object('authority_id', b.authority_id, 'booking_id', b.booking_id))), '[]')
      into rows
    from cpd.booking b
    where b.authority_id = auth.authority_id() and (b.booking_id = p_person or v_booking.delegate_email is null and b.delegate_email is null
      and b.school_urn = v_booking.school_urn and lower(b.delegate_name) = lower(v_booking.delegate_name));
    emails := case when v_booking.delegate_email is not null then array[lower(v_booking.delegate_email)] else '{}' end;
  end if;
  if person_id is null and not exists (select from privacy.rows_of(auth.authority_id(), null, emails, rows)) then
    perform errors.not_found('person', 'Nothing is held on such a person here.', 'an identity (improve member list), an e-mail address, or a booking');
  end if;
end $$;
comment on function privacy.subject is 'privacy.subject finds whom an administrator''s call is about: a member by identity, anybody by e-mail address, or the delegate of a booking.';
grant execute on function privacy.subject to improve_exec;

create function privacy.held(p_authority integer, p_person uuid, p_emails text[], p_rows jsonb) returns table (place text, key text, facts text)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_before constant text := current_setting('app.authority_id', true);
  v_rows jsonb;
  v_values record;
  v_pattern text;
begin
  perform set_config('app.authority_id', p_authority::text, true);
  select coalesce(jsonb_agg(jsonb_build_object('table', f.table_name, 'key', f.key, 'facts', f.facts)), '[]') into v_rows
  from privacy.rows_of(p_authority, p_person, p_emails, p_rows) f;
  select * into v_values from privacy.values_of(v_rows);
  v_pattern := privacy.pattern(v_values.ids || v_values.words || p_emails || array(select p.display_name from auth.person p where p.person_id = p_person));
  return query select x ->> 'table', x ->> 'key', x ->> 'facts' from jsonb_array_elements(v_rows) x;
  return query
  select 'audit.entry'::text, coalesce(s.number::text, e.request_id::text),
    jsonb_build_object('at', e.at, 'method', e.method, 'by_this_person', e.person_id is not distinct from p_person,
      'request', case when e.request::text ~* v_pattern then e.request end,
      'answer', (select jsonb_agg(a) from jsonb_array_elements(e.answer) a where a::text ~* v_pattern),
      'changes', (select jsonb_agg(c) from jsonb_array_elements(e.changes) c where c::text ~* v_pattern or exists (
        select from jsonb_array_elements(v_rows) x where x -> 'table' = c -> 'table' and x -> 'key' = c -> 'key')))::text
  from audit.entry e
  left join audit.seal s on s.authority_id = e.authority_id and s.stream = 'audit' and s.row_id = e.request_id
  where e.authority_id = p_authority and (e.person_id = p_person or audit.content(e) ~* v_pattern
    or exists (select from jsonb_array_elements(e.changes) c
      join jsonb_array_elements(v_rows) x on x -> 'table' = c -> 'table' and x -> 'key' = c -> 'key'));
  perform set_config('app.authority_id', coalesce(v_before, ''), true);
end $$;
comment on function privacy.held is 'privacy.held lists all that an authority holds on a person: rows about them, and the audit entries of what they did and of what was done to their rows or mentions them.';
grant execute on function privacy.held to improve_exec;

create function privacy.export_person(p_person text) returns table (place text, key text, facts text)
language plpgsql volatile cost 10000 as $$
#variable_conflict use_column
declare
  v_subject record;
begin
  select * into v_subject from privacy.subject(p_person);
  return query select h.place, h.key, h.facts
    from privacy.held(auth.authority_id(), v_subject.person_id, v_subject.emails, v_subject.rows) h;
end $$;
comment on function privacy.export_person is 'privacy.export_person gives all that the authority holds on a person. It is a write, so that it is audited; what it tells is kept nowhere.';

create function privacy.export_self() returns table (authority text, place text, key text, facts text)
language plpgsql volatile cost 10000 as $$
#variable_conflict use_column
declare
  v_here constant integer := auth.authority_id();
  v_authority integer;
begin
  for v_authority in select a.authority_id from auth.authority_scope a where v_here in (0, a.authority_id) order by 1 loop
    return query select base.authority_code(v_authority), h.place, h.key, h.facts
      from privacy.held(v_authority, auth.person_id(), '{}', '[]') h;
  end loop;
end $$;
comment on function privacy.export_self is 'privacy.export_self gives all that is held on the caller: in the authority named, or, without one, in all of them.';

create function privacy.require_no_administrator(p_person uuid) returns void
language plpgsql stable as $$
begin
  if exists (select from auth.membership m where m.person_id = p_person and auth.authority_id() in (0, m.authority_id)
      and m.persona in ('la_admin', 'operator') and (m.ends_on is null or m.ends_on >= base.today())) then
    perform errors.precondition('STILL_ADMINISTRATOR', 'An administrator is erased when their administration has ended.', 'person', 'GDP-1',
      'a person whose administration has ended', 'improve membership end ends it.');
  end if;
end $$;
comment on function privacy.require_no_administrator is 'privacy.require_no_administrator refuses to erase who still administers.';
grant execute on function privacy.require_no_administrator to improve_exec;

create function privacy.erase_person(p_person text) returns table (what text, rows integer)
language plpgsql volatile cost 10000 as $$
#variable_conflict use_column
declare
  v_subject record;
  v_placeholder constant text := 'Erased ' || base.new_ref('p');
begin
  select * into v_subject from privacy.subject(p_person);
  perform privacy.require_no_administrator(v_subject.person_id);
  return query select e.what, e.rows
    from privacy.erase_in(auth.authority_id(), v_subject.person_id, v_subject.emails, v_subject.rows, v_placeholder) e;
  if v_subject.person_id is not null and not privacy.is_elsewhere(auth.authority_id(), v_subject.person_id) then
    perform privacy.erase_also(0, v_subject.person_id, v_subject.emails, '[]', v_placeholder, current_setting('app.method'));
  end if;
end $$;
comment on function privacy.erase_person is 'privacy.erase_person takes a person out of an authority''s data and puts a placeholder in their place; what is counted stays. The identity goes with it when the person is a member of no other authority, which is not told.';

create function privacy.erase_self() returns table (authority text, rows integer)
language plpgsql volatile cost 10000 as $$
#variable_conflict use_column
declare
  v_person constant uuid := auth.person_id();
  v_placeholder constant text := 'Erased ' || base.new_ref('p');
  v_authority integer;
begin
  if auth.authority_id() <> 0 then
    perform errors.invalid('authority', 'Who erases themselves does so everywhere: name no authority.', 'GDP-1', 'no authority: --authority ""');
  end if;
  perform privacy.require_no_administrator(v_person);
  for v_authority in select a.authority_id from auth.authority_scope a where a.authority_id <> 0 order by 1 loop
    if exists (select from privacy.held(v_authority, v_person, '{}', '[]')) then
      return query select base.authority_code(v_authority),
        privacy.erase_also(v_authority, v_person, '{}', '[]', v_placeholder, current_setting('app.method'));
    end if;
  end loop;
  return query select base.authority_code(0), sum(e.rows)::integer from privacy.erase_in(0, v_person, '{}', '[]', v_placeholder) e;
end $$;
comment on function privacy.erase_self is 'privacy.erase_self takes the caller out of all authorities'' data. Their tokens and devices go too: it is their last call.';

create function privacy.list_retention() returns table (kind text, keep_days integer, own boolean, version integer)
language sql stable as $$
  select d.kind, coalesce(r.keep_days, d.keep_days), r.kind is not null, r.version
  from (values ('delegates', 2557), ('former_users', 730), ('imports', 1096), ('notices', 180), ('requests', 90)) d (kind, keep_days)
  left join privacy.retention r on r.authority_id = (select auth.authority_id()) and r.kind = d.kind
  order by 1
$$;
comment on function privacy.list_retention is 'privacy.list_retention lists how many days the authority keeps each kind of personal data, and whether that is its own decision.';

create function privacy.set_retention(p_kind text, p_keep_days integer, p_version integer) returns table (kind text, keep_days integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_version integer;
begin
  perform errors.required('kind', p_kind, 'delegates, former_users, imports, notices or requests');
  perform errors.required('keep_days', p_keep_days, 'days, 30 to 36500');
  select r.version into v_version from privacy.retention r where r.authority_id = auth.authority_id() and r.kind = p_kind for no key update;
  if v_version is distinct from p_version then
    perform errors.stale('version', p_version, v_version);
  end if;
  return query
  insert into privacy.retention as r (authority_id, kind, keep_days) values (auth.authority_id(), p_kind, p_keep_days)
  on conflict (authority_id, kind) do update set keep_days = excluded.keep_days, version = r.version + 1
  returning kind, keep_days, version;
end $$;
comment on function privacy.set_retention is 'privacy.set_retention decides how many days the authority keeps a kind of personal data.';

create function privacy.run_retention() returns table (kind text, rows integer)
language plpgsql volatile cost 10000 as $$
#variable_conflict use_column
begin
  return query select * from privacy.retain(auth.authority_id());
end $$;
comment on function privacy.run_retention is 'privacy.run_retention takes away what the authority has kept for longer than it keeps it. Dry, it tells what that would be.';

create function privacy.list_erasures(p_page_size integer, p_cursor text)
returns table (tombstone_id text, placeholder text, erased_at timestamptz, row_cursor text)
language sql stable as $$
  select t.tombstone_id, t.placeholder, t.erased_at, t.tombstone_id
  from privacy.tombstone t
  where t.authority_id = (select auth.authority_id()) and (p_cursor is null or t.tombstone_id > p_cursor)
  order by t.tombstone_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function privacy.list_erasures is 'privacy.list_erasures lists who was erased: when, and what stands in their place.';

grant execute on function privacy.export_self, privacy.erase_self to persona_person;
grant execute on function privacy.export_person, privacy.erase_person to persona_la_admin;
grant execute on function privacy.list_retention, privacy.set_retention, privacy.run_retention, privacy.list_erasures to persona_la_admin;
