-- Invoices, recharges and credit notes (MON-1, MON-2): they gather what is open, one a school and kind, and are paid.

create function money.next_number(p_kind text) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_last integer;
begin
  insert into money.counter as c (authority_id, kind, last) values (auth.authority_id(), p_kind, 1)
  on conflict (authority_id, kind) do update set last = c.last + 1
  returning c.last into v_last;
  return v_last;
end $$;
comment on function money.next_number is 'money.next_number gives the next number of a kind of document and holds its counter to the end of the transaction: rolled back, the number is given again.';

create function money.payment_days() returns integer
language plpgsql stable as $$
begin
  return coalesce((select p.payment_days from money.policy p where p.authority_id = auth.authority_id()), 28);
end $$;
comment on function money.payment_days is 'money.payment_days is in how many days a document is to be paid, 28 unless the authority decided otherwise.';

create function money.write_document(p_school_urn integer, p_kind text, p_to date) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_document money.document;
  v_charges text[];
begin
  select array_agg(c.charge_id), sum(c.net_pence), sum(c.vat_pence) into v_charges, v_document.net_pence, v_document.vat_pence
  from (select c.* from money.charge c
    where c.authority_id = auth.authority_id() and c.school_urn = p_school_urn and c.kind = p_kind and c.document_id is null and c.charged_on <= p_to
    for no key update) c;
  v_document.gross_pence := v_document.net_pence + v_document.vat_pence;
  if v_charges is null then
    return null;
  end if;
  v_document.authority_id := auth.authority_id();
  v_document.document_id := base.new_ref('do');
  v_document.kind := case when v_document.gross_pence < 0 then 'credit_note' else p_kind end;
  v_document.number := money.next_number(v_document.kind);
  v_document.school_urn := p_school_urn;
  v_document.billed_to := coalesce((select s.name from register.establishment_on(p_school_urn, base.today()) s), 'School ' || p_school_urn);
  v_document.issued_on := base.today();
  v_document.due_on := base.today() + money.payment_days();
  v_document.paid_pence := 0;
  v_document.version := 1;
  insert into money.document select (v_document).*;
  update money.charge c set document_id = v_document.document_id where c.authority_id = v_document.authority_id and c.charge_id = any (v_charges);
  return v_document.document_id;
end $$;
comment on function money.write_document is 'money.write_document gathers a school''s open charges and credits of a kind, charged by a day, into one document: a credit note when they come to less than nothing. Null when nothing is open.';
grant execute on function money.payment_days, money.write_document to improve_exec;

create function money.issue_documents(p_to date, p_school_urn integer, p_kind text)
returns table (document_id text, kind text, number integer, school_urn integer, billed_to text, lines integer, net_pence bigint, vat_pence bigint,
  gross_pence bigint, due_on date)
language plpgsql volatile cost 10000 as $$
#variable_conflict use_column
declare
  v_to constant date := coalesce(p_to, base.today());
  v_open record;
  v_made text[];
begin
  if lower(p_kind) not in ('invoice', 'recharge') then
    perform errors.invalid('kind', 'Invoices or recharges are issued; credit notes come of themselves.', 'MON-1', 'invoice or recharge, or both when absent');
  elsif v_to > base.today() then
    perform errors.invalid('to', 'What is charged later is not asked for yet.', 'MON-1', format('%s or earlier', base.today()), 'DATE_OUT_OF_RANGE');
  end if;
  for v_open in
    select distinct c.school_urn, c.kind from money.charge c
    where c.authority_id = auth.authority_id() and c.document_id is null and c.charged_on <= v_to
      and (p_school_urn is null or c.school_urn = p_school_urn) and (p_kind is null or c.kind = lower(p_kind))
    order by c.school_urn, c.kind
  loop
    v_made := v_made || money.write_document(v_open.school_urn, v_open.kind, v_to);
  end loop;
  return query
  select d.document_id, d.kind, d.number, d.school_urn, d.billed_to, (select count(*)::integer from money.charge c
      where c.authority_id = d.authority_id and c.document_id = d.document_id), d.net_pence, d.vat_pence, d.gross_pence, d.due_on
  from money.document d where d.authority_id = auth.authority_id() and d.document_id = any (v_made)
  order by d.kind, d.number;
  if not found then
    perform errors.precondition('NOTHING_OPEN', format('Nothing is open by %s.', to_char(v_to, 'FMDD Mon YYYY')), 'to', 'MON-1', 'a day by which something was charged',
      'improve charge list --status open shows what is.');
  end if;
end $$;
comment on function money.issue_documents is 'money.issue_documents issues what is open, one document a school and kind: invoices to academies and schools out of area, recharges to maintained schools, credit notes where credits outweigh charges (MON-1). A dry run shows them.';
grant execute on function money.issue_documents to persona_la_admin, persona_finance;

create function money.list_documents(p_school_urn integer, p_kind text, p_unpaid boolean, p_page_size integer, p_cursor text)
returns table (document_id text, kind text, number integer, school_urn integer, billed_to text, issued_on date, due_on date, gross_pence bigint, paid_pence bigint,
  due_pence bigint, overdue boolean, version integer, row_cursor text)
language sql stable as $$
  select d.document_id, d.kind, d.number, d.school_urn, d.billed_to, d.issued_on, d.due_on, d.gross_pence, d.paid_pence, d.gross_pence - d.paid_pence,
    d.gross_pence > d.paid_pence and d.due_on < base.today(), d.version, jsonb_build_array(d.issued_on, d.document_id)::text
  from money.document d
  where d.authority_id = (select auth.authority_id())
    and (p_school_urn is null or d.school_urn = p_school_urn) and (p_kind is null or d.kind = lower(p_kind))
    and (not coalesce(p_unpaid, false) or d.paid_pence <> d.gross_pence)
    and (p_cursor is null or (d.issued_on, d.document_id) > ((p_cursor::jsonb ->> 0)::date, p_cursor::jsonb ->> 1))
  order by d.issued_on, d.document_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function money.list_documents is 'money.list_documents lists invoices, recharges and credit notes with what is due of them; row security leaves a school its own.';
grant execute on function money.list_documents to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function money.see_document(p_document_id text) returns money.document
language plpgsql stable as $$
declare
  v_document money.document;
begin
  perform errors.required('document_id', p_document_id, 'a reference such as do-7k2q9mx4td');
  select d.* into v_document from money.document d where d.authority_id = auth.authority_id() and d.document_id = p_document_id;
  if not found then
    perform errors.not_found('document_id', format('There is no document "%s".', left(p_document_id, 40)), 'a reference such as do-7k2q9mx4td',
      'improve document list shows them.');
  end if;
  return v_document;
end $$;
comment on function money.see_document is 'money.see_document finds a document that the caller may see.';
grant execute on function money.see_document to improve_exec;

create function money.as_html(p_document money.document) returns text
language plpgsql stable as $$
declare
  v_title constant text := format('%s %s', case p_document.kind when 'invoice' then 'Invoice' when 'recharge' then 'Internal recharge' else 'Credit note' end, p_document.number);
  v_authority constant text := coalesce((select a.name from register.authority a where a.authority_id = p_document.authority_id), base.authority_code(p_document.authority_id));
begin
  return concat_ws(E'\n', '<!DOCTYPE html>', '<html lang="en-GB">', '<head>', '<meta charset="utf-8">', '<meta name="viewport" content="width=device-width, initial-scale=1">',
    format('<title>%s, %s</title>', v_title, notes.html(v_authority)),
    '<style>body{font-family:sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem;border-bottom:1px solid #767676}td.sum,th.sum{text-align:right}dt{font-weight:bold}</style>',
    '</head>', '<body>', '<main>', format('<h1>%s</h1>', v_title), '<dl>',
    format('<dt>From</dt><dd>%s</dd>', notes.html(v_authority)), format('<dt>To</dt><dd>%s (URN %s)</dd>', notes.html(p_document.billed_to), p_document.school_urn),
    format('<dt>Date</dt><dd>%s</dd>', to_char(p_document.issued_on, 'FMDD FMMonth YYYY')),
    case when p_document.gross_pence > 0 then format('<dt>Due</dt><dd>%s</dd>', to_char(p_document.due_on, 'FMDD FMMonth YYYY')) end,
    format('<dt>Reference</dt><dd>%s</dd>', p_document.document_id), '</dl>',
    '<table>', '<caption>What it is for</caption>', '<thead><tr><th scope="col">Date</th><th scope="col">For</th><th scope="col" class="sum">Net £</th><th scope="col" class="sum">VAT %</th><th scope="col" class="sum">VAT £</th><th scope="col" class="sum">Gross £</th></tr></thead>', '<tbody>',
    (select string_agg(format('<tr><td>%s</td><th scope="row">%s%s</th><td class="sum">%s</td><td class="sum">%s</td><td class="sum">%s</td><td class="sum">%s</td></tr>',
        to_char(c.charged_on, 'FMDD Mon YYYY'), case when c.credits is not null then 'Credit: ' else '' end, notes.html(c.what), money.pounds(c.net_pence),
        trim_scale(c.vat_percent), money.pounds(c.vat_pence), money.pounds(c.gross_pence)), E'\n' order by c.charged_on, c.charge_id)
      from money.charge c where c.authority_id = p_document.authority_id and c.document_id = p_document.document_id), '</tbody>',
    format('<tfoot><tr><td></td><th scope="row">Total</th><td class="sum">%s</td><td></td><td class="sum">%s</td><td class="sum">%s</td></tr></tfoot>', money.pounds(p_document.net_pence),
      money.pounds(p_document.vat_pence), money.pounds(p_document.gross_pence)), '</table>',
    case when p_document.paid_pence <> 0 then format('<p>Paid: £%s. Due: £%s.</p>', money.pounds(p_document.paid_pence), money.pounds(p_document.gross_pence - p_document.paid_pence)) end,
    '</main>', '</body>', '</html>') || E'\n';
end $$;
comment on function money.as_html is 'money.as_html writes a document as a printable page of HTML, its lines in a table with a caption and heads (MON-2).';
grant execute on function money.as_html to improve_exec;

create function money.get_document(p_document_id text, p_format text)
returns table (document_id text, kind text, number integer, school_urn integer, billed_to text, issued_on date, due_on date, net_pence bigint, vat_pence bigint,
  gross_pence bigint, paid_pence bigint, due_pence bigint, lines jsonb, payments jsonb, version integer, document text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_document constant money.document := money.see_document(p_document_id);
begin
  if lower(p_format) <> 'html' then
    perform errors.invalid('format', 'A document is shown as HTML.', 'MON-2', 'html; or absent');
  end if;
  return query select v_document.document_id, v_document.kind, v_document.number, v_document.school_urn, v_document.billed_to, v_document.issued_on, v_document.due_on,
    v_document.net_pence, v_document.vat_pence, v_document.gross_pence, v_document.paid_pence, v_document.gross_pence - v_document.paid_pence,
    (select jsonb_agg(jsonb_build_object('charge_id', c.charge_id, 'charged_on', c.charged_on, 'what', c.what, 'net_pence', c.net_pence, 'vat_pence', c.vat_pence,
        'gross_pence', c.gross_pence, 'credits', c.credits) order by c.charged_on, c.charge_id)
      from money.charge c where c.authority_id = v_document.authority_id and c.document_id = p_document_id),
    (select coalesce(jsonb_agg(jsonb_build_object('paid_on', p.paid_on, 'pence', p.pence, 'reference', p.reference) order by p.paid_on, p.payment_id), '[]')
      from money.payment p where p.authority_id = v_document.authority_id and p.document_id = p_document_id),
    v_document.version, case lower(p_format) when 'html' then money.as_html(v_document) end;
end $$;
comment on function money.get_document is 'money.get_document shows an invoice, recharge or credit note with its lines and payments, and on request as a printable page (MON-2).';
grant execute on function money.get_document to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function money.write_payment(p_document_id text, p_version integer, p_pence bigint, p_paid_on date, p_reference text) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_document money.document;
  v_ref constant text := base.new_ref('pa');
  v_due bigint;
begin
  select d.* into strict v_document from money.document d where d.authority_id = auth.authority_id() and d.document_id = p_document_id for no key update;
  if v_document.version <> p_version then
    perform errors.stale('version', p_version, v_document.version);
  end if;
  v_due := v_document.gross_pence - v_document.paid_pence;
  if v_due = 0 then
    perform errors.precondition('PAID_ALREADY', 'Nothing is due of it any more.', 'document_id', 'MON-1', 'a document of which something is due');
  elsif sign(p_pence) <> sign(v_due) or abs(p_pence) > abs(v_due) then
    perform errors.precondition('OVERPAID', format('£%s are due of it, not £%s.', money.pounds(v_due), money.pounds(p_pence)), 'pence', 'MON-1',
      format('%s to %s pence', least(sign(v_due), v_due), greatest(sign(v_due), v_due)));
  end if;
  insert into money.payment (authority_id, payment_id, document_id, paid_on, pence, reference, entry_id, recorded_by)
  values (auth.authority_id(), v_ref, p_document_id, p_paid_on, p_pence, p_reference, money.post('payment', v_ref, p_paid_on,
      format('%s %s, school %s: %s', v_document.kind, v_document.number, v_document.school_urn, p_reference), jsonb_build_array(
        jsonb_build_object('account', 'bank', 'pence', p_pence),
        jsonb_build_object('account', (select case c.kind when 'invoice' then 'due_from_school' else 'recharge_to_school' end from money.charge c
          where c.authority_id = auth.authority_id() and c.document_id = p_document_id limit 1), 'pence', -p_pence, 'school', v_document.school_urn))), auth.person_id());
  update money.document d set paid_pence = d.paid_pence + p_pence, version = d.version + 1
  where d.authority_id = auth.authority_id() and d.document_id = p_document_id;
  return v_ref;
end $$;
comment on function money.write_payment is 'money.write_payment records a payment of a held document and posts it; never more than is due.';
grant execute on function money.write_payment to improve_exec;

create function money.record_payment(p_document_id text, p_version integer, p_reference text, p_pence bigint, p_paid_on date)
returns table (payment_id text, document_id text, pence bigint, due_pence bigint, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_document money.document := money.see_document(p_document_id);
  v_on constant date := coalesce(p_paid_on, base.today());
  v_ref text;
begin
  perform errors.required('version', p_version);
  perform errors.required('reference', btrim(p_reference), 'the reference of the payment');
  if v_on not between v_document.issued_on and base.today() then
    perform errors.invalid('paid_on', 'A document is paid after its issue, and not in the future.', 'MON-1', format('%s to %s', v_document.issued_on, base.today()), 'DATE_OUT_OF_RANGE');
  end if;
  v_ref := money.write_payment(p_document_id, p_version, coalesce(p_pence, v_document.gross_pence - v_document.paid_pence), v_on, btrim(p_reference));
  return query select v_ref, d.document_id, d.paid_pence - v_document.paid_pence, d.gross_pence - d.paid_pence, d.version
  from money.document d where d.authority_id = auth.authority_id() and d.document_id = p_document_id;
end $$;
comment on function money.record_payment is 'money.record_payment records what was paid of a document, all that is due unless a sum is given; of a credit note, what was paid back (MON-1).';
grant execute on function money.record_payment to persona_la_admin, persona_finance;

create function money.set_billing_policy(p_version integer, p_payment_days integer) returns table (payment_days integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_now integer;
begin
  perform errors.required('version', p_version, '0 while it is the common rule');
  perform errors.required('payment_days', p_payment_days, '1 to 120');
  insert into money.policy as p (authority_id, payment_days) values (auth.authority_id(), p_payment_days)
  on conflict (authority_id) do update set payment_days = excluded.payment_days, version = p.version + 1 where p.version = p_version
  returning p.version into v_now;
  if v_now is distinct from p_version + 1 then
    perform errors.stale('version', p_version, coalesce((select p.version from money.policy p where p.authority_id = auth.authority_id()), 0));
  end if;
  return query select p_payment_days, v_now;
end $$;
comment on function money.set_billing_policy is 'money.set_billing_policy says in how many days documents are to be paid; those issued before keep their day.';
grant execute on function money.set_billing_policy to persona_la_admin, persona_finance;
