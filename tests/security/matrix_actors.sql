-- Who tries: each persona in each authority, as the server acts for it; the server outside a call; a reporter's login, and the views' owner on
-- its behalf; and every role of ours by itself.
create temporary table actor (actor text, authority integer, login text, role text);
insert into actor
select p, a, null, 'improve_exec' from unnest(array['la_admin', 'officer', 'partner', 'booker', 'finance', 'reporter', 'person']) p, (values (1), (2)) x (a)
union all values ('operator', 0, null, 'improve_exec'), ('anonymous', 0, null, 'improve_exec'), ('nobody', null, null, 'improve_exec'),
  ('login', 1, 'la_001_matrix', null), ('login', 2, 'la_002_matrix', null), ('views', 1, 'la_001_views', 'reporting_owner'),
  ('views', 2, 'la_002_views', 'reporting_owner'), ('reporting_owner', null, null, 'reporting_owner'), ('reporter_maker', 1, null, 'reporter_maker'),
  ('superuser', 0, null, null)
union all select rolname, null, null, rolname from pg_roles where rolname in ('improve_gate', 'improve_owner', 'reporting_reader') or rolname like 'persona\_%';

create role la_001_matrix login in role reporting_reader;
create role la_002_matrix login in role reporting_reader;
create role la_001_views login in role reporting_owner; -- what no login is: the views' owner itself, in a reporter's session
create role la_002_views login in role reporting_owner;
insert into auth.reporter (authority_id, role_name)
values (1, 'la_001_matrix'), (2, 'la_002_matrix'), (1, 'la_001_views'), (2, 'la_002_views');

create function pg_temp.act(p_actor text, p_authority integer) returns void language plpgsql as $$
declare
  v_actor record;
begin
  select * into strict v_actor from actor a where a.actor = p_actor and a.authority is not distinct from p_authority;
  if v_actor.role in ('improve_exec', 'reporter_maker') and p_actor <> 'nobody' then
    perform set_config('app.authority_id', p_authority::text, true),
      set_config('app.person_id', case p_actor when 'anonymous' then '00000000-0000-0000-0000-000000000000'
        else md5('person' || coalesce(nullif(p_authority, 0), 9))::uuid::text end, true),
      set_config('app.personas', case when p_actor = 'anonymous' then p_actor when v_actor.role = 'reporter_maker' then 'la_admin' else p_actor || ',person' end, true),
      set_config('app.urns', case p_actor when 'booker' then (100000 + p_authority)::text else '' end, true),
      set_config('app.request_id', md5('request')::uuid::text, true),
      set_config('app.method', 'matrix', true),
      set_config('app.dry_run', 'off', true);
  end if;
  if v_actor.login is not null then
    perform set_config('session_authorization', v_actor.login, true);
  end if;
  if v_actor.role is not null then
    perform set_config('role', v_actor.role, true);
  end if;
end $$;

-- The statement of a command on row n: on columns that the actor has a right to where there are some, else on all, or on the first.
create function pg_temp.statement(p_role text, p_table oid, p_command text, p_n integer) returns text language plpgsql stable as $$
declare
  v_columns text[] := (select array_agg(c.name order by c.attnum) from pg_temp.target_column c
    where c.oid = p_table and has_column_privilege(p_role, p_table, c.name, p_command) and not (c.is_identity and p_command = 'update'));
begin
  case p_command
    when 'insert' then
      return pg_temp.insert_of(p_table, p_n + 10, case when p_role = 'improve_exec' then v_columns end);
    when 'select' then
      return format('select 1 from %s where %s', p_table::regclass, pg_temp.where_of(p_table, p_n));
    when 'update' then
      return format('update %s set %2$I = %2$I where %3$s', p_table::regclass, coalesce(v_columns[array_length(v_columns, 1)],
        (select c.name from pg_temp.target_column c where c.oid = p_table and not c.is_identity order by c.attnum limit 1)), pg_temp.where_of(p_table, p_n));
    else
      return format('delete from %s where %s', p_table::regclass, pg_temp.where_of(p_table, p_n));
  end case;
end $$;

-- What came of it, undone: rows, none, denied, or what went wrong.
create function pg_temp.try(p_actor text, p_authority integer, p_table oid, p_command text, p_n integer) returns text language plpgsql as $$
declare
  v_statement text;
  v_rows bigint;
begin
  select pg_temp.statement(coalesce(a.role, a.login, current_user), p_table, case p_command when 'delete' then 'select' else p_command end, p_n)
    into v_statement from actor a where a.actor = p_actor and a.authority is not distinct from p_authority;
  if p_command = 'delete' then
    v_statement := format('delete from %s where %s', p_table::regclass, pg_temp.where_of(p_table, p_n));
  end if;
  begin
    perform pg_temp.act(p_actor, p_authority);
    execute v_statement;
    get diagnostics v_rows = row_count;
    raise exception using errcode = 'UNDO0';
  exception
    when sqlstate 'UNDO0' then return case when v_rows > 0 then 'rows' else 'none' end;
    when insufficient_privilege then return 'denied';
    when others then return sqlstate || ' ' || sqlerrm || ': ' || v_statement;
  end;
end $$;
