-- Calls that show visits and what the authority decided about them.

create function visits.list_visits(p_school_urn integer, p_partner_id text, p_status text, p_purpose text, p_from date, p_to date,
  p_include_cancelled boolean, p_page_size integer, p_cursor text)
returns table (visit_id text, starts_at timestamptz, ends_at timestamptz, school_urn integer, school text, partner_id text, partner text,
  purpose text, mode text, status text, half_days integer, funding text, note_due_on date, version integer, row_cursor text)
language sql stable as $$
  select v.visit_id, v.starts_at, v.ends_at, v.school_urn, school.name, v.partner_id, p.name, v.purpose, v.mode, v.status, v.half_days, v.funding,
    v.note_due_on, v.version, jsonb_build_array(v.starts_at, v.visit_id)::text
  from visits.visit v
  join partners.partner p on p.authority_id = v.authority_id and p.partner_id = v.partner_id
  left join lateral register.establishment_on(v.school_urn, (v.starts_at at time zone 'Europe/London')::date) school on true
  where v.authority_id = (select auth.authority_id())
    and (p_school_urn is null or v.school_urn = p_school_urn)
    and (p_partner_id is null or v.partner_id = p_partner_id)
    and (v.status = lower(p_status) or p_status is null and (v.status <> 'cancelled' or coalesce(p_include_cancelled, false)))
    and (p_purpose is null or v.purpose = lower(p_purpose))
    and (p_from is null or v.starts_at >= (p_from::timestamp at time zone 'Europe/London'))
    and (p_to is null or v.starts_at < ((p_to + 1)::timestamp at time zone 'Europe/London'))
    and (p_cursor is null or (v.starts_at, v.visit_id) > ((p_cursor::jsonb ->> 0)::timestamptz, p_cursor::jsonb ->> 1))
  order by v.starts_at, v.visit_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function visits.list_visits is 'visits.list_visits lists visits by time; row security leaves a partner their own and a school its own.';
grant execute on function visits.list_visits to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function visits.get_visit(p_visit_id text)
returns table (visit_id text, status text, may_become jsonb, school_urn integer, school text, partner_id text, partner text, assignment_id text,
  purpose text, mode text, place text, starts_at timestamptz, ends_at timestamptz, academic_year text, half_days integer, funding text,
  funding_ref text, entitlement_id text, fee_pence bigint, last_free_day date, moved_late boolean, done_at timestamptz, note_due_on date,
  cancelled_at timestamptz, cancelled_for text, cancel_reason text, version integer)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform visits.require_visible(p_visit_id);
  return query
  select v.visit_id, v.status,
    (select coalesce(jsonb_agg(t.to_status order by t.to_status), '[]') from visits.transition t where t.from_status = v.status and t.to_status <> v.status),
    v.school_urn, school.name, v.partner_id, p.name, v.assignment_id, v.purpose, v.mode, v.place, v.starts_at, v.ends_at,
    calendar.year_text(v.academic_year), v.half_days, v.funding, v.funding_ref, v.entitlement_id,
    case when not auth.has_persona('booker') or auth.is_staff() then v.fee_pence end,
    case when v.status in ('planned', 'confirmed') then visits.last_free_day(v) end, v.moved_late, v.done_at, v.note_due_on,
    v.cancelled_at, v.cancelled_for, v.cancel_reason, v.version
  from visits.visit v
  join partners.partner p on p.authority_id = v.authority_id and p.partner_id = v.partner_id
  left join lateral register.establishment_on(v.school_urn, visits.day_of(v.starts_at)) school on true
  where v.authority_id = auth.authority_id() and v.visit_id = p_visit_id;
end $$;
comment on function visits.get_visit is 'visits.get_visit shows a visit whole, with the states that it may move to and the last day on which a school can cancel it and get its half-days back. What a partner is paid is not shown to schools.';
grant execute on function visits.get_visit to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function visits.get_visit_policy() returns table (notice_days integer, note_due_days integer, ofsted_window_months integer, own boolean, version integer)
language plpgsql stable as $$
declare
  v_policy constant visits.policy := visits.policy_of();
begin
  return query select v_policy.notice_days, v_policy.note_due_days, v_policy.ofsted_window_months, v_policy.version > 0, v_policy.version;
end $$;
comment on function visits.get_visit_policy is 'visits.get_visit_policy shows what the authority decided about visits, or the common rule.';
grant execute on function visits.get_visit_policy to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function visits.set_visit_policy(p_version integer, p_notice_days integer, p_note_due_days integer, p_ofsted_window_months integer)
returns table (notice_days integer, note_due_days integer, ofsted_window_months integer, own boolean, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was visits.policy;
begin
  perform errors.required('version', p_version, '0 while it is the common rule');
  v_was := visits.policy_of();
  insert into visits.policy (authority_id, notice_days, note_due_days, ofsted_window_months)
  values (auth.authority_id(), coalesce(p_notice_days, v_was.notice_days), coalesce(p_note_due_days, v_was.note_due_days),
    coalesce(p_ofsted_window_months, v_was.ofsted_window_months))
  on conflict (authority_id) do update
  set notice_days = excluded.notice_days, note_due_days = excluded.note_due_days, ofsted_window_months = excluded.ofsted_window_months,
    version = policy.version + 1
  where policy.version = p_version;
  if not found or v_was.version <> p_version then
    perform errors.stale('version', p_version, (visits.policy_of()).version);
  end if;
  return query select g.* from visits.get_visit_policy() g;
end $$;
comment on function visits.set_visit_policy is 'visits.set_visit_policy decides how much notice a school must give to get its half-days back, in how many working days a note is due, and when the Ofsted window begins. Visits planned before keep the notice they were planned under.';
grant execute on function visits.set_visit_policy to persona_la_admin;
