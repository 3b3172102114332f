-- Calls about what cancelling, absence and substitutes cost: listed, and waived with a reason (CPD-6).

create function cpd.list_cancellation_charges(p_session_id text, p_school_urn integer, p_include_waived boolean, p_include_nothing boolean, p_page_size integer, p_cursor text)
returns table (charge_id text, booking_id text, session_id text, course text, school_urn integer, delegate text, cause text, charged_on date, notice_days integer,
  net_pence bigint, vat_percent numeric, vat_pence bigint, gross_pence bigint, reasons jsonb, counted jsonb, waive_reason text, waived_by text, version integer, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select c.charge_id, c.booking_id, b.session_id, k.title, b.school_urn, b.delegate_name, c.cause, c.charged_on, c.notice_days, c.net_pence, c.vat_percent, c.vat_pence,
    c.gross_pence, c.reasons, c.counted, c.waive_reason, case when c.waived_by is not null then coalesce((select p.display_name from auth.person p where p.person_id = c.waived_by), 'the authority') end,
    c.version, jsonb_build_array(c.charged_on, c.charge_id)::text
  from cpd.charge c
  join cpd.booking b on b.authority_id = c.authority_id and b.booking_id = c.booking_id
  join cpd.session s on s.authority_id = b.authority_id and s.session_id = b.session_id
  join cpd.course k on k.authority_id = s.authority_id and k.course_id = s.course_id
  where c.authority_id = auth.authority_id()
    and (p_session_id is null or b.session_id = p_session_id)
    and (p_school_urn is null or b.school_urn = p_school_urn)
    and (coalesce(p_include_waived, false) or c.waived_at is null)
    and (coalesce(p_include_nothing, false) or c.net_pence > 0)
    and (p_cursor is null or (c.charged_on, c.charge_id) > ((p_cursor::jsonb ->> 0)::date, p_cursor::jsonb ->> 1))
  order by c.charged_on, c.charge_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function cpd.list_cancellation_charges is 'cpd.list_cancellation_charges lists what cancellations, absences and substitutes cost, each with its count of days and its reasons; a school sees its own.';
grant execute on function cpd.list_cancellation_charges to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function cpd.waive_cancellation_charge(p_charge_id text, p_version integer, p_reason text, p_note text)
returns table (charge_id text, booking_id text, gross_pence bigint, waive_reason text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was cpd.charge;
begin
  perform errors.required('charge_id', p_charge_id, 'a reference such as cc-7k2q9mx4td');
  perform errors.required('version', p_version);
  perform errors.required('reason', btrim(p_reason), 'illness, bereavement, court, inspection, safeguarding, our_mistake, other, session_cancelled or corrected');
  if lower(btrim(p_reason)) = 'other' then
    perform errors.required('note', btrim(p_note), 'what the reason is');
  end if;
  select c.* into v_was from cpd.charge c where c.authority_id = auth.authority_id() and c.charge_id = p_charge_id for no key update;
  if not found then
    perform errors.not_found('charge_id', format('There is no cancellation charge "%s".', left(p_charge_id, 40)), 'a reference such as cc-7k2q9mx4td',
      'improve cancellation-charge list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.waived_at is not null then
    perform errors.precondition('ALREADY_WAIVED', format('The charge was waived on %s.', cpd.clock(v_was.waived_at)), 'charge_id', 'CPD-6', 'a charge that is due');
  elsif v_was.net_pence = 0 and (v_was.cause <> 'cancellation' or cpd.return_units(v_was.booking_id, 'Waived: ' || lower(btrim(p_reason))) = 0) then
    perform errors.precondition('NOTHING_CHARGED', 'There is nothing to waive: the charge is £0.00.', 'charge_id', 'CPD-6', 'a charge of something');
  end if;
  perform money.credit_cause('cpd.' || v_was.cause, p_charge_id, null, base.today(), 'Waived: ' || lower(btrim(p_reason)));
  if v_was.cause = 'cancellation' then
    perform cpd.return_units(v_was.booking_id, 'Waived: ' || lower(btrim(p_reason)));
  end if;
  return query
  update cpd.charge c
  set waived_at = now(), waived_by = auth.person_id(), waive_reason = lower(btrim(p_reason)), waive_note = nullif(btrim(p_note), ''), version = c.version + 1
  where c.authority_id = auth.authority_id() and c.charge_id = p_charge_id
  returning c.charge_id, c.booking_id, c.gross_pence, c.waive_reason, c.version;
end $$;
comment on function cpd.waive_cancellation_charge is 'cpd.waive_cancellation_charge waives a charge with a reason, and credits it; places or credits that stayed used go back; whoever calls is who approved it, and stands there (CPD-6).';
grant execute on function cpd.waive_cancellation_charge to persona_la_admin, persona_finance;
