-- What `improved admin` writes, as the administrator of the database, whom row security does not bind, and outside any call: a row in the audit
-- trail of the authority that it is about, 0 for the instance, in the write's own transaction. Granted to nobody.

create function audit.note_console(p_authority integer, p_method text, p_request jsonb, p_answer jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into audit.entry (authority_id, request_id, person_id, personas, method, request, answer)
  values (p_authority, gen_random_uuid(), '00000000-0000-0000-0000-000000000000', 'operator at the console', p_method,
    jsonb_build_object('console', jsonb_build_object('user', coalesce(nullif(current_setting('app.console', true), ''), 'unknown'),
      'role', session_user::text)) || p_request, p_answer);
  perform audit.put_changes(''); -- the next row of this transaction has changes of its own
end $$;
comment on function audit.note_console is 'audit.note_console writes an audit row for what an administrator of the database did with improved admin: the user of the operating system as improved found it (app.console) and the role of the session, with what, to what effect, and the rows changed since app.method was set.';

create function audit.begin_console(p_method text) returns void
language sql volatile set search_path = '' as $$
  select set_config('app.method', p_method, true), audit.put_changes(''), set_config('app.changes_left_out', '', true)
$$;
comment on function audit.begin_console is 'audit.begin_console begins to collect the rows that a write of improved admin changes.';

create function audit.person_name(p_entry audit.entry, p_display_name text) returns text
language sql stable parallel safe as $$
  select coalesce(p_display_name, case p_entry.personas when 'operator at the console' then p_entry.request #>> '{console,user}'
    when 'other_party' then 'Authority ' || (p_entry.request ->> 'party') end)
$$;
comment on function audit.person_name is 'audit.person_name is who made an entry, by name: a person of the authority, the user of the operating system who sat at the console, or the other authority of an agreement.';
grant execute on function audit.person_name to improve_exec;
