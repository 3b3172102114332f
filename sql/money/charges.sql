-- Charges and credits (MON-1, MON-3). Other domains charge by money.charge_school and credit by money.credit_cause, in the transaction of what caused
-- it; each writes the charge and its ledger entry together. Who may, they have checked.

create function money.income_of(p_cause text) returns text
language plpgsql immutable as $$
begin
  return case split_part(p_cause, '.', 1) when 'sla' then 'sla_income' when 'cpd' then 'cpd_income' else 'other_income' end;
end $$;
comment on function money.income_of is 'money.income_of is the account on which the income of a cause stands.';

create function money.charge_lines(p_charge money.charge) returns jsonb
language plpgsql immutable as $$
begin
  return jsonb_build_array(
    jsonb_build_object('account', case p_charge.kind when 'invoice' then 'due_from_school' else 'recharge_to_school' end, 'pence', p_charge.gross_pence,
      'school', p_charge.school_urn),
    jsonb_build_object('account', money.income_of(p_charge.cause), 'pence', -p_charge.net_pence),
    jsonb_build_object('account', 'vat_output', 'pence', -p_charge.vat_pence));
end $$;
comment on function money.charge_lines is 'money.charge_lines are the ledger lines of a charge, or of a credit, whose sums are below zero.';

create function money.charge_school(p_school_urn integer, p_cause text, p_cause_ref text, p_what text, p_charged_on date, p_net_pence bigint, p_vat_percent numeric,
  p_vat_pence bigint, p_reasons jsonb) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_charge money.charge;
begin
  if p_net_pence = 0 then
    return null; -- what is free is not charged
  end if;
  v_charge.authority_id := auth.authority_id();
  v_charge.charge_id := base.new_ref('ch');
  v_charge.school_urn := p_school_urn;
  select case when s.is_maintained and s.authority_id = v_charge.authority_id then 'recharge' else 'invoice' end into strict v_charge.kind
  from register.establishment_on(p_school_urn, p_charged_on) s;
  v_charge.cause := p_cause;
  v_charge.cause_ref := p_cause_ref;
  v_charge.what := p_what;
  v_charge.charged_on := p_charged_on;
  v_charge.net_pence := p_net_pence;
  v_charge.vat_percent := p_vat_percent;
  v_charge.vat_pence := p_vat_pence;
  v_charge.gross_pence := p_net_pence + p_vat_pence;
  v_charge.reasons := coalesce(p_reasons, '[]');
  v_charge.entry_id := money.post('charge', v_charge.charge_id, p_charged_on, left(format('%s, school %s', p_what, p_school_urn), 500), money.charge_lines(v_charge));
  v_charge.credited_net_pence := 0;
  v_charge.credited_vat_pence := 0;
  v_charge.charged_by := auth.person_id();
  insert into money.charge select (v_charge).*;
  return v_charge.charge_id;
end $$;
comment on function money.charge_school is 'money.charge_school charges a school for a cause, once, and posts it: an invoice''s charge, or a recharge where the authority maintained the school on that day. The answer is its reference; null, and nothing, for nothing.';

create function money.credit(p_charge_id text, p_net_pence bigint, p_credited_on date, p_reason text) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_charge money.charge;
  v_credit money.charge;
  v_net bigint;
  v_vat bigint;
begin
  select c.* into strict v_charge from money.charge c
  where c.authority_id = auth.authority_id() and c.charge_id = p_charge_id for no key update;
  v_net := coalesce(p_net_pence, v_charge.net_pence - v_charge.credited_net_pence);
  if v_net > v_charge.net_pence - v_charge.credited_net_pence or v_net <= 0 then
    perform errors.precondition('CREDIT_TOO_HIGH', format('Of £%s net, £%s are credited: £%s are left to credit, not £%s.', money.pounds(v_charge.net_pence),
        money.pounds(v_charge.credited_net_pence), money.pounds(v_charge.net_pence - v_charge.credited_net_pence), money.pounds(v_net)), 'net_pence', 'MON-1',
      case when v_charge.credited_net_pence < v_charge.net_pence then format('1 to %s pence', v_charge.net_pence - v_charge.credited_net_pence) else 'a charge that is not credited whole' end);
  end if;
  -- VAT of all credits together is exact, so that crediting the last penny of net credits the last of VAT (C-2).
  v_vat := round(v_charge.vat_pence * (v_charge.credited_net_pence + v_net)::numeric / v_charge.net_pence) - v_charge.credited_vat_pence;
  update money.charge c set credited_net_pence = c.credited_net_pence + v_net, credited_vat_pence = c.credited_vat_pence + v_vat
  where c.authority_id = v_charge.authority_id and c.charge_id = p_charge_id;
  v_credit := v_charge;
  v_credit.charge_id := base.new_ref('ch');
  -- Never before the charge itself: no document asks for a credit of what none has asked for.
  v_credit.charged_on := greatest(v_charge.charged_on, coalesce(p_credited_on, base.today()));
  v_credit.net_pence := -v_net;
  v_credit.vat_pence := -v_vat;
  v_credit.gross_pence := -v_net - v_vat;
  v_credit.reasons := '[]';
  v_credit.credits := p_charge_id;
  v_credit.credit_reason := p_reason;
  v_credit.credited_net_pence := 0;
  v_credit.credited_vat_pence := 0;
  v_credit.document_id := null;
  v_credit.entry_id := money.post('credit', v_credit.charge_id, v_credit.charged_on, left(format('Credit: %s, school %s', v_charge.what, v_charge.school_urn), 500),
    money.charge_lines(v_credit));
  v_credit.charged_by := auth.person_id();
  insert into money.charge select (v_credit).*;
  return v_credit.charge_id;
end $$;
comment on function money.credit is 'money.credit credits a charge, in part or, when no sum is given, what is left of it, with the VAT that goes with it, and posts it. It stands open until a document carries it: an invoice with other charges, or a credit note.';

create function money.credit_cause(p_cause text, p_cause_ref text, p_net_pence bigint, p_credited_on date, p_reason text) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_charge money.charge;
begin
  select c.* into v_charge from money.charge c
  where c.authority_id = auth.authority_id() and c.cause = p_cause and c.cause_ref = p_cause_ref and c.credits is null;
  if not found or p_net_pence = 0 or p_net_pence is null and v_charge.credited_net_pence = v_charge.net_pence then
    return null;
  end if;
  return money.credit(v_charge.charge_id, p_net_pence, p_credited_on, p_reason);
end $$;
comment on function money.credit_cause is 'money.credit_cause credits what was charged for a cause, all that is left of it unless a sum is given; null, and nothing, when nothing was charged or is left.';

create function money.is_charged(p_cause text, p_cause_ref text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from money.charge c where c.authority_id = auth.authority_id() and c.cause = p_cause and c.cause_ref = p_cause_ref and c.credits is null);
end $$;
comment on function money.is_charged is 'money.is_charged tells whether a cause was charged, credited since or not.';

create function money.charge_of(p_cause text, p_cause_ref text) returns text
language plpgsql stable as $$
begin
  return (select c.charge_id from money.charge c
    where c.authority_id = auth.authority_id() and c.cause = p_cause and c.cause_ref = p_cause_ref and c.credits is null);
end $$;
comment on function money.charge_of is 'money.charge_of is the charge of a cause; null where there is none that the caller may see.';

create function money.uncredited(p_cause text, p_cause_ref text) returns bigint
language plpgsql stable as $$
begin
  return (select c.net_pence - c.credited_net_pence from money.charge c
    where c.authority_id = auth.authority_id() and c.cause = p_cause and c.cause_ref = p_cause_ref and c.credits is null);
end $$;
comment on function money.uncredited is 'money.uncredited is the net of a cause''s charge that no credit has taken back yet; null where nothing was charged.';

create function money.pounds(p_pence bigint) returns text
language plpgsql immutable as $$
begin
  return to_char(p_pence / 100.0, 'FM999,999,990.00');
end $$;
comment on function money.pounds is 'money.pounds writes pence as pounds: 1,207.50.';
grant execute on function money.income_of, money.charge_school, money.credit, money.credit_cause, money.is_charged, money.charge_of, money.uncredited, money.pounds to improve_exec;

create function money.see_charge(p_charge_id text) returns money.charge
language plpgsql stable as $$
declare
  v_charge money.charge;
begin
  perform errors.required('charge_id', p_charge_id, 'a reference such as ch-7k2q9mx4td');
  select c.* into v_charge from money.charge c where c.authority_id = auth.authority_id() and c.charge_id = p_charge_id;
  if not found then
    perform errors.not_found('charge_id', format('There is no charge "%s".', left(p_charge_id, 40)), 'a reference such as ch-7k2q9mx4td', 'improve charge list shows them.');
  end if;
  return v_charge;
end $$;
comment on function money.see_charge is 'money.see_charge finds a charge that the caller may see.';
grant execute on function money.see_charge to improve_exec;

create function money.status_of(p_charge money.charge) returns text
language plpgsql stable as $$
begin
  return case when p_charge.document_id is null then 'open'
    else (select case when d.paid_pence = d.gross_pence then 'paid' else 'payable' end from money.document d
      where d.authority_id = p_charge.authority_id and d.document_id = p_charge.document_id) end;
end $$;
comment on function money.status_of is 'money.status_of is where a charge is in its life: open, payable on a document, or paid (MON-1).';
grant execute on function money.status_of to improve_exec;

create function money.list_charges(p_school_urn integer, p_status text, p_cause text, p_from date, p_to date, p_page_size integer, p_cursor text)
returns table (charge_id text, charged_on date, school_urn integer, school text, what text, kind text, net_pence bigint, vat_pence bigint, gross_pence bigint,
  status text, document_id text, credits text, credit_reason text, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  if lower(p_status) not in ('open', 'payable', 'paid') then
    perform errors.invalid('status', 'There is no such status of a charge.', 'MON-1', 'open, payable or paid');
  end if;
  return query
  select c.charge_id, c.charged_on, c.school_urn, s.name, c.what, c.kind, c.net_pence, c.vat_pence, c.gross_pence, money.status_of(c), c.document_id, c.credits,
    c.credit_reason, jsonb_build_array(c.charged_on, c.charge_id)::text
  from money.charge c
  left join lateral register.establishment_on(c.school_urn, c.charged_on) s on true
  where c.authority_id = auth.authority_id()
    and (p_school_urn is null or c.school_urn = p_school_urn)
    and (p_status is null or money.status_of(c) = lower(p_status))
    and (p_cause is null or c.cause = p_cause or split_part(c.cause, '.', 1) = p_cause)
    and (p_from is null or c.charged_on >= p_from) and (p_to is null or c.charged_on <= p_to)
    and (p_cursor is null or (c.charged_on, c.charge_id) > ((p_cursor::jsonb ->> 0)::date, p_cursor::jsonb ->> 1))
  order by c.charged_on, c.charge_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function money.list_charges is 'money.list_charges lists charges and credits by day; row security leaves a school its own.';
grant execute on function money.list_charges to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function money.reason_text(p_reason jsonb) returns text
language plpgsql immutable as $$
begin
  return case jsonb_typeof(p_reason) when 'string' then p_reason #>> '{}' else concat(p_reason ->> 'text',
    case when (p_reason ->> 'pence')::bigint <> 0 then format(': £%s', money.pounds((p_reason ->> 'pence')::bigint)) end) end;
end $$;
comment on function money.reason_text is 'money.reason_text is a reason of a sum in words: a text, or the text and pence of a price''s line.';
grant execute on function money.reason_text to improve_exec;

create function money.get_charge(p_charge_id text)
returns table (charge_id text, charged_on date, school_urn integer, what text, kind text, cause text, cause_ref text, net_pence bigint, vat_percent numeric,
  vat_pence bigint, gross_pence bigint, reasons jsonb, status text, credited_pence bigint, credits text, credit_reason text, document_id text)
language plpgsql stable as $$
declare
  v_charge constant money.charge := money.see_charge(p_charge_id);
begin
  return query select v_charge.charge_id, v_charge.charged_on, v_charge.school_urn, v_charge.what, v_charge.kind, v_charge.cause, v_charge.cause_ref, v_charge.net_pence,
    v_charge.vat_percent, v_charge.vat_pence, v_charge.gross_pence,
    (select coalesce(jsonb_agg(money.reason_text(r.line) order by r.nth), '[]') from jsonb_array_elements(v_charge.reasons) with ordinality r (line, nth)),
    money.status_of(v_charge), v_charge.credited_net_pence + v_charge.credited_vat_pence, v_charge.credits, v_charge.credit_reason, v_charge.document_id;
end $$;
comment on function money.get_charge is 'money.get_charge shows a charge with the reasons of its sum (SLA-3).';
grant execute on function money.get_charge to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function money.add_charge(p_school_urn integer, p_what text, p_net_pence bigint, p_vat_percent numeric, p_charged_on date, p_reason text)
returns table (charge_id text, kind text, net_pence bigint, vat_pence bigint, gross_pence bigint)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_charged_on, base.today());
  v_vat_percent constant numeric := coalesce(p_vat_percent, 20);
  v_ref text;
begin
  perform errors.required('what', btrim(p_what));
  perform errors.required('net_pence', p_net_pence, 'pence');
  perform errors.required('reason', btrim(p_reason), 'why it is charged by hand');
  if p_net_pence <= 0 then
    perform errors.invalid('net_pence', 'A charge is of something.', 'MON-1', '1 or more pence', 'NOTHING_CHARGED');
  end if;
  perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), v_on);
  v_ref := money.charge_school(p_school_urn, 'hand', auth.request_id()::text, btrim(p_what), v_on, p_net_pence, v_vat_percent,
    round(p_net_pence * v_vat_percent / 100)::bigint, jsonb_build_array(btrim(p_reason)));
  return query select c.charge_id, c.kind, c.net_pence, c.vat_pence, c.gross_pence from money.charge c where c.authority_id = auth.authority_id() and c.charge_id = v_ref;
end $$;
comment on function money.add_charge is 'money.add_charge charges a school by hand, with the reason: for what no subscription or booking causes.';
grant execute on function money.add_charge to persona_la_admin, persona_finance;

create function money.credit_charge(p_charge_id text, p_reason text, p_net_pence bigint)
returns table (charge_id text, credits text, net_pence bigint, vat_pence bigint, gross_pence bigint, left_gross_pence bigint)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_charge money.charge := money.see_charge(p_charge_id);
  v_ref text;
begin
  perform errors.required('reason', btrim(p_reason));
  if v_charge.credits is not null then
    perform errors.precondition('IS_A_CREDIT', 'That is a credit itself.', 'charge_id', 'MON-1', format('the charge that it credits, %s', v_charge.credits));
  end if;
  v_ref := money.credit(p_charge_id, p_net_pence, null, btrim(p_reason));
  v_charge := money.see_charge(p_charge_id);
  return query select c.charge_id, c.credits, c.net_pence, c.vat_pence, c.gross_pence, v_charge.gross_pence - v_charge.credited_net_pence - v_charge.credited_vat_pence
  from money.charge c where c.authority_id = auth.authority_id() and c.charge_id = v_ref;
end $$;
comment on function money.credit_charge is 'money.credit_charge credits a charge, all that is left of it unless a net sum is given; what was paid before is owed back: claw-back (MON-1).';
grant execute on function money.credit_charge to persona_la_admin, persona_finance;
