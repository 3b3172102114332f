-- All that is known of one partner, and the code by which they sign in as it.

create function partners.get_partner(p_partner_id text)
returns table (partner_id text, name text, background text, base_school_urn integer, base_school text, email text, phone text, person_id uuid,
  kinds jsonb, accreditations jsonb, expertise jsonb, capacity jsonb, rates jsonb, conflicts jsonb, version integer)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_partner constant partners.partner := partners.own_partner(p_partner_id);
begin
  return query values (v_partner.partner_id, v_partner.name, v_partner.background, v_partner.base_school_urn,
    (select s.name from register.establishment_on(v_partner.base_school_urn, base.today()) s), v_partner.email, v_partner.phone, v_partner.person_id,
    (select coalesce(jsonb_agg(jsonb_build_object('held_id', k.held_id, 'kind', k.kind, 'starts_on', k.starts_on, 'ends_on', k.ends_on, 'version', k.version)
        order by k.kind, k.starts_on nulls first), '[]')
      from partners.kind_held k where k.authority_id = v_partner.authority_id and k.partner_id = v_partner.partner_id),
    (select coalesce(jsonb_agg(jsonb_build_object('accreditation_id', a.accreditation_id, 'body', a.body, 'number', a.number, 'starts_on', a.starts_on,
        'ends_on', a.ends_on, 'withdrawn_on', a.withdrawn_on, 'withdrawn_reason', a.withdrawn_reason, 'version', a.version) order by a.starts_on, a.body), '[]')
      from partners.accreditation a where a.authority_id = v_partner.authority_id and a.partner_id = v_partner.partner_id),
    partners.expertise_of(v_partner.partner_id), partners.years_of(v_partner),
    (select coalesce(jsonb_agg(jsonb_build_object('kind', r.kind, 'mode', r.mode, 'valid_from', r.valid_from, 'valid_to', r.valid_to,
        'half_day_pence', r.half_day_pence) order by r.kind, r.mode, r.valid_from), '[]')
      from partners.rate r where r.authority_id = v_partner.authority_id and r.partner_id = v_partner.partner_id and r.superseded_at is null),
    (select coalesce(jsonb_agg(jsonb_build_object('conflict_id', c.conflict_id, 'kind', c.kind, 'school_urn', c.school_urn, 'group_uid', c.group_uid,
        'starts_on', c.starts_on, 'ends_on', c.ends_on, 'note', c.note, 'version', c.version) order by c.declared_at, c.conflict_id), '[]')
      from partners.conflict c where c.authority_id = v_partner.authority_id and c.partner_id = v_partner.partner_id and c.withdrawn_at is null),
    v_partner.version);
end $$;
comment on function partners.get_partner is 'partners.get_partner tells all that is known of a partner: kinds, accreditations, expertise, capacity by year, their own rates, conflicts. Partners read their own.';
grant execute on function partners.get_partner to persona_la_admin, persona_officer, persona_partner;

create function partners.years_of(p_partner partners.partner) returns jsonb
language plpgsql stable as $$
begin
  return (
    select jsonb_agg(jsonb_build_object('academic_year', y.year, 'half_days', partners.capacity_on(p_partner, calendar.academic_year_starts(y.year)),
      'half_days_left', f.half_days_left, 'version', c.version) order by y.year)
    from (
      select calendar.academic_year(base.today()) + n as year from generate_series(0, 1) n
      union
      select c.academic_year from partners.capacity c where c.authority_id = p_partner.authority_id and c.partner_id = p_partner.partner_id
    ) y
    cross join lateral partners.fullest_day(p_partner.partner_id, calendar.academic_year_starts(y.year), calendar.academic_year_ends(y.year)) f
    left join partners.capacity c on c.authority_id = p_partner.authority_id and c.partner_id = p_partner.partner_id and c.academic_year = y.year);
end $$;
comment on function partners.years_of is 'partners.years_of is a partner''s capacity by academic year: this one, the next, and those it was set for, each with what is left on its fullest day.';
grant execute on function partners.years_of to improve_exec;

create function partners.invite_partner(p_partner_id text, p_ends_on date, p_code_hash bytea) returns table (invitation_id text, expires_at timestamptz)
language plpgsql volatile as $$
declare
  v_partner partners.partner;
begin
  perform errors.required('partner_id', p_partner_id, 'a reference such as pt-7k2q9mx4td');
  v_partner := partners.lock_partner(p_partner_id);
  if v_partner.person_id is not null then
    perform errors.precondition('PARTNER_SIGNS_IN', format('%s signs in already.', v_partner.name), 'partner_id', 'PAR-1', 'a partner who does not',
      'improve member invite --person-id invites a further device of theirs.');
  elsif octet_length(p_code_hash) is distinct from 32 then
    perform errors.invalid('code_hash', 'The code''s hash is no SHA-256.', null, '32 bytes');
  end if;
  perform partners.require_in_order(base.today(), p_ends_on, 'PAR-1');
  invitation_id := base.new_ref('in');
  select now() + p.code_lifetime into expires_at from auth.sign_in_policy p;
  insert into auth.invitation (authority_id, invitation_id, code_hash, name, persona, ends_on, invited_by, expires_at, partner_id)
  values (auth.authority_id(), invitation_id, p_code_hash, v_partner.name, 'partner', p_ends_on, auth.person_id(), expires_at, v_partner.partner_id);
  return next;
end $$;
comment on function partners.invite_partner is 'partners.invite_partner keeps the hash of an enrolment code, which the administrator''s program made and shows once: whoever redeems it signs in as this partner, with a new device or one they use for other authorities.';
grant execute on function partners.invite_partner to persona_la_admin;

create function partners.link_person(p_authority integer, p_partner_id text, p_person uuid) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_authority constant text := current_setting('app.authority_id', true);
  v_done boolean;
begin
  perform set_config('app.authority_id', p_authority::text, true);
  update partners.partner p set person_id = p_person, version = p.version + 1
  where p.authority_id = p_authority and p.partner_id = p_partner_id and p.person_id is null;
  v_done := found;
  perform set_config('app.authority_id', v_authority, true);
  return v_done;
end $$;
comment on function partners.link_person is 'partners.link_person makes somebody who redeemed a partner''s code that partner; false when somebody else is it already. For sign_in.redeem_code, which calls before anyone has an authority.';
grant execute on function partners.link_person to improve_gate;
