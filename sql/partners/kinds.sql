-- Calls about what kind of partner somebody is when, and what they are accredited by (PAR-1). What ends may send assignments back (PAR-3).

create function partners.add_partner_kind(p_partner_id text, p_kind text, p_starts_on date, p_ends_on date)
returns table (held_id text, partner text, kind text, starts_on date, ends_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_partner partners.partner;
begin
  perform errors.required('partner_id', p_partner_id, 'a reference such as pt-7k2q9mx4td');
  perform errors.required('kind', p_kind, 'sip, nle, lle, sle, ele, professional_partner, facilitator or pupil_premium_reviewer');
  v_partner := partners.lock_partner(p_partner_id);
  perform partners.require_in_order(coalesce(p_starts_on, base.today()), p_ends_on, 'PAR-1');
  return query
  insert into partners.kind_held (authority_id, held_id, partner_id, kind, starts_on, ends_on)
  values (auth.authority_id(), base.new_ref('kd'), p_partner_id, lower(p_kind), coalesce(p_starts_on, base.today()), p_ends_on)
  returning held_id, v_partner.name, kind, starts_on, ends_on, version;
end $$;
comment on function partners.add_partner_kind is 'partners.add_partner_kind makes a partner one of a further kind, from a day on.';
grant execute on function partners.add_partner_kind to persona_la_admin, persona_officer;

create function partners.require_in_order(p_starts_on date, p_ends_on date, p_rule text) returns void
language plpgsql stable as $$
begin
  if p_ends_on < p_starts_on then
    perform errors.invalid('ends_on', 'The last day comes before the first.', p_rule, partners.day(p_starts_on) || ' or a later day', 'PERIOD_BACKWARDS');
  end if;
end $$;
comment on function partners.require_in_order is 'partners.require_in_order refuses a period that ends before it starts (INVALID_ARGUMENT).';
grant execute on function partners.require_in_order to improve_exec;

create function partners.end_partner_kind(p_held_id text, p_version integer, p_ends_on date)
returns table (held_id text, partner_id text, kind text, starts_on date, ends_on date, version integer, sent_back jsonb)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ends_on constant date := coalesce(p_ends_on, base.today());
  v_was partners.kind_held;
  v_now partners.kind_held;
begin
  perform errors.required('held_id', p_held_id, 'a reference such as kd-7k2q9mx4td');
  perform errors.required('version', p_version);
  perform partners.lock_partner(k.partner_id) from partners.kind_held k where k.authority_id = auth.authority_id() and k.held_id = p_held_id;
  select k.* into v_was from partners.kind_held k where k.authority_id = auth.authority_id() and k.held_id = p_held_id;
  if not found then
    perform errors.not_found('held_id', format('There is no kind of a partner "%s".', left(p_held_id, 40)), 'a reference such as kd-7k2q9mx4td',
      'improve partner show tells a partner''s.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.ends_on < v_ends_on then
    perform errors.precondition('ALREADY_ENDED', format('It ends on %s; ending it cannot make it longer.', partners.day(v_was.ends_on)), 'ends_on', 'PAR-1',
      partners.day(v_was.ends_on) || ' or an earlier day');
  end if;
  update partners.kind_held k set ends_on = v_ends_on, version = k.version + 1
  where k.authority_id = auth.authority_id() and k.held_id = p_held_id
  returning * into v_now;
  return query values (v_now.held_id, v_now.partner_id, v_now.kind, v_now.starts_on, v_now.ends_on, v_now.version, partners.send_back(v_now.partner_id));
end $$;
comment on function partners.end_partner_kind is 'partners.end_partner_kind ends what kind of partner somebody is; assignments that need it go back to proposed from the day after.';
grant execute on function partners.end_partner_kind to persona_la_admin, persona_officer;

create function partners.add_accreditation(p_partner_id text, p_body text, p_number text, p_starts_on date, p_ends_on date)
returns table (accreditation_id text, partner text, body text, number text, starts_on date, ends_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_partner partners.partner;
begin
  perform errors.required('partner_id', p_partner_id, 'a reference such as pt-7k2q9mx4td');
  perform errors.required('body', btrim(p_body), 'who accredits');
  perform errors.required('starts_on', p_starts_on, 'the first day of the accreditation');
  perform partners.require_in_order(p_starts_on, p_ends_on, 'PAR-1');
  v_partner := partners.lock_partner(p_partner_id);
  return query
  insert into partners.accreditation (authority_id, accreditation_id, partner_id, body, number, starts_on, ends_on)
  values (auth.authority_id(), base.new_ref('ac'), p_partner_id, btrim(p_body), nullif(btrim(p_number), ''), p_starts_on, p_ends_on)
  returning accreditation_id, v_partner.name, body, number, starts_on, ends_on, version;
end $$;
comment on function partners.add_accreditation is 'partners.add_accreditation records that a body accredits a partner, over a period.';
grant execute on function partners.add_accreditation to persona_la_admin, persona_officer;

create function partners.withdraw_accreditation(p_accreditation_id text, p_version integer, p_reason text, p_withdrawn_on date)
returns table (accreditation_id text, partner_id text, body text, withdrawn_on date, version integer, sent_back jsonb)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_withdrawn_on, base.today());
  v_was partners.accreditation;
  v_now partners.accreditation;
begin
  perform errors.required('accreditation_id', p_accreditation_id, 'a reference such as ac-7k2q9mx4td');
  perform errors.required('version', p_version);
  perform errors.required('reason', btrim(p_reason), 'why it is withdrawn');
  perform partners.lock_partner(a.partner_id) from partners.accreditation a
  where a.authority_id = auth.authority_id() and a.accreditation_id = p_accreditation_id;
  select a.* into v_was from partners.accreditation a where a.authority_id = auth.authority_id() and a.accreditation_id = p_accreditation_id;
  if not found then
    perform errors.not_found('accreditation_id', format('There is no accreditation "%s".', left(p_accreditation_id, 40)), 'a reference such as ac-7k2q9mx4td',
      'improve accreditation list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.withdrawn_on is not null then
    perform errors.precondition('ALREADY_WITHDRAWN', format('It was withdrawn from %s on.', partners.day(v_was.withdrawn_on)), 'accreditation_id', 'PAR-1');
  elsif v_was.ends_on < v_on then
    perform errors.precondition('ALREADY_ENDED', format('It ended on %s by itself.', partners.day(v_was.ends_on)), 'withdrawn_on', 'PAR-1',
      partners.day(v_was.ends_on) || ' or an earlier day');
  end if;
  update partners.accreditation a set withdrawn_on = v_on, withdrawn_reason = btrim(p_reason), version = a.version + 1
  where a.authority_id = auth.authority_id() and a.accreditation_id = p_accreditation_id
  returning * into v_now;
  return query values (v_now.accreditation_id, v_now.partner_id, v_now.body, v_now.withdrawn_on, v_now.version, partners.send_back(v_now.partner_id));
end $$;
comment on function partners.withdraw_accreditation is 'partners.withdraw_accreditation withdraws an accreditation from a day on; assignments in roles that ask for it go back to proposed from then, and not before today (PAR-3).';
grant execute on function partners.withdraw_accreditation to persona_la_admin, persona_officer;

create function partners.list_accreditations(p_partner_id text, p_body text, p_as_of date, p_ends_by date, p_page_size integer, p_cursor text)
returns table (accreditation_id text, partner_id text, partner text, body text, number text, starts_on date, ends_on date, withdrawn_on date,
  withdrawn_reason text, version integer, row_cursor text)
language sql stable as $$
  select a.accreditation_id, a.partner_id, p.name, a.body, a.number, a.starts_on, a.ends_on, a.withdrawn_on, a.withdrawn_reason, a.version,
    jsonb_build_array(p.name, a.accreditation_id)::text
  from partners.accreditation a
  join partners.partner p on p.authority_id = a.authority_id and p.partner_id = a.partner_id
  where a.authority_id = (select auth.authority_id())
    and (p_partner_id is null or a.partner_id = p_partner_id)
    and (p_body is null or lower(a.body) = lower(p_body))
    and (p_as_of is null or a.starts_on <= p_as_of and (a.ends_on is null or a.ends_on >= p_as_of) and (a.withdrawn_on is null or a.withdrawn_on > p_as_of))
    and (p_ends_by is null or a.ends_on <= p_ends_by and a.withdrawn_on is null)
    and (p_cursor is null or (p.name, a.accreditation_id) > (p_cursor::jsonb ->> 0, p_cursor::jsonb ->> 1))
  order by p.name, a.accreditation_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function partners.list_accreditations is 'partners.list_accreditations lists accreditations by partner: all, those held on a day, or those that run out by one.';
grant execute on function partners.list_accreditations to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner;
