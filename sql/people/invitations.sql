-- Enrolment codes: an administrator invites; whoever redeems the code with a device becomes the member. Whether another authority knows them
-- is not told: nobody is looked up by name or e-mail.

create function auth.had_device(p_person_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from auth.device d where d.person_id = p_person_id)
$$;
alter function auth.had_device owner to improve_gate;
comment on function auth.had_device is 'auth.had_device tells whether a person ever enrolled a device: only then may another authority know them.';
grant execute on function auth.had_device to improve_exec;

create function people.invite_member(p_persona text, p_name text, p_school_urn integer, p_starts_on date, p_ends_on date, p_person_id uuid,
  p_code_hash bytea) returns table (invitation_id text, expires_at timestamptz)
language plpgsql volatile as $$
declare
  v_scope integer;
begin
  if p_person_id is null or p_persona is not null then
    perform errors.required('persona', p_persona, 'la_admin, officer, partner, booker, finance or reporter');
  end if;
  if p_persona not in ('la_admin', 'officer', 'partner', 'booker', 'finance', 'reporter') then
    perform errors.invalid('persona', format('"%s" is nothing a user can be.', left(p_persona, 40)), null,
      'la_admin, officer, partner, booker, finance or reporter');
  elsif p_persona = 'booker' then
    perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), base.today());
  elsif p_school_urn is not null then
    perform errors.invalid('school_urn', 'Only a booker is tied to a school.', null, 'a school for a booker, none for the others');
  elsif p_ends_on < coalesce(p_starts_on, base.today()) then
    perform errors.invalid('ends_on', 'A membership cannot end before it starts.', null, 'the first day or a later one', 'PERIOD_BACKWARDS');
  elsif octet_length(p_code_hash) is distinct from 32 then
    perform errors.invalid('code_hash', 'The code''s hash is no SHA-256.', null, '32 bytes');
  end if;
  if p_person_id is null then
    perform errors.required('name', btrim(p_name));
  elsif not exists (select from auth.person p where p.person_id = p_person_id and p.kind = 'person') then
    perform errors.not_found('person_id', 'Nobody with this id is a member of the authority.', 'a person_id from: improve member list');
  elsif auth.had_device(p_person_id) then
    v_scope := auth.authority_id(); -- they may be somebody in another authority, for which it is not ours to enrol a device
  end if;
  invitation_id := base.new_ref('in');
  select now() + p.code_lifetime into expires_at from auth.sign_in_policy p;
  insert into auth.invitation (authority_id, invitation_id, code_hash, name, persona, school_urn, starts_on, ends_on, person_id, device_authority_id,
    invited_by, expires_at)
  values (auth.authority_id(), invitation_id, p_code_hash, nullif(btrim(p_name), ''), p_persona, p_school_urn, p_starts_on, p_ends_on, p_person_id,
    v_scope, auth.person_id(), expires_at);
  return next;
end $$;
comment on function people.invite_member is 'people.invite_member keeps the hash of an enrolment code, which the administrator''s program made and shows once. Redeeming it makes a new person, or one with a device, what the administrator says; for a colleague it enrols a further device.';

create function people.list_invitations(p_include_closed boolean)
returns table (invitation_id text, name text, persona text, school_urn integer, person_id uuid, invited_at timestamptz, expires_at timestamptz, state text,
  redeemed_by uuid)
language sql stable as $$
  select i.invitation_id, i.name, i.persona, i.school_urn, i.person_id, i.invited_at, i.expires_at, s.state, i.redeemed_by
  from auth.invitation i
  cross join lateral (select case when i.redeemed_at is not null then 'redeemed' when i.revoked_at is not null then 'revoked'
    when i.expires_at <= now() then 'expired' else 'open' end as state) s
  where i.authority_id = (select auth.authority_id()) and (coalesce(p_include_closed, false) or s.state = 'open')
  order by i.invited_at desc, i.invitation_id
  limit 500
$$;
comment on function people.list_invitations is 'people.list_invitations lists the authority''s enrolment codes, without the codes, the latest first.';

create function people.revoke_invitation(p_invitation_id text) returns table (invitation_id text, revoked_at timestamptz)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('invitation_id', p_invitation_id, 'a reference such as in-7k2q9mx4td');
  return query
  update auth.invitation i set revoked_at = coalesce(i.revoked_at, now())
  where i.authority_id = auth.authority_id() and i.invitation_id = p_invitation_id and i.redeemed_at is null
  returning i.invitation_id, i.revoked_at;
  if not found then
    perform errors.not_found('invitation_id', format('The authority has no open invitation "%s".', left(p_invitation_id, 40)),
      'a reference such as in-7k2q9mx4td', 'improve invitation list shows them.');
  end if;
end $$;
comment on function people.revoke_invitation is 'people.revoke_invitation withdraws an enrolment code that nobody has redeemed.';
grant execute on function people.invite_member, people.list_invitations, people.revoke_invitation to persona_la_admin;
