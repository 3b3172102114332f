-- The two functions that make and drop logins. They run as reporter_maker, which PostgreSQL 15 lets alter any role that is no superuser: so
-- all they take is the word for the tool and a verifier, both checked here, and the name of a role is made of nothing else.

create function reporters.login_name(p_tool text) returns text
language plpgsql stable as $$
begin
  if p_tool !~ '^[a-z][a-z0-9]{0,19}$' or (auth.authority_id() between 1 and 999 and auth.has_persona('la_admin')
      or auth.authority_id() = 0 and auth.has_persona('operator')) is not true then
    raise exception using errcode = 'insufficient_privilege', message = 'no reporter''s login is called that';
  end if;
  return format('la_%s_%s', base.authority_code(auth.authority_id()), p_tool);
end $$;
comment on function reporters.login_name is 'reporters.login_name gives the login role of a tool of the caller''s authority, such as la_929_powerbi, and la_000_powerbi to the instance''s operator; it raises for anything but an administrator or the operator and a short word.';
grant execute on function reporters.login_name to improve_exec, reporter_maker;
grant execute on function auth.authority_id, auth.has_persona, base.authority_code to reporter_maker;

create function reporters.make_login(p_tool text, p_verifier text) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role constant text := reporters.login_name(p_tool);
begin
  if p_verifier !~ '^SCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]{44}:[A-Za-z0-9+/=]{44}$' then
    raise exception using errcode = 'insufficient_privilege', message = 'a reporter''s login has a SCRAM verifier';
  end if;
  execute format('create role %I login inherit connection limit 4 password %L in role reporting_reader', v_role, p_verifier);
  -- Guard rails: they hold until the user sets them otherwise. A role's settings reach nobody through a group.
  execute format('alter role %I set search_path = reporting', v_role);
  execute format('alter role %I set default_transaction_read_only = on', v_role);
  execute format('alter role %I set statement_timeout = ''60s''', v_role);
  execute format('alter role %I set lock_timeout = ''5s''', v_role);
  execute format('alter role %I set idle_in_transaction_session_timeout = ''60s''', v_role);
  return v_role;
end $$;
comment on function reporters.make_login is 'reporters.make_login makes the login role of a tool, a reader of reporting with limits of its own, from the SCRAM verifier of its password, and gives its name.';

create function reporters.drop_login(p_tool text, p_keep_sessions boolean) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role constant text := reporters.login_name(p_tool);
  v_ended integer := 0;
begin
  delete from auth.reporter r where r.role_name = v_role;
  if not exists (select from pg_catalog.pg_roles r where r.rolname = v_role) then
    return 0; -- after a restore into another cluster, roles are not there
  end if;
  if not p_keep_sessions then
    -- Only a member of a role may end its sessions; the membership goes with the role.
    execute format('grant %I to reporter_maker', v_role);
    select count(*) filter (where pg_catalog.pg_terminate_backend(a.pid)) into v_ended
    from pg_catalog.pg_stat_get_activity(null) a
    join pg_catalog.pg_roles r on r.oid = a.usesysid
    where r.rolname = v_role;
  end if;
  execute format('drop role %I', v_role);
  return v_ended;
end $$;
comment on function reporters.drop_login is 'reporters.drop_login drops the login role of a tool, takes it from all authorities, and ends its sessions, unless told to keep them (a dry run); it gives how many it ended. One that connects meanwhile has no rights left once this is committed.';

alter function reporters.make_login owner to reporter_maker;
alter function reporters.drop_login owner to reporter_maker;
grant execute on function reporters.make_login, reporters.drop_login to improve_exec;
