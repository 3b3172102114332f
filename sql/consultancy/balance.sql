-- What became of the half-days of an agreement, and whether its two copies and the ledgers hold (CON-2, MON-3).

create function consultancy.balance_on(p_agreement_id text, p_on date, out entitled integer, out delivered integer, out planned integer, out kept integer)
language plpgsql stable as $$
begin
  select sum(b.half_days) into entitled from consultancy.bank b where b.authority_id = auth.authority_id() and b.agreement_id = p_agreement_id;
  -- A reversal counts with what it takes back.
  select coalesce(sum(d.half_days) filter (where o.cause = 'delivered'), 0), coalesce(sum(d.half_days) filter (where o.cause = 'cancelled_late'), 0)
    into delivered, kept
  from consultancy.delivery d
  join consultancy.delivery o on o.authority_id = d.authority_id and o.delivery_id = coalesce(d.reverses, d.delivery_id)
  where d.authority_id = auth.authority_id() and d.agreement_id = p_agreement_id and d.visited_on <= p_on and d.posted_on <= greatest(p_on, d.visited_on);
  select coalesce(sum(v.half_days), 0) into planned from visits.visit v
  where v.authority_id = auth.authority_id() and v.funding = 'consultancy' and v.funding_ref = p_agreement_id
    and (v.status in ('planned', 'confirmed') or v.status in ('done', 'noted', 'agreed') and visits.day_of(v.starts_at) > p_on);
end $$;
comment on function consultancy.balance_on is 'consultancy.balance_on tells, to the client, how many half-days of an agreement were sold, delivered by a day, are planned, and were kept because the client cancelled too late.';

create function consultancy.check_copies() returns table (rule text, reference text, what text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_caller constant integer := auth.authority_id();
  v_agreement consultancy.agreement;
  v_ours jsonb;
  v_theirs jsonb;
begin
  for v_agreement in select a.* from consultancy.agreement a where a.authority_id = v_caller order by a.agreement_id loop
    v_ours := consultancy.copy_of(v_agreement);
    perform consultancy.in_books_of(v_agreement.other_id);
    v_theirs := consultancy.copy_of(v_agreement);
    perform consultancy.in_books_of(v_caller);
    if v_theirs is not null and v_ours <> v_theirs then
      return query select 'CON-2', v_agreement.agreement_id, format('the two copies differ: %s and %s', v_ours, v_theirs);
    end if;
  end loop;
  return query
  select 'CON-2', b.agreement_id || ' ' || b.kind, format('%s half-days left, %s by its visits', b.left_half_days, b.half_days - x.taken)
  from consultancy.agreement a
  join consultancy.bank b on b.authority_id = a.authority_id and b.agreement_id = a.agreement_id
  cross join lateral (
    select coalesce((select sum(d.half_days) from consultancy.delivery d
        where d.authority_id = a.authority_id and d.agreement_id = a.agreement_id and d.kind = b.kind), 0)
      + coalesce((select sum(v.half_days) from visits.visit v
        join consultancy.placement t on t.authority_id = v.authority_id and t.agreement_id = v.funding_ref and t.partner_id = v.partner_id
          and (v.starts_at at time zone 'Europe/London')::date between t.starts_on and t.ends_on
        where v.authority_id = a.authority_id and v.funding = 'consultancy' and v.funding_ref = a.agreement_id and t.kind = b.kind
          and v.status in ('planned', 'confirmed')), 0) as taken
  ) x
  where a.authority_id = v_caller and a.side = 'client' and b.left_half_days <> b.half_days - x.taken;
end $$;
comment on function consultancy.check_copies is 'consultancy.check_copies lists agreements of the authority whose two copies differ, in what is left, charged or stated, and half-days that its visits do not account for: no row, when all is well.';

create function consultancy.copy_of(p_agreement consultancy.agreement) returns jsonb
language plpgsql stable as $$
begin
  return (
    select jsonb_build_object('terms', jsonb_build_array(a.title, a.starts_on, a.ends_on, a.brokerage_percent, a.vat_percent, a.notice_days, a.status, a.version),
      'left', (select jsonb_object_agg(b.kind, jsonb_build_array(b.half_days, b.half_day_pence, b.left_half_days)) from consultancy.bank b
        where b.authority_id = a.authority_id and b.agreement_id = a.agreement_id),
      'schools', (select jsonb_agg(jsonb_build_array(s.school_urn, s.starts_on, s.ends_on) order by s.school_urn, s.starts_on) from consultancy.school s
        where s.authority_id = a.authority_id and s.agreement_id = a.agreement_id),
      'placed', (select jsonb_agg(jsonb_build_array(t.placement_id, t.kind, t.starts_on, t.ends_on, t.version) order by t.placement_id) from consultancy.placement t
        where t.authority_id = a.authority_id and t.agreement_id = a.agreement_id),
      'charged', (select jsonb_build_array(count(*), sum(d.half_days), sum(d.gross_pence)) from consultancy.delivery d
        where d.authority_id = a.authority_id and d.agreement_id = a.agreement_id),
      'due', (select abs(sum(l.pence)) from consultancy.delivery d join money.line l on l.authority_id = d.authority_id and l.entry_id = d.entry_id
        where d.authority_id = a.authority_id and d.agreement_id = a.agreement_id and l.account in ('due_from_authority', 'due_to_authority')),
      'stated', (select count(*) from consultancy.delivery d join consultancy.statement_line l on l.authority_id = d.authority_id and l.delivery_id = d.delivery_id
        where d.authority_id = a.authority_id and d.agreement_id = a.agreement_id))
    from consultancy.agreement a
    where a.authority_id = auth.authority_id() and a.agreement_id = p_agreement.agreement_id);
end $$;
comment on function consultancy.copy_of is 'consultancy.copy_of sums up the copy of an agreement in the books of the call''s authority, so that the two can be compared; null where there is none.';

grant execute on function consultancy.balance_on, consultancy.check_copies to improve_exec;
