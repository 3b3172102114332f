-- Journals for the finance system (MON-2): each ledger entry is given in one, and a journal that is exported again is the same, byte for byte.

create function money.journal_lines(p_number integer)
returns table (journal integer, entry_id text, posted_on date, cause text, cause_ref text, what text, nth integer, account text, account_name text, school_urn integer,
  other text, debit_pence bigint, credit_pence bigint)
language plpgsql stable as $$
begin
  return query
  select p_number, e.entry_id, e.posted_on, e.cause, e.cause_ref, e.what, l.nth, l.account, a.name, l.school_urn, base.authority_code(l.counterparty_id),
    case when l.pence > 0 then l.pence end, case when l.pence < 0 then -l.pence end
  from money.journal_entry j
  join money.entry e on e.authority_id = j.authority_id and e.entry_id = j.entry_id
  join money.line l on l.authority_id = e.authority_id and l.entry_id = e.entry_id
  join money.account a on a.account = l.account
  where j.authority_id = auth.authority_id() and j.number = p_number
  order by e.posted_on, e.posted_at, e.entry_id, l.nth;
end $$;
comment on function money.journal_lines is 'money.journal_lines gives the lines of a journal in the order in which they are exported, always.';

create function money.journal_digest(p_number integer) returns bytea
language plpgsql stable as $$
begin
  return sha256(convert_to(coalesce((select string_agg(row(l.entry_id, l.posted_on, l.cause, l.cause_ref, l.what, l.nth, l.account, l.school_urn, l.other, l.debit_pence,
      l.credit_pence)::text, E'\n' order by l.row_number) from (select x.*, row_number() over () from money.journal_lines(p_number) x) l), ''), 'UTF8'));
end $$;
comment on function money.journal_digest is 'money.journal_digest is the SHA-256 of a journal''s lines as they are now.';

create function money.write_journal(p_to date) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_number constant integer := money.next_number('journal');
  v_sums record;
begin
  select count(distinct e.entry_id)::integer as entries, count(*)::integer as lines, coalesce(sum(l.pence) filter (where l.pence > 0), 0)::bigint as debit into v_sums
  from money.entry e
  join money.line l on l.authority_id = e.authority_id and l.entry_id = e.entry_id
  where e.authority_id = auth.authority_id() and e.posted_on <= p_to
    and not exists (select from money.journal_entry j where j.authority_id = e.authority_id and j.entry_id = e.entry_id);
  if v_sums.entries = 0 then
    return null;
  end if;
  insert into money.journal (authority_id, number, to_day, entries, lines, debit_pence, digest)
  values (auth.authority_id(), v_number, p_to, v_sums.entries, v_sums.lines, v_sums.debit, sha256(''));
  insert into money.journal_entry (authority_id, entry_id, number)
  select e.authority_id, e.entry_id, v_number from money.entry e
  where e.authority_id = auth.authority_id() and e.posted_on <= p_to
    and not exists (select from money.journal_entry j where j.authority_id = e.authority_id and j.entry_id = e.entry_id);
  update money.journal j
  set digest = money.journal_digest(v_number), entries = (select count(*) from money.journal_entry x where x.authority_id = j.authority_id and x.number = v_number),
    lines = (select count(*) from money.journal_lines(v_number)), debit_pence = (select sum(x.debit_pence) from money.journal_lines(v_number) x)
  where j.authority_id = auth.authority_id() and j.number = v_number;
  return v_number;
end $$;
comment on function money.write_journal is 'money.write_journal puts the ledger entries posted by a day that no journal has into a new one; null when there are none. The counter''s row is held: of two at once the second finds what the first left.';
grant execute on function money.journal_lines, money.journal_digest, money.write_journal to improve_exec;

create function money.make_journal(p_to date)
returns table (number integer, to_day date, entries integer, lines integer, debit_pence bigint, made_at timestamptz)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_to constant date := coalesce(p_to, base.today() - 1);
  v_number integer;
begin
  if v_to >= base.today() then
    perform errors.invalid('to', 'A journal is of days that are past.', 'MON-2', format('%s or earlier', base.today() - 1), 'DATE_OUT_OF_RANGE');
  end if;
  v_number := money.write_journal(v_to);
  if v_number is null then
    perform errors.precondition('NOTHING_POSTED', format('All that was posted by %s stands in a journal.', to_char(v_to, 'FMDD Mon YYYY')), 'to', 'MON-2', 'a later day');
  end if;
  return query select j.number, j.to_day, j.entries, j.lines, j.debit_pence, j.made_at from money.journal j where j.authority_id = auth.authority_id() and j.number = v_number;
end $$;
comment on function money.make_journal is 'money.make_journal makes the next journal, of what was posted by a day, yesterday unless given, and stands in none yet (MON-2).';
grant execute on function money.make_journal to persona_la_admin, persona_finance;

create function money.list_journals() returns table (number integer, to_day date, entries integer, lines integer, debit_pence bigint, made_at timestamptz)
language sql stable as $$
  select j.number, j.to_day, j.entries, j.lines, j.debit_pence, j.made_at from money.journal j
  where j.authority_id = (select auth.authority_id()) order by j.number desc limit 500
$$;
comment on function money.list_journals is 'money.list_journals lists the journals, the latest first.';
grant execute on function money.list_journals to persona_la_admin, persona_finance, persona_reporter;

create function money.export_journal(p_number integer, p_page_size integer, p_cursor text)
returns table (journal integer, entry_id text, posted_on date, cause text, cause_ref text, what text, line integer, account text, account_name text, school_urn integer,
  other text, debit_pence bigint, credit_pence bigint, row_cursor text)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
begin
  perform errors.required('number', p_number, 'the number of a journal');
  if not exists (select from money.journal j where j.authority_id = auth.authority_id() and j.number = p_number) then
    perform errors.not_found('number', format('There is no journal %s.', p_number), 'the number of a journal', 'improve journal list shows them.');
  elsif p_cursor is null and money.journal_digest(p_number) <> (select j.digest from money.journal j where j.authority_id = auth.authority_id() and j.number = p_number) then
    perform errors.refuse(15, 'JOURNAL_CHANGED', format('Journal %s is not what it was when it was made.', p_number), 'number', 'MON-2');
  end if;
  return query
  select l.journal, l.entry_id, l.posted_on, l.cause, l.cause_ref, l.what, l.nth, l.account, l.account_name, l.school_urn, l.other, l.debit_pence, l.credit_pence, l.row_number::text
  from (select x.*, row_number() over () from money.journal_lines(p_number) x) l
  where l.row_number > coalesce(p_cursor::bigint, 0)
  order by l.row_number
  limit greatest(1, least(coalesce(p_page_size, 500), 500));
end $$;
comment on function money.export_journal is 'money.export_journal gives the lines of a journal, always the same in the same order: as CSV for the finance system (MON-2).';
grant execute on function money.export_journal to persona_la_admin, persona_finance, persona_reporter;
