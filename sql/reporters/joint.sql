-- Joint reporters: logins that read two authorities or more, made by the instance's operator under an agreement of these, until a day. Each of
-- them finds the login in its list and its audit trail, and ends its own share with drop_reporter.

create function reporters.check_joint(p_authorities jsonb, p_agreement text, p_ends_on date) returns integer[]
language plpgsql stable as $$
declare
  v_code text;
  v_authorities constant text[] := array(select distinct c from jsonb_array_elements_text(coalesce(p_authorities, '[]')) c order by 1);
begin
  foreach v_code in array v_authorities loop
    if v_code !~ '^[0-9]{3}$' or v_code = '000' then
      perform errors.invalid('authorities', format('"%s" is not an authority''s code.', left(v_code, 20)), 'C-1', 'three digits, such as 929');
    elsif not exists (select from register.authority a where a.authority_id = v_code::integer) then
      perform errors.not_found('authorities', format('There is no authority %s.', v_code), 'codes of improve authority list');
    end if;
  end loop;
  if cardinality(v_authorities) < 2 then
    perform errors.invalid('authorities', 'A joint reporter reads two authorities or more; an authority''s own is made by its administrators.', 'REP-6',
      'two codes or more, such as 929 and 926');
  end if;
  perform errors.required('agreement', btrim(p_agreement), 'the name of the agreement between these authorities');
  perform errors.required('ends_on', p_ends_on, 'the last day of the agreement');
  if length(btrim(p_agreement)) > 200 then
    perform errors.invalid('agreement', 'The name of the agreement is too long.', 'REP-6', '1 to 200 characters');
  elsif p_ends_on < base.today() then
    perform errors.invalid('ends_on', format('%s is over.', to_char(p_ends_on, 'FMDD Mon YYYY')), 'REP-6', 'today or a later day');
  end if;
  return v_authorities::integer[];
end $$;
comment on function reporters.check_joint is 'reporters.check_joint refuses a joint reporter without two known authorities, a named agreement and a day that has not passed; gives the authorities.';

create function reporters.refuse_joint(p_authorities jsonb, p_agreement text, p_ends_on date) returns void
language plpgsql stable as $$
begin
  if coalesce(p_authorities, '[]') <> '[]' or p_agreement is not null or p_ends_on is not null then
    perform errors.refuse(7, 'PERMISSION_DENIED', 'Only the instance''s operator makes a reporter of several authorities.',
      case when coalesce(p_authorities, '[]') <> '[]' then 'authorities' when p_agreement is not null then 'agreement' else 'ends_on' end,
      'REP-6', 'none: the login reads the authority of the call', 'Ask the operator, who needs the agreement of all these authorities.');
  end if;
end $$;
comment on function reporters.refuse_joint is 'reporters.refuse_joint refuses an authority''s administrator who asks for a joint reporter (PERMISSION_DENIED).';

create function reporters.tell(p_authority integer, p_request jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if auth.authority_id() <> 0 or not auth.has_persona('operator') then
    raise exception using errcode = 'insufficient_privilege', message = 'only the operator tells authorities of joint reporters';
  end if;
  perform set_config('app.authority_id', p_authority::text, true);
  insert into audit.entry (authority_id, request_id, person_id, personas, method, request, answer)
  values (p_authority, gen_random_uuid(), auth.person_id(), current_setting('app.personas'), current_setting('app.method'), p_request, '[]');
  perform set_config('app.authority_id', '0', true);
end $$;
comment on function reporters.tell is 'reporters.tell writes an audit row into the trail of an authority about a joint reporter of the operator''s, with the rows changed so far.';

create function reporters.join_authorities(p_role_name text, p_authorities integer[], p_agreement text, p_ends_on date) returns void
language plpgsql volatile as $$
declare
  v_changes text := coalesce(audit.collected_text(), '');
  v_authority integer;
begin
  foreach v_authority in array p_authorities loop
    perform audit.put_changes(''); -- an authority's audit row tells of no other
    insert into auth.reporter (authority_id, role_name, created_by, agreement, ends_on)
    values (v_authority, p_role_name, auth.person_id(), btrim(p_agreement), p_ends_on);
    perform reporters.tell(v_authority, jsonb_build_object('role_name', p_role_name, 'agreement', btrim(p_agreement), 'ends_on', p_ends_on));
    v_changes := concat_ws(',', nullif(v_changes, ''), nullif(audit.collected_text(), ''));
  end loop;
  perform audit.put_changes(v_changes);
end $$;
comment on function reporters.join_authorities is 'reporters.join_authorities lets a joint reporter read these authorities, and tells each of them in its audit trail.';

create function reporters.part_authorities(p_role_name text) returns boolean
language plpgsql volatile as $$
declare
  v_changes text := coalesce(audit.collected_text(), '');
  v_authorities constant integer[] := array(select r.authority_id from auth.reporter r where r.role_name = p_role_name order by 1);
  v_authority integer;
begin
  foreach v_authority in array v_authorities loop
    perform audit.put_changes('');
    delete from auth.reporter r where r.authority_id = v_authority and r.role_name = p_role_name;
    perform reporters.tell(v_authority, jsonb_build_object('role_name', p_role_name));
    v_changes := concat_ws(',', nullif(v_changes, ''), nullif(audit.collected_text(), ''));
  end loop;
  perform audit.put_changes(v_changes);
  -- Where every authority ended its share, the login is left.
  return cardinality(v_authorities) > 0
    or starts_with(p_role_name, 'la_000_') and exists (select from pg_catalog.pg_roles r where r.rolname = p_role_name);
end $$;
comment on function reporters.part_authorities is 'reporters.part_authorities takes all authorities from a joint reporter, and tells each of them in its audit trail; false when there is no such login.';
grant execute on function reporters.check_joint, reporters.refuse_joint, reporters.tell, reporters.join_authorities, reporters.part_authorities to improve_exec;
