-- What two authorities sold to each other over a period, line by line, with what is owed (CON-2).

create function reports.consultancy_statement(p_other text, p_from date, p_to date, p_statement_id text)
returns table (authority text, other text, statement integer, posted_on date, visited_on date, direction text, agreement_id text, visit_id text, school text,
  partner text, kind text, cause text, half_days integer, net_pence bigint, brokerage_pence bigint, vat_pence bigint, gross_pence bigint, owed_pence bigint)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_statement consultancy.statement;
  v_from date := coalesce(p_from, '-infinity');
  v_to date := coalesce(p_to, base.today());
begin
  if p_statement_id is not null then
    v_statement := consultancy.see_statement(p_statement_id);
    v_from := v_statement.starts_on;
    v_to := v_statement.ends_on;
  elsif p_other is not null then
    perform consultancy.require_other(p_other);
  end if;
  return query
  with line as (
    select a.other_id, s.number, d.posted_on, d.visited_on, case a.side when 'provider' then 'sold' else 'bought' end as direction, d.agreement_id, d.visit_id,
      school.name as school, p.name as partner, d.kind, d.cause, d.half_days, d.net_pence, d.brokerage_pence, d.vat_pence, d.gross_pence,
      case a.side when 'provider' then 1 else -1 end * d.gross_pence as owed, d.delivery_id
    from consultancy.delivery d
    join consultancy.agreement a on a.authority_id = d.authority_id and a.agreement_id = d.agreement_id
    join consultancy.placement t on t.authority_id = d.authority_id and t.placement_id = d.placement_id
    join partners.partner p on p.authority_id = t.authority_id and p.partner_id = t.partner_id
    left join consultancy.statement_line l on l.authority_id = d.authority_id and l.delivery_id = d.delivery_id
    left join consultancy.statement s on s.authority_id = l.authority_id and s.statement_id = l.statement_id
    left join lateral register.establishment_on(d.school_urn, d.visited_on) school on true
    where d.authority_id = auth.authority_id() and d.posted_on between v_from and v_to
      and (p_statement_id is null or l.statement_id = p_statement_id)
      and (p_other is null or a.other_id = p_other::integer)
  ), total as (
    select l.other_id, coalesce(l.direction, 'Balance') as direction, grouping(l.direction) as nth, sum(l.half_days) filter (where l.direction is not null) as half_days,
      sum(l.net_pence) as net, sum(l.brokerage_pence) as brokerage, sum(l.vat_pence) as vat, sum(l.gross_pence) as gross, sum(l.owed) as owed
    from line l group by grouping sets ((l.other_id, l.direction), (l.other_id))
  )
  select base.authority_code(auth.authority_id()), base.authority_code(x.other_id), x.number, x.posted_on, x.visited_on, x.direction, x.agreement_id, x.visit_id,
    x.school, x.partner, x.kind, x.cause, x.half_days, x.net_pence, x.brokerage_pence, x.vat_pence, x.gross_pence, x.owed
  from (
    select 0 as part, l.* from line l
    union all
    select 1 + t.nth, t.other_id, null, null, null, case t.nth when 0 then 'Total ' || t.direction else 'Balance' end, null, null, null, null, null, null,
      case t.nth when 0 then t.half_days end::integer, case t.nth when 0 then t.net end::bigint, case t.nth when 0 then t.brokerage end::bigint,
      case t.nth when 0 then t.vat end::bigint, case t.nth when 0 then t.gross end::bigint, t.owed::bigint, null
    from total t
  ) x
  order by x.other_id, x.part, x.posted_on, x.direction desc, x.visit_id, x.cause = 'reversed', x.delivery_id;
end $$;
comment on function reports.consultancy_statement is 'reports.consultancy_statement prints what was sold to and bought from other authorities, line by line, with a total a direction and the balance: above zero the other owes, below zero this authority does. Both print the same lines with the opposite sign (CON-2).';
grant execute on function reports.consultancy_statement to persona_la_admin, persona_officer, persona_finance, persona_reporter;
