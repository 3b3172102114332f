-- Reports on what schools owe (MON-1): a school's statement, and what is outstanding by age.

create function reports.school_statement(p_school_urn integer, p_from date, p_to date)
returns table (authority text, day date, what text, reference text, charged_pence bigint, paid_pence bigint, balance_pence bigint)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_to constant date := coalesce(p_to, base.today());
  v_from constant date := coalesce(p_from, calendar.financial_year_starts(calendar.financial_year(v_to)));
  v_authority constant text := base.authority_code(auth.authority_id());
  v_before bigint;
begin
  perform errors.required('school_urn', p_school_urn, 'the URN of a school, six digits');
  if not auth.is_staff() then
    perform people.require_acts_for('school_urn', p_school_urn);
  end if;
  select coalesce(sum(x.pence), 0) into v_before from reports.school_moves(p_school_urn) x where x.day < v_from;
  return query
  select v_authority, m.day, m.what, m.reference, m.charged, m.paid, (v_before + coalesce(sum(coalesce(m.charged, 0) - coalesce(m.paid, 0)) over (order by m.nth), 0))::bigint
  from (
    select 0 as nth, v_from as day, 'Balance before' as what, null::text as reference, null::bigint as charged, null::bigint as paid
    union all
    select row_number() over (order by x.day, x.posted_at, x.reference)::integer, x.day, x.what, x.reference, case when x.pence_kind = 'charged' then x.pence end,
      case when x.pence_kind = 'paid' then -x.pence end
    from reports.school_moves(p_school_urn) x where x.day between v_from and v_to
  ) m
  order by m.nth;
end $$;
comment on function reports.school_statement is 'reports.school_statement prints a school''s account over a period, the financial year unless told: what it owed before, each charge, credit and payment, and the balance after each (MON-1).';

create function reports.school_moves(p_school_urn integer) returns table (day date, what text, reference text, pence_kind text, pence bigint, posted_at timestamptz)
language plpgsql stable as $$
begin
  return query
  select c.charged_on, case when c.credits is not null then 'Credit: ' else '' end || c.what, c.charge_id, 'charged', c.gross_pence, money.posted_at(c.entry_id)
  from money.charge c where c.authority_id = auth.authority_id() and c.school_urn = p_school_urn
  union all
  select p.paid_on, format('Paid: %s %s, %s', replace(d.kind, '_', ' '), d.number, p.reference), p.payment_id, 'paid', -p.pence, money.posted_at(p.entry_id)
  from money.payment p join money.document d on d.authority_id = p.authority_id and d.document_id = p.document_id
  where p.authority_id = auth.authority_id() and d.school_urn = p_school_urn;
end $$;
comment on function reports.school_moves is 'reports.school_moves lists what moved a school''s account: charges and credits, and payments below zero.';

create function reports.charges_outstanding(p_as_of date)
returns table (authority text, as_of date, school_urn integer, school text, kind text, open_pence bigint, not_due_pence bigint, overdue_30_pence bigint, overdue_90_pence bigint,
  older_pence bigint, outstanding_pence bigint)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
begin
  raise notice using errcode = 'IMNTE', message = 'Open: charged and not on a document yet. Overdue by up to 30 days, up to 90, and longer.';
  return query
  with owed as (
    select c.school_urn, c.kind, null::date as due_on, c.gross_pence as pence
    from money.charge c
    left join money.document d on d.authority_id = c.authority_id and d.document_id = c.document_id
    where c.authority_id = auth.authority_id() and c.charged_on <= v_on and (d.document_id is null or d.issued_on > v_on)
    union all
    select d.school_urn, (select c.kind from money.charge c where c.authority_id = d.authority_id and c.document_id = d.document_id limit 1), d.due_on,
      d.gross_pence - (select coalesce(sum(p.pence), 0) from money.payment p
        where p.authority_id = d.authority_id and p.document_id = d.document_id and p.paid_on <= v_on)
    from money.document d
    where d.authority_id = auth.authority_id() and d.issued_on <= v_on
  ), by_school as (
    select o.school_urn, o.kind, sum(o.pence) filter (where o.due_on is null)::bigint as open_, sum(o.pence) filter (where o.due_on >= v_on)::bigint as not_due,
      sum(o.pence) filter (where o.due_on between v_on - 30 and v_on - 1)::bigint as thirty, sum(o.pence) filter (where o.due_on between v_on - 90 and v_on - 31)::bigint as ninety,
      sum(o.pence) filter (where o.due_on < v_on - 90)::bigint as older, sum(o.pence)::bigint as all_
    from owed o group by grouping sets ((o.school_urn, o.kind), ()) having sum(o.pence) <> 0
  )
  select base.authority_code(auth.authority_id()), v_on, b.school_urn, coalesce(s.name, case when b.school_urn is null then 'Total' end), b.kind, coalesce(b.open_, 0), coalesce(b.not_due, 0),
    coalesce(b.thirty, 0), coalesce(b.ninety, 0), coalesce(b.older, 0), b.all_
  from by_school b
  left join lateral register.establishment_on(b.school_urn, v_on) s on true
  order by b.school_urn is null, b.all_ desc, b.school_urn, b.kind;
end $$;
comment on function reports.charges_outstanding is 'reports.charges_outstanding prints what each school owes on a day: open, not due yet, and overdue by age, with the total (MON-1).';
grant execute on function reports.school_moves to improve_exec;
grant execute on function reports.school_statement to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;
grant execute on function reports.charges_outstanding to persona_la_admin, persona_officer, persona_finance, persona_reporter;
