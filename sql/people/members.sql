-- Calls by which an authority's administrators keep its users.

create function people.add_member(p_name text, p_persona text, p_school_urn integer, p_starts_on date, p_ends_on date, p_person_id uuid)
returns table (person_id uuid, membership_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_person uuid := coalesce(p_person_id, gen_random_uuid());
begin
  perform errors.required('persona', p_persona, 'la_admin, officer, partner, booker, finance or reporter');
  if p_persona not in ('la_admin', 'officer', 'partner', 'booker', 'finance', 'reporter') then
    perform errors.invalid('persona', format('"%s" is nothing a user can be.', left(p_persona, 40)), null,
      'la_admin, officer, partner, booker, finance or reporter');
  elsif p_persona = 'booker' then
    perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), base.today());
  elsif p_school_urn is not null then
    perform errors.invalid('school_urn', 'Only a booker is tied to a school.', null, 'a school for a booker, none for the others');
  elsif p_ends_on < coalesce(p_starts_on, base.today()) then
    perform errors.invalid('ends_on', 'A membership cannot end before it starts.', null, 'the first day or a later one', 'PERIOD_BACKWARDS');
  end if;
  if p_person_id is null then
    perform errors.required('name', btrim(p_name));
    insert into auth.person (person_id, display_name) values (v_person, btrim(p_name));
  -- Only colleagues are visible here: whether another authority knows a person is not told.
  elsif not exists (select from auth.person p where p.person_id = p_person_id) then
    perform errors.not_found('person_id', 'Nobody with this id is a member of the authority.', 'a person_id from: improve member list');
  end if;
  return query
  insert into auth.membership (authority_id, membership_id, person_id, persona, school_urn, starts_on, ends_on)
  values (auth.authority_id(), base.new_ref('me'), v_person, p_persona, p_school_urn, coalesce(p_starts_on, base.today()), p_ends_on)
  returning person_id, membership_id, version;
end $$;
comment on function people.add_member is 'people.add_member makes a new person, or a colleague, an administrator, officer, partner, booker of a school, finance user or reporter of the authority.';
grant execute on function people.add_member to persona_la_admin;

create function people.add_administrator(p_administered text, p_name text) returns table (person_id uuid, membership_id text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_person uuid := gen_random_uuid();
begin
  perform errors.required('administered', p_administered, 'the code of an authority, such as 929');
  perform errors.required('name', btrim(p_name));
  if not p_administered ~ '^[0-9]{3}$'
      or not exists (select from register.authority a where a.authority_id = p_administered::integer) then
    perform errors.not_found('administered', format('There is no authority "%s".', left(p_administered, 20)),
      'the code of an authority, such as 929');
  end if;
  insert into auth.person (person_id, display_name) values (v_person, btrim(p_name));
  -- What is inserted belongs to the other authority, which this call cannot read back.
  membership_id := base.new_ref('me');
  person_id := v_person;
  insert into auth.membership (authority_id, membership_id, person_id, persona)
  values (p_administered::integer, membership_id, v_person, 'la_admin');
  return next;
end $$;
comment on function people.add_administrator is 'people.add_administrator gives an authority a new administrator; the operator calls it, once for each authority that joins.';
grant execute on function people.add_administrator to persona_operator;

create function people.list_members(p_persona text, p_school_urn integer, p_include_ended boolean, p_page_size integer, p_cursor text)
returns table (person_id uuid, name text, membership_id text, persona text, school_urn integer, starts_on date, ends_on date, version integer,
  revoked_at timestamptz, row_cursor text)
language sql stable as $$
  select p.person_id, p.display_name, m.membership_id, m.persona, m.school_urn, m.starts_on, m.ends_on, m.version, m.revoked_at,
    jsonb_build_array(p.display_name, m.membership_id)::text
  from auth.membership m
  join auth.person p on p.person_id = m.person_id
  where m.authority_id = (select auth.authority_id())
    and (p_persona is null or m.persona = p_persona)
    and (p_school_urn is null or m.school_urn = p_school_urn)
    and (coalesce(p_include_ended, false) or m.revoked_at is null and (m.ends_on is null or m.ends_on >= base.today()))
    and (p_cursor is null or (p.display_name, m.membership_id) > (p_cursor::jsonb ->> 0, p_cursor::jsonb ->> 1))
  order by p.display_name, m.membership_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function people.list_members is 'people.list_members lists who is what in the authority, now or later.';
grant execute on function people.list_members to persona_la_admin;

create function people.end_membership(p_membership_id text, p_version integer, p_ends_on date)
returns table (membership_id text, ends_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ends_on date := coalesce(p_ends_on, base.today());
  v_was auth.membership;
begin
  perform errors.required('membership_id', p_membership_id, 'a reference such as me-7k2q9mx4td');
  perform errors.required('version', p_version);
  select m.* into v_was from auth.membership m
  where m.authority_id = auth.authority_id() and m.membership_id = p_membership_id
  for no key update;
  if not found then
    perform errors.not_found('membership_id', format('The authority has no membership "%s".', left(p_membership_id, 40)),
      'a reference such as me-7k2q9mx4td', 'improve member list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_ends_on < v_was.starts_on then
    perform errors.invalid('ends_on', 'A membership cannot end before it starts.', null, format('%s or a later day', v_was.starts_on),
      'PERIOD_BACKWARDS');
  elsif v_was.persona = 'la_admin' and v_was.person_id = auth.person_id() then
    perform errors.precondition('OWN_ADMINISTRATION', 'Administrators cannot end their own administration.', 'membership_id', null,
      'another administrator''s call');
  end if;
  return query
  update auth.membership m
  set ends_on = v_ends_on, version = m.version + 1
  where m.authority_id = auth.authority_id() and m.membership_id = p_membership_id
  returning m.membership_id, m.ends_on, m.version;
end $$;
comment on function people.end_membership is 'people.end_membership sets the last day of a membership; calls after that day are refused. people.revoke_membership ends it at once. An authority is never left by its last administrator''s own hand.';
grant execute on function people.end_membership to persona_la_admin;

create function people.revoke_membership(p_membership_id text, p_version integer) returns table (membership_id text, revoked_at timestamptz, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was auth.membership;
begin
  perform errors.required('membership_id', p_membership_id, 'a reference such as me-7k2q9mx4td');
  perform errors.required('version', p_version);
  select m.* into v_was from auth.membership m
  where m.authority_id = auth.authority_id() and m.membership_id = p_membership_id and m.revoked_at is null
  for no key update;
  if not found then
    perform errors.not_found('membership_id', format('The authority has no membership "%s".', left(p_membership_id, 40)),
      'a reference such as me-7k2q9mx4td', 'improve member list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.persona = 'la_admin' and v_was.person_id = auth.person_id() then
    perform errors.precondition('OWN_ADMINISTRATION', 'Administrators cannot end their own administration.', 'membership_id', null,
      'another administrator''s call');
  end if;
  return query
  update auth.membership m
  set revoked_at = now(), version = m.version + 1
  where m.authority_id = auth.authority_id() and m.membership_id = p_membership_id
  returning m.membership_id, m.revoked_at, m.version;
end $$;
comment on function people.revoke_membership is 'people.revoke_membership takes a membership away; the person''s next call that needs it is refused.';
grant execute on function people.revoke_membership to persona_la_admin;
