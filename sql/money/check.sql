-- Whether an authority's books hold (MON-3): one function that finds no row when all is well, run after tests and by night.

create function money.check_charges() returns table (rule text, reference text, what text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select 'MON-3', c.charge_id, format('its entry %s charges %s pence, not %s', c.entry_id, coalesce(l.pence, 0), c.gross_pence)
  from money.charge c
  left join lateral (select sum(l.pence)::bigint as pence from money.line l where l.authority_id = c.authority_id and l.entry_id = c.entry_id
    and l.school_urn = c.school_urn) l on true
  where c.authority_id = auth.authority_id() and l.pence is distinct from c.gross_pence
  union all
  select 'MON-3', c.charge_id, format('credits come to %s net and %s VAT, not %s and %s', x.net, x.vat, c.credited_net_pence, c.credited_vat_pence)
  from money.charge c
  cross join lateral (select coalesce(-sum(k.net_pence), 0) as net, coalesce(-sum(k.vat_pence), 0) as vat from money.charge k
    where k.authority_id = c.authority_id and k.credits = c.charge_id) x
  where c.authority_id = auth.authority_id() and c.credits is null and (x.net, x.vat) is distinct from (c.credited_net_pence::numeric, c.credited_vat_pence::numeric)
  union all
  select 'MON-3', d.document_id, format('asks for %s, its charges come to %s; %s paid, its payments come to %s', d.gross_pence, coalesce(c.gross, 0), d.paid_pence, p.paid)
  from money.document d
  cross join lateral (select sum(c.gross_pence) as gross from money.charge c where c.authority_id = d.authority_id and c.document_id = d.document_id) c
  cross join lateral (select coalesce(sum(p.pence), 0) as paid from money.payment p where p.authority_id = d.authority_id and p.document_id = d.document_id) p
  where d.authority_id = auth.authority_id() and (c.gross is distinct from d.gross_pence::numeric or p.paid <> d.paid_pence)
  union all
  select 'MON-3', e.entry_id, format('an entry of a %s that there is not: %s', e.cause, e.cause_ref)
  from money.entry e
  where e.authority_id = auth.authority_id() and e.cause in ('charge', 'credit')
    and not exists (select from money.charge c where c.authority_id = e.authority_id and c.charge_id = e.cause_ref and c.entry_id = e.entry_id)
  union all
  select 'MON-2', k.kind, format('numbers go to %s, and %s were given', k.last, x.given)
  from money.counter k
  cross join lateral (select case k.kind when 'journal' then (select count(*) from money.journal j where j.authority_id = k.authority_id)
    else (select count(*) from money.document d where d.authority_id = k.authority_id and d.kind = k.kind) end as given) x
  where k.authority_id = auth.authority_id() and x.given <> k.last
  union all
  select 'MON-2', 'journal ' || j.number, 'is not what it was when it was made'
  from money.journal j
  where j.authority_id = auth.authority_id() and money.journal_digest(j.number) <> j.digest;
end $$;
comment on function money.check_charges is 'money.check_charges lists charges that the ledger does not have, credits and documents that do not add up, numbers with gaps, and journals that changed: no row, when all is well (MON-2, MON-3).';

create function money.check() returns table (rule text, reference text, what text)
language plpgsql volatile as $$
begin
  return query select c.* from money.check_entries() c;
  return query select c.* from money.check_charges() c;
  return query select c.* from sla.check_money() c;
  return query select c.* from consultancy.check_copies() c;
  return query select c.* from cpd.check_money() c;
end $$;
comment on function money.check is 'money.check lists all that does not hold in the authority''s books: entries that do not balance, charges without their entry or their cause, subscriptions without their charge, documents that do not add up, agreements whose copies differ. No row, when all is well (MON-3).';
grant execute on function money.check_charges, money.check to improve_exec;

create function money.check_books() returns table (rule text, reference text, what text)
language plpgsql stable cost 10000 as $$
begin
  return query select c.* from money.check() c;
end $$;
comment on function money.check_books is 'money.check_books tells what does not hold in the authority''s books; nothing, when all does (MON-3).';
grant execute on function money.check_books to persona_la_admin, persona_finance, persona_reporter;
