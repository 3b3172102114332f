-- Calls about conflicts of interest (PAR-2). Partners declare their own; a declaration bites at once (PAR-3).

create function partners.declare_conflict(p_partner_id text, p_kind text, p_school_urn integer, p_group_uid integer, p_starts_on date, p_ends_on date,
  p_note text)
returns table (conflict_id text, partner_id text, kind text, school_urn integer, group_uid integer, starts_on date, ends_on date, version integer,
  sent_back jsonb)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_partner partners.partner;
  v_now partners.conflict;
begin
  perform errors.required('kind', p_kind, 'own_school, own_trust, family or recent_employment');
  v_partner := partners.own_partner(p_partner_id);
  if not auth.has_persona('la_admin', 'officer') and v_partner.person_id is distinct from auth.person_id() then
    perform errors.refuse(7, 'NOT_YOURS', 'You may declare your own conflicts only.', 'partner_id', 'PAR-2', 'your own reference, or none');
  end if;
  perform partners.lock_partner(v_partner.partner_id);
  perform partners.require_known_school('school_urn', p_school_urn);
  if p_group_uid is not null and not exists (select from register.group_ g where g.group_uid = p_group_uid and g.superseded_at is null) then
    perform errors.not_found('group_uid', format('The register has no group %s.', p_group_uid), 'the GIAS number of a trust',
      'improve school groups shows those of a school.');
  end if;
  perform partners.require_in_order(p_starts_on, p_ends_on, 'PAR-2');
  insert into partners.conflict (authority_id, conflict_id, partner_id, kind, school_urn, group_uid, starts_on, ends_on, note, declared_by)
  values (auth.authority_id(), base.new_ref('cf'), v_partner.partner_id, lower(p_kind), p_school_urn, p_group_uid, p_starts_on, p_ends_on,
    nullif(btrim(p_note), ''), auth.person_id())
  returning * into v_now;
  return query values (v_now.conflict_id, v_now.partner_id, v_now.kind, v_now.school_urn, v_now.group_uid, v_now.starts_on, v_now.ends_on, v_now.version,
    partners.send_back(v_partner.partner_id));
end $$;
comment on function partners.declare_conflict is 'partners.declare_conflict declares that a partner has an interest in a school or a trust, over a period; assignments there go back to proposed from then, and not before today.';
grant execute on function partners.declare_conflict to persona_la_admin, persona_officer, persona_partner;

create function partners.withdraw_conflict(p_conflict_id text, p_version integer, p_reason text)
returns table (conflict_id text, partner_id text, withdrawn_at timestamptz, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was partners.conflict;
begin
  perform errors.required('conflict_id', p_conflict_id, 'a reference such as cf-7k2q9mx4td');
  perform errors.required('version', p_version);
  perform errors.required('reason', btrim(p_reason), 'why it no longer stands');
  perform partners.lock_partner(c.partner_id) from partners.conflict c where c.authority_id = auth.authority_id() and c.conflict_id = p_conflict_id;
  select c.* into v_was from partners.conflict c where c.authority_id = auth.authority_id() and c.conflict_id = p_conflict_id;
  if not found then
    perform errors.not_found('conflict_id', format('There is no conflict "%s".', left(p_conflict_id, 40)), 'a reference such as cf-7k2q9mx4td',
      'improve conflict list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.withdrawn_at is not null then
    perform errors.precondition('ALREADY_WITHDRAWN', 'The declaration was taken back already.', 'conflict_id', 'PAR-2');
  end if;
  return query
  update partners.conflict c set withdrawn_at = now(), withdrawn_reason = btrim(p_reason), version = c.version + 1
  where c.authority_id = auth.authority_id() and c.conflict_id = p_conflict_id
  returning c.conflict_id, c.partner_id, c.withdrawn_at, c.version;
end $$;
comment on function partners.withdraw_conflict is 'partners.withdraw_conflict takes a declaration back, with the reason. What went back to proposed stays there until it is checked again.';
grant execute on function partners.withdraw_conflict to persona_la_admin, persona_officer;

create function partners.list_conflicts(p_partner_id text, p_school_urn integer, p_include_withdrawn boolean, p_page_size integer, p_cursor text)
returns table (conflict_id text, partner_id text, partner text, kind text, school_urn integer, group_uid integer, starts_on date, ends_on date, note text,
  declared_at timestamptz, withdrawn_at timestamptz, withdrawn_reason text, version integer, row_cursor text)
language sql stable as $$
  select c.conflict_id, c.partner_id, p.name, c.kind, c.school_urn, c.group_uid, c.starts_on, c.ends_on, c.note, c.declared_at, c.withdrawn_at,
    c.withdrawn_reason, c.version, jsonb_build_array(p.name, c.conflict_id)::text
  from partners.conflict c
  join partners.partner p on p.authority_id = c.authority_id and p.partner_id = c.partner_id
  where c.authority_id = (select auth.authority_id())
    and (p_partner_id is null or c.partner_id = p_partner_id)
    and (p_school_urn is null or c.school_urn = p_school_urn)
    and (c.withdrawn_at is null or coalesce(p_include_withdrawn, false))
    and (p_cursor is null or (p.name, c.conflict_id) > (p_cursor::jsonb ->> 0, p_cursor::jsonb ->> 1))
  order by p.name, c.conflict_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function partners.list_conflicts is 'partners.list_conflicts lists declared conflicts by partner; a partner sees their own.';
grant execute on function partners.list_conflicts to persona_la_admin, persona_officer, persona_partner;
