-- What delivered visits cost (CON-2): provider income and client cost, posted in one transaction to the ledgers of both; taken back by a reversal.

create function consultancy.charge(p_agreement consultancy.agreement, p_net bigint, out brokerage bigint, out vat bigint)
language plpgsql immutable as $$
begin
  brokerage := round(p_net * p_agreement.brokerage_percent / 100);
  vat := round((p_net + brokerage) * p_agreement.vat_percent / 100);
end $$;
comment on function consultancy.charge is 'consultancy.charge is the brokerage and the VAT that an agreement puts on a net price, in pence, half a penny upwards.';

create function consultancy.stated_to(p_other integer) returns date
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select max(s.ends_on) from consultancy.statement s where s.authority_id = auth.authority_id() and s.other_id = p_other);
end $$;
comment on function consultancy.stated_to is 'consultancy.stated_to is the last day that the statements with another authority cover; null before the first.';

create function consultancy.entry_lines(p_delivery consultancy.delivery, p_provider integer, p_client integer) returns jsonb
language plpgsql immutable as $$
begin
  if p_delivery.authority_id = p_provider then
    return jsonb_build_array(jsonb_build_object('account', 'due_from_authority', 'pence', p_delivery.gross_pence, 'counterparty', p_client),
      jsonb_build_object('account', 'consultancy_income', 'pence', -p_delivery.net_pence),
      jsonb_build_object('account', 'brokerage_income', 'pence', -p_delivery.brokerage_pence),
      jsonb_build_object('account', 'vat_output', 'pence', -p_delivery.vat_pence));
  end if;
  return jsonb_build_array(jsonb_build_object('account', 'consultancy_cost', 'pence', p_delivery.net_pence + p_delivery.brokerage_pence),
    jsonb_build_object('account', 'vat_input', 'pence', p_delivery.vat_pence),
    jsonb_build_object('account', 'due_to_authority', 'pence', -p_delivery.gross_pence, 'counterparty', p_provider));
end $$;
comment on function consultancy.entry_lines is 'consultancy.entry_lines are the ledger lines of a delivery in the books of the party whose copy it is.';

create function consultancy.write_delivery(p_agreement consultancy.agreement, p_delivery consultancy.delivery, p_what text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_caller constant integer := auth.authority_id();
  v_parties constant integer[] := consultancy.parties(p_agreement);
  v_delivery consultancy.delivery := p_delivery;
  v_party integer;
begin
  foreach v_party in array v_parties loop
    perform consultancy.in_books_of(v_party);
    v_delivery.authority_id := v_party;
    v_delivery.entry_id := case when p_delivery.reverses is null
      then money.post('consultancy.delivery', p_delivery.delivery_id, p_delivery.posted_on, p_what,
        consultancy.entry_lines(v_delivery, v_parties[1], v_parties[2]))
      else money.reverse((select d.entry_id from consultancy.delivery d where d.authority_id = v_party and d.delivery_id = p_delivery.reverses),
        'consultancy.reversal', p_delivery.delivery_id, p_delivery.posted_on, p_what) end;
    insert into consultancy.delivery select (v_delivery).*;
  end loop;
  perform consultancy.in_books_of(v_caller);
end $$;
comment on function consultancy.write_delivery is 'consultancy.write_delivery writes a delivery into both copies, each with its entry in that party''s ledger.';

create function consultancy.deliver(p_visit visits.visit, p_cause text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_on constant date := visits.day_of(p_visit.starts_at);
  v_agreement constant consultancy.agreement := consultancy.hold(p_visit.funding_ref);
  v_delivery consultancy.delivery;
  v_charge record;
begin
  select p.placement_id, p.kind, b.half_day_pence * p_visit.half_days into strict v_delivery.placement_id, v_delivery.kind, v_delivery.net_pence
  from consultancy.placement p
  join consultancy.bank b on b.authority_id = p.authority_id and b.agreement_id = p.agreement_id and b.kind = p.kind
  where p.authority_id = auth.authority_id() and p.agreement_id = p_visit.funding_ref and p.partner_id = p_visit.partner_id and v_on between p.starts_on and p.ends_on;
  v_charge := consultancy.charge(v_agreement, v_delivery.net_pence);
  v_delivery.delivery_id := base.new_ref('dl');
  v_delivery.agreement_id := p_visit.funding_ref;
  v_delivery.visit_id := p_visit.visit_id;
  v_delivery.school_urn := p_visit.school_urn;
  v_delivery.cause := p_cause;
  v_delivery.visited_on := v_on;
  v_delivery.half_days := p_visit.half_days;
  v_delivery.brokerage_pence := v_charge.brokerage;
  v_delivery.vat_pence := v_charge.vat;
  v_delivery.gross_pence := v_delivery.net_pence + v_charge.brokerage + v_charge.vat;
  v_delivery.posted_on := greatest(v_on, consultancy.stated_to(v_agreement.other_id) + 1);
  perform consultancy.write_delivery(v_agreement, v_delivery, format('Visit %s to school %s under %s: %s half-days of %s%s', p_visit.visit_id,
      p_visit.school_urn, p_visit.funding_ref, p_visit.half_days, v_delivery.kind, case p_cause when 'cancelled_late' then ', cancelled too late' else '' end));
end $$;
comment on function consultancy.deliver is 'consultancy.deliver charges a visit that was delivered, or that the client cancelled too late: by the rate of its kind, with brokerage and VAT, on the day of the visit or, where that is stated already, on the first one that is not (CON-2).';

create function consultancy.reverse_delivery(p_visit_id text, p_reason text)
returns table (delivery_id text, visit_id text, reverses text, half_days integer, gross_pence bigint, posted_on date, visit_status text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was consultancy.delivery;
  v_back consultancy.delivery;
  v_agreement consultancy.agreement;
begin
  perform errors.required('visit_id', p_visit_id, 'a reference such as vi-7k2q9mx4td');
  perform errors.required('reason', btrim(p_reason));
  select d.* into v_was from consultancy.delivery d where d.authority_id = auth.authority_id() and d.visit_id = p_visit_id and d.reverses is null;
  if not found then
    perform errors.not_found('visit_id', format('No agreement was charged for a visit "%s".', left(p_visit_id, 40)), 'a visit that was delivered under an agreement',
      'improve delivery list shows them.');
  end if;
  visit_status := consultancy.undo_visit(v_was, btrim(p_reason));
  v_agreement := consultancy.hold(v_was.agreement_id);
  v_back := v_was;
  v_back.delivery_id := base.new_ref('dl');
  v_back.cause := 'reversed';
  v_back.reverses := v_was.delivery_id;
  v_back.reason := btrim(p_reason);
  v_back.half_days := -v_was.half_days;
  v_back.net_pence := -v_was.net_pence;
  v_back.brokerage_pence := -v_was.brokerage_pence;
  v_back.vat_pence := -v_was.vat_pence;
  v_back.gross_pence := -v_was.gross_pence;
  v_back.posted_on := greatest(v_was.posted_on, consultancy.stated_to(v_agreement.other_id) + 1);
  perform consultancy.write_delivery(v_agreement, v_back, format('Taken back: visit %s to school %s under %s', v_was.visit_id, v_was.school_urn, v_was.agreement_id));
  perform consultancy.return_half_days(v_was);
  return query values (v_back.delivery_id, v_was.visit_id, v_was.delivery_id, v_back.half_days, v_back.gross_pence, v_back.posted_on, visit_status);
end $$;
comment on function consultancy.reverse_delivery is 'consultancy.reverse_delivery takes a charge back that was wrong, by either party: the visit did not take place, or its late cancellation is waived. The half-days return to the agreement, and both ledgers get the reversal, on the first day that is not stated yet (CON-2).';
grant execute on function consultancy.reverse_delivery to persona_la_admin, persona_officer, persona_finance;

create function consultancy.undo_visit(p_delivery consultancy.delivery, p_reason text) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_caller constant integer := auth.authority_id();
  v_agreement consultancy.agreement;
  v_visit visits.visit;
begin
  select a.* into strict v_agreement from consultancy.agreement a where a.authority_id = v_caller and a.agreement_id = p_delivery.agreement_id;
  perform consultancy.in_books_of((consultancy.parties(v_agreement))[2]);
  select v.* into v_visit from visits.visit v where v.authority_id = auth.authority_id() and v.visit_id = p_delivery.visit_id;
  if found then
    v_visit := visits.hold(v_visit.visit_id, v_visit.version);
    if v_visit.status = 'agreed' then
      perform errors.precondition('NOTE_AGREED', format('The school agreed to the note of visit %s: it took place.', v_visit.visit_id), 'visit_id', 'CON-2',
        'a visit whose note the school has not agreed to');
    elsif v_visit.status <> 'cancelled' then
      v_visit.cancelled_for := 'authority';
      v_visit.cancel_reason := p_reason;
      v_visit := visits.move_status(v_visit, 'cancelled');
      perform visits.tell(v_visit, 'cancelled');
    end if;
  end if;
  perform consultancy.in_books_of(v_caller);
  return v_visit.status;
end $$;
comment on function consultancy.undo_visit is 'consultancy.undo_visit cancels the client''s visit whose charge is taken back, unless it was cancelled before.';

create function consultancy.return_half_days(p_delivery consultancy.delivery) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform consultancy.move_bank(p, p_delivery.half_days) from consultancy.placement p
  where p.authority_id = auth.authority_id() and p.placement_id = p_delivery.placement_id;
end $$;
comment on function consultancy.return_half_days is 'consultancy.return_half_days returns the half-days of a delivery to its agreement.';

create function consultancy.list_deliveries(p_agreement_id text, p_other text, p_from date, p_to date, p_page_size integer, p_cursor text)
returns table (delivery_id text, agreement_id text, side text, other text, visit_id text, visited_on date, posted_on date, school_urn integer, school text,
  partner text, kind text, cause text, half_days integer, net_pence bigint, brokerage_pence bigint, vat_pence bigint, gross_pence bigint, statement_id text,
  reverses text, reason text, row_cursor text)
language sql stable as $$
  select d.delivery_id, d.agreement_id, a.side, base.authority_code(a.other_id), d.visit_id, d.visited_on, d.posted_on, d.school_urn, school.name, p.name, d.kind,
    d.cause, d.half_days, d.net_pence, d.brokerage_pence, d.vat_pence, d.gross_pence, l.statement_id, d.reverses, d.reason,
    jsonb_build_array(d.posted_on, d.delivery_id)::text
  from consultancy.delivery d
  join consultancy.agreement a on a.authority_id = d.authority_id and a.agreement_id = d.agreement_id
  join consultancy.placement t on t.authority_id = d.authority_id and t.placement_id = d.placement_id
  join partners.partner p on p.authority_id = t.authority_id and p.partner_id = t.partner_id
  left join consultancy.statement_line l on l.authority_id = d.authority_id and l.delivery_id = d.delivery_id
  left join lateral register.establishment_on(d.school_urn, d.visited_on) school on true
  where d.authority_id = (select auth.authority_id())
    and (p_agreement_id is null or d.agreement_id = p_agreement_id)
    and (p_other is null or base.authority_code(a.other_id) = p_other)
    and (p_from is null or d.posted_on >= p_from) and (p_to is null or d.posted_on <= p_to)
    and (p_cursor is null or (d.posted_on, d.delivery_id) > ((p_cursor::jsonb ->> 0)::date, p_cursor::jsonb ->> 1))
  order by d.posted_on, d.delivery_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function consultancy.list_deliveries is 'consultancy.list_deliveries lists what agreements charged, sold and bought, by the day in whose accounts it stands, with the statement that states it (CON-2).';
grant execute on function consultancy.list_deliveries to persona_la_admin, persona_officer, persona_finance, persona_reporter;
grant execute on function consultancy.charge, consultancy.stated_to, consultancy.write_delivery, consultancy.deliver, consultancy.undo_visit,
  consultancy.return_half_days to improve_exec;
