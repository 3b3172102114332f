-- The ledger (MON-1, MON-3): post and reverse are the only ways into it, and check says whether it holds.

create view money.account with (security_invoker = true) as
select a.account, a.kind, a.name
from (values
  ('due_from_school', 'asset', 'Due from schools by invoice'),
  ('recharge_to_school', 'asset', 'Recharged to maintained schools'),
  ('due_from_authority', 'asset', 'Due from other authorities'),
  ('due_to_authority', 'liability', 'Due to other authorities'),
  ('bank', 'asset', 'Bank'),
  ('sla_income', 'income', 'Subscriptions'),
  ('cpd_income', 'income', 'Training'),
  ('other_income', 'income', 'Other services'),
  ('consultancy_income', 'income', 'Consultancy sold to other authorities'),
  ('brokerage_income', 'income', 'Brokerage on consultancy'),
  ('consultancy_cost', 'expense', 'Consultancy bought from other authorities'),
  ('vat_output', 'liability', 'VAT on what is sold'),
  ('vat_input', 'asset', 'VAT on what is bought')
) a (account, kind, name);
comment on view money.account is 'The accounts of every authority''s ledger.';
comment on column money.account.account is 'Its word in lines.';
comment on column money.account.kind is 'asset, liability, income or expense.';
comment on column money.account.name is 'Its name for people.';
grant select on money.account to improve_exec;

create function money.balances() returns trigger
language plpgsql volatile as $$
declare
  v_entry record;
begin
  for v_entry in select l.entry_id, sum(l.pence) as pence from posted l group by l.authority_id, l.entry_id having sum(l.pence) <> 0 loop
    perform errors.refuse(13, 'UNBALANCED', format('The lines of entry %s sum to %s pence, not to zero.', v_entry.entry_id, v_entry.pence), null, 'MON-3');
  end loop;
  return null;
end $$;
comment on function money.balances is 'money.balances refuses lines that do not sum to zero entry by entry: whatever is added at once balances, so all that was ever added does (MON-3).';
create trigger balances after insert on money.line referencing new table as posted for each statement execute function money.balances();

create function money.post(p_cause text, p_cause_ref text, p_posted_on date, p_what text, p_lines jsonb) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_entry constant text := base.new_ref('le');
  v_unknown text;
begin
  select l ->> 'account' into v_unknown from jsonb_array_elements(p_lines) l
  where not exists (select from money.account a where a.account = l ->> 'account');
  if found then
    raise exception 'there is no account "%"', v_unknown;
  end if;
  insert into money.entry (authority_id, entry_id, posted_on, cause, cause_ref, what, posted_by)
  values (auth.authority_id(), v_entry, p_posted_on, p_cause, p_cause_ref, p_what, auth.person_id());
  insert into money.line (authority_id, entry_id, nth, account, pence, counterparty_id, school_urn)
  select auth.authority_id(), v_entry, row_number() over (order by l.nth), l.line ->> 'account', (l.line ->> 'pence')::bigint,
    (l.line ->> 'counterparty')::integer, (l.line ->> 'school')::integer
  from jsonb_array_elements(p_lines) with ordinality l (line, nth)
  where (l.line ->> 'pence')::bigint <> 0;
  return v_entry;
end $$;
comment on function money.post is 'money.post writes an entry with its lines, [{"account","pence","counterparty","school"}], to the ledger of the call''s authority; lines of nothing are left out. A cause is posted once (MON-3); lines that do not sum to zero are refused.';

create function money.reverse(p_entry_id text, p_cause text, p_cause_ref text, p_posted_on date, p_what text) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_entry constant text := base.new_ref('le');
begin
  insert into money.entry (authority_id, entry_id, posted_on, cause, cause_ref, what, reverses, posted_by)
  values (auth.authority_id(), v_entry, p_posted_on, p_cause, p_cause_ref, p_what, p_entry_id, auth.person_id());
  insert into money.line (authority_id, entry_id, nth, account, pence, counterparty_id, school_urn)
  select l.authority_id, v_entry, l.nth, l.account, -l.pence, l.counterparty_id, l.school_urn
  from money.line l where l.authority_id = auth.authority_id() and l.entry_id = p_entry_id;
  return v_entry;
end $$;
comment on function money.reverse is 'money.reverse takes an entry back by another that has its lines with the opposite sign; once (MON-1).';

create function money.posted_at(p_entry_id text) returns timestamptz
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select e.posted_at from money.entry e where e.authority_id = auth.authority_id() and e.entry_id = p_entry_id);
end $$;
comment on function money.posted_at is 'money.posted_at is when an entry was posted: what moved an account on one day is told in that order, also to schools, who do not read entries.';
grant execute on function money.balances, money.posted_at to improve_exec;

create function money.check_entries() returns table (rule text, reference text, what text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select 'MON-3', e.entry_id, format('sums to %s pence', coalesce(sum(l.pence), 0))
  from money.entry e
  left join money.line l on l.authority_id = e.authority_id and l.entry_id = e.entry_id
  where e.authority_id = auth.authority_id()
  group by e.authority_id, e.entry_id
  having coalesce(sum(l.pence), 0) <> 0
  union all
  select 'MON-1', r.entry_id, format('does not take back %s line by line', r.reverses)
  from money.entry r
  where r.authority_id = auth.authority_id() and r.reverses is not null and exists (
    select from (select x.* from money.line x where x.authority_id = r.authority_id and x.entry_id = r.reverses) o
    full join (select x.* from money.line x where x.authority_id = r.authority_id and x.entry_id = r.entry_id) n on n.nth = o.nth
    where (n.account, n.pence, n.counterparty_id, n.school_urn) is distinct from (o.account, -o.pence, o.counterparty_id, o.school_urn));
end $$;
comment on function money.check_entries is 'money.check_entries lists the entries of the authority''s ledger that do not balance, and reversals that are none: no row, when all is well (MON-3).';
grant execute on function money.check_entries to improve_exec;
