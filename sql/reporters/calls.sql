-- Calls by which an authority's administrators keep the logins of its SQL reporters, and the instance's operator joint ones.

create function reporters.create_reporter(p_tool text, p_authorities jsonb, p_agreement text, p_ends_on date)
  returns table (role_name text, password text, created_at timestamptz)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_tool constant text := coalesce(p_tool, 'sql');
  v_password constant text := reporters.new_password();
  v_joint constant boolean := auth.has_persona('operator');
  v_authorities integer[];
  v_role text;
begin
  if v_joint then
    v_authorities := reporters.check_joint(p_authorities, p_agreement, p_ends_on);
  else
    perform reporters.refuse_joint(p_authorities, p_agreement, p_ends_on);
  end if;
  if v_tool !~ '^[a-z][a-z0-9]{0,19}$' then
    perform errors.invalid('tool', format('"%s" is no word for a tool.', left(v_tool, 40)), null,
      '1 to 20 lower-case letters and digits, such as powerbi');
  end if;
  begin
    v_role := reporters.make_login(v_tool, reporters.scram_verifier(v_password, uuid_send(gen_random_uuid()), 4096));
  exception when duplicate_object then
    perform errors.exists('REPORTER_EXISTS', format('There is a reporter %s already.', reporters.login_name(v_tool)), 'tool', null,
      'Name another tool, or drop that reporter first.');
  end;
  raise notice using errcode = 'IMNTE', message = 'The password is shown this once and is kept nowhere.';
  if v_joint then
    perform reporters.join_authorities(v_role, v_authorities, p_agreement, p_ends_on);
    return query select v_role, v_password, now();
    return;
  end if;
  return query
  insert into auth.reporter (authority_id, role_name, created_by)
  values (auth.authority_id(), v_role, auth.person_id())
  returning role_name, v_password, created_at;
end $$;
comment on function reporters.create_reporter is 'reporters.create_reporter makes a PostgreSQL login that reads the authority''s rows in the views of reporting, and shows its password once. The operator''s reads several, under an agreement of these, until a day.';

create function reporters.list_reporters() returns table (role_name text, login text, agreement text, ends_on date, authorities jsonb, created_at timestamptz)
language sql stable as $$
  select r.role_name, case when starts_with(r.role_name, 'la_000_') then 'joint'
      when bool_or(starts_with(r.role_name, 'la_' || base.authority_code(r.authority_id) || '_')) then 'own' else 'shared' end,
    r.agreement, r.ends_on, jsonb_agg(base.authority_code(r.authority_id) order by r.authority_id), min(r.created_at)
  from auth.reporter r
  where r.authority_id = (select auth.authority_id()) or (select auth.authority_id()) = 0
  group by r.role_name, r.agreement, r.ends_on
  order by r.role_name
$$;
comment on function reporters.list_reporters is 'reporters.list_reporters lists the logins that read the authority''s rows: its own, those of other authorities that it shares them with, and joint ones; to the operator, who names no authority, the joint ones.';

create function reporters.drop_reporter(p_role_name text) returns table (role_name text, sessions_ended integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_found boolean;
begin
  perform errors.required('role_name', p_role_name, 'a login such as la_929_powerbi');
  if auth.has_persona('operator') then
    v_found := reporters.part_authorities(p_role_name);
  else
    delete from auth.reporter r where r.authority_id = auth.authority_id() and r.role_name = p_role_name;
    v_found := found;
  end if;
  if not v_found then
    perform errors.not_found('role_name', case when auth.has_persona('operator') then format('There is no joint reporter "%s".', left(p_role_name, 40))
      else format('No reporter "%s" reads this authority.', left(p_role_name, 40)) end, 'a login such as la_929_powerbi',
      'improve reporter list shows them.');
  end if;
  role_name := p_role_name;
  -- Another authority's login loses this authority's rows, and stays what it is there.
  if starts_with(p_role_name, 'la_' || base.authority_code(auth.authority_id()) || '_') then
    sessions_ended := reporters.drop_login(substr(p_role_name, 8), auth.is_dry_run());
  end if;
  return next;
end $$;
comment on function reporters.drop_reporter is 'reporters.drop_reporter ends a login''s reading of the authority''s rows; of the caller''s own login, an authority''s or the operator''s, it drops the role and ends its sessions.';

grant execute on function reporters.create_reporter, reporters.list_reporters, reporters.drop_reporter to persona_la_admin, persona_operator;
