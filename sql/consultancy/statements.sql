-- One statement per pair and period (CON-2): both directions on it, netted to one balance. A period begins where the last one ended, so that none
-- is left out; what is reported late stands in the first period that is not stated yet.

create function consultancy.require_other(p_other text) returns integer
language plpgsql stable as $$
begin
  perform errors.required('other', p_other, 'the code of the other authority, such as 929');
  if p_other !~ '^[0-9]{3}$' or not exists (select from consultancy.agreement a
      where a.authority_id = auth.authority_id() and a.other_id = p_other::integer and a.status = 'accepted') then
    perform errors.not_found('other', format('The authority has no agreement with "%s".', left(p_other, 20)), 'the code of an authority with which it has one',
      'improve agreement list shows them.');
  end if;
  return p_other::integer;
end $$;
comment on function consultancy.require_other is 'consultancy.require_other refuses an authority with which there is no agreement.';

create function consultancy.write_statement(p_statement consultancy.statement) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_caller constant integer := auth.authority_id();
  v_copy consultancy.statement;
begin
  v_copy := p_statement;
  for i in 1 .. 2 loop
    perform consultancy.in_books_of(v_copy.authority_id);
    insert into consultancy.statement (authority_id, statement_id, other_id, number, starts_on, ends_on, sold_pence, bought_pence, balance_pence)
    values (v_copy.authority_id, v_copy.statement_id, v_copy.other_id, v_copy.number, v_copy.starts_on, v_copy.ends_on, v_copy.sold_pence,
      v_copy.bought_pence, v_copy.balance_pence);
    insert into consultancy.statement_line (authority_id, statement_id, delivery_id)
    select d.authority_id, v_copy.statement_id, d.delivery_id
    from consultancy.delivery d
    join consultancy.agreement a on a.authority_id = d.authority_id and a.agreement_id = d.agreement_id
    where d.authority_id = v_copy.authority_id and a.other_id = v_copy.other_id and d.posted_on between v_copy.starts_on and v_copy.ends_on;
    v_copy.authority_id := p_statement.other_id;
    v_copy.other_id := p_statement.authority_id;
    v_copy.sold_pence := p_statement.bought_pence;
    v_copy.bought_pence := p_statement.sold_pence;
    v_copy.balance_pence := -p_statement.balance_pence;
  end loop;
  perform consultancy.in_books_of(v_caller);
end $$;
comment on function consultancy.write_statement is 'consultancy.write_statement writes a statement with its lines into both copies, each with its own sign.';

create function consultancy.issue_statement(p_other text, p_ends_on date)
returns table (statement_id text, number integer, starts_on date, ends_on date, lines integer, sold_pence bigint, bought_pence bigint, balance_pence bigint,
  version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_new consultancy.statement;
  v_lines integer;
begin
  v_new.authority_id := auth.authority_id();
  v_new.other_id := consultancy.require_other(p_other);
  v_new.statement_id := base.new_ref('cs');
  v_new.ends_on := coalesce(p_ends_on, date_trunc('month', base.today())::date - 1);
  if v_new.ends_on >= base.today() then
    perform errors.invalid('ends_on', 'A statement covers days that are past: no visit can come to them any more unseen.', 'CON-2',
      format('%s or earlier', base.today() - 1), 'PERIOD_RUNNING');
  end if;
  -- No delivery between the two is posted while this one is made.
  perform consultancy.hold(a.agreement_id)
  from (select x.agreement_id from consultancy.agreement x
    where x.authority_id = v_new.authority_id and x.other_id = v_new.other_id and x.status = 'accepted' order by 1) a;
  select coalesce(max(s.ends_on) + 1, (select min(d.posted_on) from consultancy.delivery d
      join consultancy.agreement a on a.authority_id = d.authority_id and a.agreement_id = d.agreement_id
      where d.authority_id = v_new.authority_id and a.other_id = v_new.other_id)), coalesce(max(s.number), 0) + 1
    into v_new.starts_on, v_new.number
  from consultancy.statement s where s.authority_id = v_new.authority_id and s.other_id = v_new.other_id;
  if v_new.starts_on > v_new.ends_on then
    perform errors.precondition('STATED_ALREADY', format('Statements with %s cover all days to %s.', p_other, to_char(v_new.starts_on - 1, 'FMDD Mon YYYY')),
      'ends_on', 'CON-2', format('%s or later', v_new.starts_on));
  end if;
  select count(*), coalesce(sum(d.gross_pence) filter (where a.side = 'provider'), 0), coalesce(sum(d.gross_pence) filter (where a.side = 'client'), 0)
    into v_lines, v_new.sold_pence, v_new.bought_pence
  from consultancy.delivery d
  join consultancy.agreement a on a.authority_id = d.authority_id and a.agreement_id = d.agreement_id
  where d.authority_id = v_new.authority_id and a.other_id = v_new.other_id and d.posted_on between v_new.starts_on and v_new.ends_on;
  if v_lines = 0 then
    perform errors.precondition('NOTHING_TO_STATE', format('Nothing was charged between the two by %s.', to_char(v_new.ends_on, 'FMDD Mon YYYY')), 'ends_on',
      'CON-2', 'a later day');
  end if;
  v_new.balance_pence := v_new.sold_pence - v_new.bought_pence;
  perform consultancy.write_statement(v_new);
  return query values (v_new.statement_id, v_new.number, v_new.starts_on, v_new.ends_on, v_lines, v_new.sold_pence, v_new.bought_pence, v_new.balance_pence, 1);
end $$;
comment on function consultancy.issue_statement is 'consultancy.issue_statement states what two authorities owe each other, from where the last statement ended to a day that is past, the last month''s end unless given (CON-2).';
grant execute on function consultancy.issue_statement to persona_la_admin, persona_finance;

create function consultancy.write_settlement(p_statement consultancy.statement, p_settled_on date, p_settlement_ref text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_caller constant integer := auth.authority_id();
  v_copy consultancy.statement;
  v_party integer;
begin
  foreach v_party in array array[p_statement.authority_id, p_statement.other_id] loop
    perform consultancy.in_books_of(v_party);
    select s.* into strict v_copy from consultancy.statement s where s.authority_id = v_party and s.statement_id = p_statement.statement_id;
    if v_copy.sold_pence <> 0 or v_copy.bought_pence <> 0 then
      v_copy.entry_id := money.post('consultancy.settlement', v_copy.statement_id, p_settled_on, format('Statement %s with %s settled: %s', v_copy.number,
          base.authority_code(v_copy.other_id), p_settlement_ref), jsonb_build_array(
          jsonb_build_object('account', 'bank', 'pence', v_copy.balance_pence),
          jsonb_build_object('account', 'due_from_authority', 'pence', -v_copy.sold_pence, 'counterparty', v_copy.other_id),
          jsonb_build_object('account', 'due_to_authority', 'pence', v_copy.bought_pence, 'counterparty', v_copy.other_id)));
    end if;
    update consultancy.statement s
    set settled_on = p_settled_on, settlement_ref = p_settlement_ref, entry_id = v_copy.entry_id, version = s.version + 1
    where s.authority_id = v_party and s.statement_id = p_statement.statement_id;
  end loop;
  perform consultancy.in_books_of(v_caller);
end $$;
comment on function consultancy.write_settlement is 'consultancy.write_settlement records the payment of a statement''s balance in both copies and both ledgers.';

create function consultancy.hold_statement(p_statement_id text) returns consultancy.statement
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_caller constant integer := auth.authority_id();
  v_own consultancy.statement;
  v_party integer;
begin
  select s.* into v_own from consultancy.statement s where s.authority_id = v_caller and s.statement_id = p_statement_id;
  -- In the order of the authorities, whichever asks.
  foreach v_party in array array[least(v_caller, v_own.other_id), greatest(v_caller, v_own.other_id)] loop
    perform consultancy.in_books_of(v_party);
    perform from consultancy.statement s where s.authority_id = v_party and s.statement_id = p_statement_id for no key update;
    if not found then
      perform errors.precondition('OTHER_PARTY_GONE', 'The other party is not here any longer: its data were taken out.', 'statement_id', 'GDP-2');
    end if;
  end loop;
  perform consultancy.in_books_of(v_caller);
  select s.* into strict v_own from consultancy.statement s where s.authority_id = v_caller and s.statement_id = p_statement_id;
  return v_own;
end $$;
comment on function consultancy.hold_statement is 'consultancy.hold_statement locks both copies of a statement. Its caller has asked consultancy.see_statement.';

create function consultancy.see_statement(p_statement_id text) returns consultancy.statement
language plpgsql stable as $$
declare
  v_statement consultancy.statement;
begin
  perform errors.required('statement_id', p_statement_id, 'a reference such as cs-7k2q9mx4td');
  select s.* into v_statement from consultancy.statement s where s.authority_id = auth.authority_id() and s.statement_id = p_statement_id;
  if not found then
    perform errors.not_found('statement_id', format('There is no statement "%s".', left(p_statement_id, 40)), 'a reference such as cs-7k2q9mx4td',
      'improve statement list shows them.');
  end if;
  return v_statement;
end $$;
comment on function consultancy.see_statement is 'consultancy.see_statement finds a statement that the caller may see.';

create function consultancy.settle_statement(p_statement_id text, p_version integer, p_reference text, p_settled_on date)
returns table (statement_id text, number integer, balance_pence bigint, settled_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_statement consultancy.statement := consultancy.see_statement(p_statement_id);
  v_on constant date := coalesce(p_settled_on, base.today());
begin
  perform errors.required('version', p_version);
  perform errors.required('reference', btrim(p_reference), 'the reference of the payment');
  v_statement := consultancy.hold_statement(p_statement_id);
  if v_statement.version <> p_version then
    perform errors.stale('version', p_version, v_statement.version);
  elsif v_statement.settled_on is not null then
    perform errors.precondition('SETTLED_ALREADY', format('The statement was settled on %s.', to_char(v_statement.settled_on, 'FMDD Mon YYYY')), 'statement_id', 'CON-2',
      'one that is open');
  elsif v_on not between v_statement.ends_on + 1 and base.today() then
    perform errors.invalid('settled_on', 'A statement is settled after its period, and not in the future.', 'CON-2',
      format('%s to %s', v_statement.ends_on + 1, base.today()), 'DATE_OUT_OF_RANGE');
  elsif v_statement.balance_pence < 0 then
    perform errors.precondition('NOT_YOURS_TO_SETTLE', format('The authority owes this balance; %s says when it has come.',
        base.authority_code(v_statement.other_id)), 'statement_id', 'CON-2', 'a statement on which the other authority owes');
  end if;
  perform consultancy.write_settlement(v_statement, v_on, btrim(p_reference));
  return query select s.statement_id, s.number, s.balance_pence, s.settled_on, s.version from consultancy.statement s
  where s.authority_id = auth.authority_id() and s.statement_id = p_statement_id;
end $$;
comment on function consultancy.settle_statement is 'consultancy.settle_statement records that a statement''s balance was paid: by the authority that got it (CON-2). Both ledgers are clear of it then.';
grant execute on function consultancy.settle_statement to persona_la_admin, persona_finance;

create function consultancy.list_statements(p_other text, p_open boolean)
returns table (statement_id text, other text, number integer, starts_on date, ends_on date, sold_pence bigint, bought_pence bigint, balance_pence bigint,
  settled_on date, settlement_ref text, version integer)
language sql stable as $$
  select s.statement_id, base.authority_code(s.other_id), s.number, s.starts_on, s.ends_on, s.sold_pence, s.bought_pence, s.balance_pence, s.settled_on,
    s.settlement_ref, s.version
  from consultancy.statement s
  where s.authority_id = (select auth.authority_id())
    and (p_other is null or base.authority_code(s.other_id) = p_other) and (not coalesce(p_open, false) or s.settled_on is null)
  order by s.other_id, s.number
  limit 500
$$;
comment on function consultancy.list_statements is 'consultancy.list_statements lists the statements with other authorities; a balance above zero is owed to this authority.';
grant execute on function consultancy.list_statements to persona_la_admin, persona_officer, persona_finance, persona_reporter;
grant execute on function consultancy.require_other, consultancy.write_statement, consultancy.write_settlement, consultancy.hold_statement,
  consultancy.see_statement to improve_exec;
