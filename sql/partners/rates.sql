-- Rate cards: what a half-day costs, by kind, mode and date (PAR-1).

create function partners.set_partner_rate(p_kind text, p_mode text, p_half_day_pence bigint, p_partner_id text, p_valid_from date, p_valid_to date)
returns table (rate_id text, partner_id text, kind text, mode text, valid_from date, valid_to date, half_day_pence bigint)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_from constant date := coalesce(p_valid_from, base.today());
  v_gone partners.rate[];
begin
  perform errors.required('kind', p_kind, 'sip, nle, lle, sle, ele, professional_partner, facilitator or pupil_premium_reviewer');
  perform errors.required('mode', p_mode, 'in_person, virtual or meeting');
  perform errors.required('half_day_pence', p_half_day_pence, 'pence for a half-day');
  if p_partner_id is not null then
    perform partners.lock_partner(p_partner_id);
  end if;
  if p_valid_to <= v_from then
    perform errors.invalid('valid_to', 'A rate must hold for at least one day.', 'PAR-1', 'a day after valid_from', 'PERIOD_BACKWARDS');
  end if;
  with gone as (
    update partners.rate r set superseded_at = now()
    where r.authority_id = auth.authority_id() and r.partner_id is not distinct from p_partner_id and r.kind = lower(p_kind) and r.mode = lower(p_mode)
      and r.superseded_at is null and (r.valid_to is null or r.valid_to > v_from) and (p_valid_to is null or r.valid_from < p_valid_to)
    returning r.*
  )
  select array_agg(gone::partners.rate) into v_gone from gone;
  insert into partners.rate (authority_id, rate_id, partner_id, kind, mode, valid_from, valid_to, half_day_pence)
  select g.authority_id, base.new_ref('rt'), g.partner_id, g.kind, g.mode, kept.valid_from, kept.valid_to, g.half_day_pence
  from unnest(v_gone) g
  cross join lateral (values (g.valid_from, v_from), (p_valid_to, g.valid_to)) kept (valid_from, valid_to)
  where kept.valid_from < kept.valid_to or kept.valid_from is not null and kept.valid_to is null;
  return query
  insert into partners.rate (authority_id, rate_id, partner_id, kind, mode, valid_from, valid_to, half_day_pence)
  values (auth.authority_id(), base.new_ref('rt'), p_partner_id, lower(p_kind), lower(p_mode), v_from, p_valid_to, p_half_day_pence)
  returning rate_id, partner_id, kind, mode, valid_from, valid_to, half_day_pence;
end $$;
comment on function partners.set_partner_rate is 'partners.set_partner_rate says what a half-day costs from a day on, by a partner''s own card or the authority''s; what was said of other days stays, and what was said of these is superseded (C-5).';
grant execute on function partners.set_partner_rate to persona_la_admin, persona_officer;

create function partners.rate_on(p_partner_id text, p_kind text, p_mode text, p_on date) returns bigint
language plpgsql stable as $$
begin
  return (
    select r.half_day_pence from partners.rate r
    where r.authority_id = auth.authority_id() and (r.partner_id = p_partner_id or r.partner_id is null) and r.kind = p_kind and r.mode = p_mode
      and r.superseded_at is null and r.valid_from <= p_on and (r.valid_to is null or r.valid_to > p_on)
    order by r.partner_id is null
    limit 1);
end $$;
comment on function partners.rate_on is 'partners.rate_on is what a half-day of a partner costs on a day: by their own card, or else by the authority''s; null where neither says.';

create function partners.rate_for(p_partner_id text, p_role text, p_mode text, p_on date) returns bigint
language plpgsql stable as $$
begin
  return (
    select min(partners.rate_on(p_partner_id, k.kind, p_mode, p_on))
    from partners.kind_held k
    left join partners.role r on r.authority_id = k.authority_id and r.role = p_role
    where k.authority_id = auth.authority_id() and k.partner_id = p_partner_id and (r.kind is null or k.kind = r.kind)
      and (k.starts_on is null or k.starts_on <= p_on) and (k.ends_on is null or k.ends_on >= p_on));
end $$;
comment on function partners.rate_for is 'partners.rate_for is what a half-day of a partner in a role costs on a day: as the kind that the role asks for, or else the least of what they are; null where no rate is known.';
grant execute on function partners.rate_on, partners.rate_for to improve_exec;

create function partners.list_partner_rates(p_partner_id text, p_as_of date, p_page_size integer, p_cursor text)
returns table (rate_id text, partner_id text, partner text, kind text, mode text, valid_from date, valid_to date, half_day_pence bigint, row_cursor text)
language sql stable as $$
  select r.rate_id, r.partner_id, p.name, r.kind, r.mode, r.valid_from, r.valid_to, r.half_day_pence,
    jsonb_build_array(coalesce(p.name, ''), r.rate_id)::text
  from partners.rate r
  left join partners.partner p on p.authority_id = r.authority_id and p.partner_id = r.partner_id
  where r.authority_id = (select auth.authority_id()) and r.superseded_at is null
    and (p_partner_id is null or r.partner_id = p_partner_id or r.partner_id is null)
    and (p_as_of is null or r.valid_from <= p_as_of and (r.valid_to is null or r.valid_to > p_as_of))
    and (p_cursor is null or (coalesce(p.name, ''), r.rate_id) > (p_cursor::jsonb ->> 0, p_cursor::jsonb ->> 1))
  order by coalesce(p.name, ''), r.rate_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function partners.list_partner_rates is 'partners.list_partner_rates lists the authority''s rate card first, and partners'' own after it; a partner sees the authority''s and their own.';
grant execute on function partners.list_partner_rates to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner;
