-- Calls that show agreements, to both parties; a partner who works under one sees it without rates.

create function consultancy.list_agreements(p_other text, p_state text, p_school_urn integer)
returns table (agreement_id text, side text, other text, title text, starts_on date, ends_on date, state text, half_days integer, half_days_left integer,
  schools integer, version integer)
language plpgsql stable as $$
#variable_conflict use_column
begin
  if lower(p_state) not in ('proposed', 'declined', 'withdrawn', 'accepted', 'running', 'ended') then
    perform errors.invalid('state', 'There is no such state of an agreement.', 'CON-1', 'proposed, declined, withdrawn, accepted, running or ended');
  end if;
  return query
  select a.agreement_id, a.side, base.authority_code(a.other_id), a.title, a.starts_on, a.ends_on, consultancy.state_of(a), b.half_days, b.left_,
    (select count(distinct s.school_urn)::integer from consultancy.school s
     where s.authority_id = a.authority_id and s.agreement_id = a.agreement_id and (s.ends_on >= base.today() or a.ends_on < base.today())), a.version
  from consultancy.agreement a
  left join lateral (
    select sum(b.half_days)::integer as half_days, sum(b.left_half_days)::integer as left_ from consultancy.bank b
    where b.authority_id = a.authority_id and b.agreement_id = a.agreement_id
  ) b on true
  where a.authority_id = auth.authority_id()
    and (p_other is null or base.authority_code(a.other_id) = p_other)
    and (p_state is null or consultancy.state_of(a) = lower(p_state))
    and (p_school_urn is null or exists (select from consultancy.school s
      where s.authority_id = a.authority_id and s.agreement_id = a.agreement_id and s.school_urn = p_school_urn and s.ends_on >= base.today()))
  order by a.starts_on desc, a.agreement_id
  limit 500;
end $$;
comment on function consultancy.list_agreements is 'consultancy.list_agreements lists the agreements by which the authority sells or buys days, the latest first; a partner sees those under which they work (CON-1).';
grant execute on function consultancy.list_agreements to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner;

create function consultancy.get_agreement(p_agreement_id text)
returns table (agreement_id text, side text, other text, other_name text, title text, starts_on date, ends_on date, state text, brokerage_percent numeric,
  vat_percent numeric, notice_days integer, answer_note text, end_reason text, lines jsonb, schools jsonb, placements jsonb, version integer)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_agreement constant consultancy.agreement := consultancy.see(p_agreement_id);
begin
  return query
  select v_agreement.agreement_id, v_agreement.side, base.authority_code(v_agreement.other_id),
    (select r.name from register.authority r where r.authority_id = v_agreement.other_id), v_agreement.title, v_agreement.starts_on, v_agreement.ends_on,
    consultancy.state_of(v_agreement), case when auth.is_staff() then v_agreement.brokerage_percent end, case when auth.is_staff() then v_agreement.vat_percent end,
    v_agreement.notice_days, v_agreement.answer_note, v_agreement.end_reason,
    (select coalesce(jsonb_agg(jsonb_build_object('kind', b.kind, 'half_days', b.half_days, 'half_day_pence', b.half_day_pence, 'half_days_left', b.left_half_days)
        order by b.kind), '[]')
      from consultancy.bank b where b.authority_id = v_agreement.authority_id and b.agreement_id = p_agreement_id),
    (select coalesce(jsonb_agg(jsonb_build_object('school_urn', s.school_urn, 'school', school.name, 'starts_on', s.starts_on, 'ends_on', s.ends_on)
        order by s.school_urn, s.starts_on), '[]')
      from consultancy.school s left join lateral register.establishment_on(s.school_urn, s.starts_on) school on true
      where s.authority_id = v_agreement.authority_id and s.agreement_id = p_agreement_id),
    (select coalesce(jsonb_agg(jsonb_build_object('placement_id', t.placement_id, 'partner_id', t.partner_id, 'partner', p.name, 'kind', t.kind,
        'starts_on', t.starts_on, 'ends_on', t.ends_on, 'version', t.version) order by p.name, t.starts_on), '[]')
      from consultancy.placement t join partners.partner p on p.authority_id = t.authority_id and p.partner_id = t.partner_id
      where t.authority_id = v_agreement.authority_id and t.agreement_id = p_agreement_id),
    v_agreement.version;
end $$;
comment on function consultancy.get_agreement is 'consultancy.get_agreement shows an agreement whole: what it sells and what is left, which schools it names, who works under it. Each party sees the partners by its own references.';
grant execute on function consultancy.get_agreement to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner;
