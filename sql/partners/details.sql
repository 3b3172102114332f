-- What partners propose to change of their own row, and the authority decides (PAR-1).

create function partners.propose_details(p_email text, p_phone text, p_expertise jsonb, p_note text)
returns table (details_id text, partner text, state text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_partner partners.partner;
  v_expertise jsonb := case when jsonb_array_length(p_expertise) > 0 then p_expertise end;
begin
  select p.* into v_partner from partners.partner p where p.authority_id = auth.authority_id() and p.person_id = auth.person_id();
  if not found then
    perform errors.not_found('partner_id', 'The authority has no partner who signs in as you.', null, 'Its administrator makes the tie: improve partner invite.');
  elsif num_nonnulls(nullif(btrim(p_email), ''), nullif(btrim(p_phone), ''), v_expertise) = 0 then
    perform errors.invalid('email', 'Nothing is proposed.', 'PAR-1', 'email, phone, expertise, or several of them', 'FIELD_REQUIRED');
  elsif btrim(p_email) !~ '^[^@[:space:]]+@[^@[:space:]]+$' then
    perform errors.invalid('email', 'That is no e-mail address.', 'PAR-1', 'an address with an @');
  end if;
  select jsonb_agg(jsonb_build_object('code', x.code, 'phase_group', x.phase_group)) into v_expertise from partners.read_expertise(v_expertise) x;
  return query
  insert into partners.details (authority_id, details_id, partner_id, email, phone, expertise, note, proposed_by)
  values (auth.authority_id(), base.new_ref('dp'), v_partner.partner_id, nullif(btrim(p_email), ''), nullif(btrim(p_phone), ''), v_expertise,
    nullif(btrim(p_note), ''), auth.person_id())
  returning details_id, v_partner.name, state, version;
end $$;
comment on function partners.propose_details is 'partners.propose_details keeps what a partner would have changed of their own row, until the authority accepts or refuses it.';
grant execute on function partners.propose_details to persona_partner;

create function partners.list_details(p_state text, p_partner_id text, p_page_size integer, p_cursor text)
returns table (details_id text, partner_id text, partner text, email text, phone text, expertise jsonb, note text, proposed_at timestamptz, state text,
  decided_at timestamptz, decided_reason text, version integer, row_cursor text)
language sql stable as $$
  select d.details_id, d.partner_id, p.name, d.email, d.phone, coalesce(d.expertise, '[]'), d.note, d.proposed_at, d.state, d.decided_at, d.decided_reason,
    d.version, jsonb_build_array(d.proposed_at, d.details_id)::text
  from partners.details d
  join partners.partner p on p.authority_id = d.authority_id and p.partner_id = d.partner_id
  where d.authority_id = (select auth.authority_id())
    and d.state = any (case coalesce(p_state, 'open') when 'all' then array['open', 'accepted', 'refused'] else array[coalesce(p_state, 'open')] end)
    and (p_partner_id is null or d.partner_id = p_partner_id)
    and (p_cursor is null or (d.proposed_at, d.details_id) > ((p_cursor::jsonb ->> 0)::timestamptz, p_cursor::jsonb ->> 1))
  order by d.proposed_at, d.details_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function partners.list_details is 'partners.list_details lists what partners proposed, the oldest first; a partner sees their own.';
grant execute on function partners.list_details to persona_la_admin, persona_officer, persona_partner;

create function partners.decide_details(p_details_id text, p_version integer, p_accept boolean, p_reason text)
returns table (details_id text, partner_id text, state text, email text, phone text, expertise jsonb, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was partners.details;
  v_now partners.partner;
begin
  perform errors.required('details_id', p_details_id, 'a reference such as dp-7k2q9mx4td');
  perform errors.required('version', p_version);
  perform errors.required('accept', p_accept, 'true or false');
  perform partners.lock_partner(d.partner_id) from partners.details d where d.authority_id = auth.authority_id() and d.details_id = p_details_id;
  select d.* into v_was from partners.details d where d.authority_id = auth.authority_id() and d.details_id = p_details_id;
  if not found then
    perform errors.not_found('details_id', format('Nobody proposed "%s".', left(p_details_id, 40)), 'a reference such as dp-7k2q9mx4td',
      'improve details list shows what is proposed.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.state <> 'open' then
    perform errors.precondition('ALREADY_DECIDED', format('It was %s on %s.', v_was.state, partners.day((v_was.decided_at at time zone 'Europe/London')::date)),
      'details_id', 'PAR-1');
  elsif not p_accept then
    perform errors.required('reason', btrim(p_reason), 'why it is refused');
  end if;
  if p_accept then
    update partners.partner p
    set email = coalesce(v_was.email, p.email), phone = coalesce(v_was.phone, p.phone), version = p.version + 1
    where p.authority_id = auth.authority_id() and p.partner_id = v_was.partner_id;
    if v_was.expertise is not null then
      perform partners.put_expertise(v_was.partner_id, v_was.expertise);
    end if;
  end if;
  update partners.details d
  set state = case when p_accept then 'accepted' else 'refused' end, decided_by = auth.person_id(), decided_at = now(),
    decided_reason = nullif(btrim(p_reason), ''), version = d.version + 1
  where d.authority_id = auth.authority_id() and d.details_id = p_details_id
  returning d.* into v_was;
  v_now := partners.see_partner(v_was.partner_id);
  return query values (v_was.details_id, v_was.partner_id, v_was.state, v_now.email, v_now.phone, partners.expertise_of(v_was.partner_id), v_was.version);
end $$;
comment on function partners.decide_details is 'partners.decide_details accepts what a partner proposed, and puts it into their row, or refuses it with the reason.';
grant execute on function partners.decide_details to persona_la_admin, persona_officer;
