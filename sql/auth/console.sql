-- Authorities and tokens made by `improved admin`, by which an instance and its authorities begin. Granted to nobody: it connects as the
-- administrator of the database. Each leaves an audit row, without hashes, with every authority that it is about.

create function auth.make_console_authority(p_authority integer, p_name text) returns table (name text, made boolean)
language plpgsql volatile set search_path = '' as $$
#variable_conflict use_column
begin
  perform audit.begin_console('improved admin authority create');
  insert into auth.authority_scope values (p_authority) on conflict do nothing;
  insert into register.authority (authority_id, name) values (p_authority, p_name) on conflict do nothing;
  made := found;
  if made then
    perform audit.note_console(0, 'improved admin authority create',
      jsonb_build_object('code', base.authority_code(p_authority), 'name', p_name), '[]');
  end if;
  return query select a.name, made from register.authority a where a.authority_id = p_authority;
end $$;
comment on function auth.make_console_authority is 'auth.make_console_authority adds an authority to the register where it is absent, and tells the name that is there afterwards and whether it was made.';

create function auth.make_console_token(p_name text, p_authorities integer[], p_personas text[], p_schools integer[], p_instance boolean,
  p_token_hash bytea, p_days integer) returns timestamptz
language plpgsql volatile set search_path = '' as $$
declare
  v_scopes constant integer[] := array(select distinct a from unnest(p_authorities || case when p_instance then 0 end) a where a is not null order by 1);
  v_person constant uuid := gen_random_uuid();
  v_expires constant timestamptz := now() + make_interval(days => p_days);
  v_scope integer;
  v_shared text;
begin
  perform audit.begin_console('improved admin token create');
  insert into auth.authority_scope select a from unnest(v_scopes) a on conflict do nothing;
  insert into auth.person (person_id, kind, display_name) values (v_person, 'service', p_name);
  insert into auth.token (token_hash, person_id, authority_id, label, expires_at)
  values (p_token_hash, v_person, case when cardinality(v_scopes) = 1 then v_scopes[1] end, p_name, v_expires);
  v_shared := audit.collected_text();
  foreach v_scope in array v_scopes loop
    perform audit.put_changes(v_shared);
    insert into auth.membership (authority_id, membership_id, person_id, persona, school_urn)
    select v_scope, base.new_ref('mb'), v_person, w.persona, w.urn
    from (
      select r as persona, s as urn from unnest(p_personas) r left join unnest(p_schools) s on r = 'booker' where v_scope = any (p_authorities)
      union select 'operator', null where v_scope = 0 and p_instance
    ) w;
    perform audit.note_console(v_scope, 'improved admin token create', jsonb_strip_nulls(jsonb_build_object('name', p_name,
        'personas', case when v_scope = 0 then array['operator'] else p_personas end, 'schools', case when v_scope <> 0 then p_schools end, 'days', p_days)),
      jsonb_build_array(jsonb_build_object('token', left(encode(p_token_hash, 'hex'), 12), 'person_id', v_person, 'expires_at', v_expires)));
  end loop;
  return v_expires;
end $$;
comment on function auth.make_console_token is 'auth.make_console_token makes a script''s account, its memberships (a booker has one for each school) and its token, of which it is given the hash, and tells when that expires. An authority may be named before its schools are imported. The token is good in one authority only where only one is named. An audit row of an authority names no other.';

create function auth.revoke_console_token(p_id text) returns setof text
language plpgsql volatile set search_path = '' as $$
declare
  v_token record;
  v_scope integer;
  v_shared text;
begin
  for v_token in
    select t.token_hash, t.label, t.revoked_at, case when t.authority_id is not null then array[t.authority_id]
      else coalesce((select array_agg(distinct m.authority_id) from auth.membership m where m.person_id = t.person_id), '{0}') end as scopes
    from auth.token t
    where left(encode(t.token_hash, 'hex'), 12) = lower(p_id)
  loop
    if v_token.revoked_at is null then
      perform audit.begin_console('improved admin token revoke');
      update auth.token t set revoked_at = now() where t.token_hash = v_token.token_hash;
      v_shared := audit.collected_text();
      foreach v_scope in array v_token.scopes loop
        perform audit.put_changes(v_shared);
        perform audit.note_console(v_scope, 'improved admin token revoke', jsonb_build_object('token', lower(p_id)),
          jsonb_build_array(jsonb_build_object('name', v_token.label)));
      end loop;
    end if;
    return next v_token.label;
  end loop;
end $$;
comment on function auth.revoke_console_token is 'auth.revoke_console_token ends the token of this id, the first 12 digits of its hash, and tells what it was for; no row when there is none. The audit row goes to the authorities that it was good for.';
